"""What sales does about events: the timeline tells of moves; a card knows when its next step is due; a lead knows that it was answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.channels.events import MailBounced, MailReceived
from bandhu.channels.models import Intake, Mail
from bandhu.customers.actions import make_customers
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Person, log_interaction
from bandhu.interactions.events import FollowUpChanged, FollowUpDone, InteractionLogged, MessageReceived
from bandhu.interactions.models import Interaction
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.platform.queue import enqueue
from bandhu.privacy.events import ConsentWithdrawn
from bandhu.sales import events
from bandhu.sales.actions import (
    WAITS,
    follows_a_move,
    note_answer,
    note_word,
    receive_mail_as_lead,
    settle_next_step,
    stop_for,
)
from bandhu.sales.models import Enrolment, Opportunity, Stage, StageKind, StepTaken


def _into_open_stage(event: Any) -> bool:
    return bool(event.to_kind == StageKind.OPEN)


@subscribe(events.OpportunityMoved, wanted=_into_open_stage)
def tell_move(event: events.OpportunityMoved, record: EventRecord) -> None:
    _on_timeline("opportunity_moved", event, record, f"{event.from_stage} → {event.to_stage}")


def _into_stage_that_does_something(event: Any) -> bool:
    """Asked with every move, so that where a stage does nothing nothing is queued."""
    return Stage.objects.filter(pk=event.to_stage_id).exclude(steps=[]).exists()


@subscribe(events.OpportunityMoved, wanted=_into_stage_that_does_something)
def run_stage_entered(event: events.OpportunityMoved, record: EventRecord) -> None:
    """In a while, so that a move can be taken back before anybody is told."""
    if not follows_a_move(record, event.opportunity_id):
        enqueue("sales.run_stage", at=record.occurred_at + WAITS, lock=event.order_key, move_id=event.move_id)


@subscribe(events.OpportunityWon)
def tell_win(event: events.OpportunityWon, record: EventRecord) -> None:
    _on_timeline("opportunity_won", event, record, event.reason)


@subscribe(events.OpportunityWon)
def winning_makes_customers(event: events.OpportunityWon, record: EventRecord) -> None:
    make_customers(actor=system_user(), contact_id=event.contact_id, company_id=event.company_id)


@subscribe(events.OpportunityLost)
def tell_loss(event: events.OpportunityLost, record: EventRecord) -> None:
    _on_timeline("opportunity_lost", event, record, event.reason)


def answers_somebody(event: Any) -> bool:
    """Something went out to a contact."""
    return event.direction == "out" and event.contact_id is not None


@subscribe(InteractionLogged, wanted=answers_somebody)
def note_first_answer(event: InteractionLogged, record: EventRecord) -> None:
    """What a person says to the contact answers the leads that wait; its own moment counts, not when it was written down."""
    interaction = Interaction.objects.filter(pk=event.interaction_id).first()
    if interaction is not None and is_of_a_person(interaction):
        note_answer(interaction.contact_id, interaction.occurred_at)


def is_of_a_person(interaction: Interaction) -> bool:
    """Nobody is answered by a program: a confirmation, a reminder, a demand, a letter of a sequence."""
    mail_id = interaction.details.get("mail_id")
    if interaction.kind != "mail" or not mail_id:
        return interaction.actor_id is not None
    # One read from a mailbox was written by a person elsewhere: who wrote it is not known here, that it is no machine's is.
    mail = Mail.objects.filter(pk=mail_id).first()
    return mail is not None and not mail.is_automatic and not StepTaken.objects.filter(mail=mail).exists()


def is_word_of_customer(event: Any) -> bool:
    """A contact called, chatted or wrote. Mails tell of themselves, with whether a machine sent them; an enquiry has its own clock."""
    return (
        event.direction == "in"
        and event.contact_id is not None
        and event.kind not in ("mail", "lead_received")
    )


@subscribe(InteractionLogged, wanted=is_word_of_customer)
def note_customers_word(event: InteractionLogged, record: EventRecord) -> None:
    """Their answered leads wait again, from its own moment."""
    interaction = Interaction.objects.filter(pk=event.interaction_id).first()
    if interaction is not None:
        note_word(interaction.contact_id, interaction.occurred_at)


def is_no_message(event: Any) -> bool:
    """Messages of a conversation tell of themselves, with whether a machine sent them."""
    return is_word_of_customer(event) and event.kind != "message"


@subscribe(InteractionLogged, wanted=is_no_message)
def stop_at_word(event: InteractionLogged, record: EventRecord) -> None:
    """A call, a chat, a booking answers what was sent before it."""
    interaction = Interaction.objects.filter(pk=event.interaction_id).first()
    if interaction is not None and interaction.contact_id is not None:
        stop_for(interaction.contact_id, Enrolment.Reason.ANSWERED, begun_by=interaction.occurred_at)


def is_enquiry(event: Any) -> bool:
    """A person wrote the first mail of an exchange to a mailbox for leads."""
    return event.intake == Intake.LEADS and not event.is_automatic and event.thread_id == event.mail_id


@subscribe(MailReceived, wanted=is_enquiry)
def make_lead_of_mail(event: MailReceived, record: EventRecord) -> None:
    receive_mail_as_lead(UUID(event.mail_id))


@subscribe(FollowUpDone)
def note_step_done(event: FollowUpDone, record: EventRecord) -> None:
    _settle(event.follow_up_id)


@subscribe(FollowUpChanged)
def note_step_changed(event: FollowUpChanged, record: EventRecord) -> None:
    _settle(event.follow_up_id)


def _settle(follow_up_id: str) -> None:
    for opportunity in Opportunity.objects.filter(steps__follow_up=UUID(follow_up_id)):
        settle_next_step(opportunity)


def _on_timeline(kind: str, event: Any, record: EventRecord, outcome: str) -> None:
    """One entry per move, however often the job runs. Nobody spoke with the customer, so it is no touch."""
    rows = Opportunity.objects.select_related("contact", "company")
    opportunity = rows.filter(pk=event.opportunity_id).first()
    customer = opportunity and (opportunity.contact or opportunity.company)
    if not customer:
        return
    log_interaction(
        customer,
        actor=system_user(),
        kind=kind,
        occurred_at=record.occurred_at,
        subject=event.title,
        outcome=outcome[:120],
        people=[Person(user=record.actor)] if record.actor else (),
        details={"opportunity_id": event.opportunity_id},
        source="sales",
        external_id=event.move_id,
        touches=False,
    )


def is_answer(event: Any) -> bool:
    """A person we know wrote."""
    return event.contact_id is not None and not event.is_automatic


@subscribe(MessageReceived, wanted=is_answer)
def stop_at_message(event: MessageReceived, record: EventRecord) -> None:
    """A text message, WhatsApp, a chat that goes on."""
    stop_for(event.contact_id or "", Enrolment.Reason.ANSWERED)


@subscribe(MailReceived, wanted=is_answer)
def stop_at_answer(event: MailReceived, record: EventRecord) -> None:
    stop_for(event.contact_id or "", Enrolment.Reason.ANSWERED)


@subscribe(MailReceived, wanted=is_answer)
def note_customers_mail(event: MailReceived, record: EventRecord) -> None:
    """Their answered leads wait again."""
    note_word(UUID(event.contact_id), record.occurred_at)


@subscribe(MailBounced, wanted=lambda event: bool(getattr(event, "contact_id", None)))
def stop_at_bounce(event: MailBounced, record: EventRecord) -> None:
    stop_for(event.contact_id or "", Enrolment.Reason.BOUNCED)


@subscribe(ConsentWithdrawn)
def stop_at_withdrawal(event: ConsentWithdrawn, record: EventRecord) -> None:
    if event.channel in ("", "mail"):
        stop_for(event.contact_id, Enrolment.Reason.OPTED_OUT)


@subscribe(events.OpportunityWon, wanted=lambda event: bool(getattr(event, "contact_id", None)))
def stop_at_win(event: events.OpportunityWon, record: EventRecord) -> None:
    stop_for(event.contact_id or "", Enrolment.Reason.WON)


@subscribe(events.LeadClosed, wanted=lambda event: bool(getattr(event, "contact_id", None)))
def stop_at_closed_lead(event: events.LeadClosed, record: EventRecord) -> None:
    stop_for(event.contact_id or "", Enrolment.Reason.CLOSED, leads=[UUID(event.lead_id)])
