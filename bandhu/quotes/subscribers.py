"""What quotes do about events: the timeline tells of them, and an accepted one settles its opportunity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.channels.events import MailTakenBack
from bandhu.channels.models import Mail
from bandhu.customers.actions import make_customers
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import log_interaction, note_outcome
from bandhu.interactions.models import Interaction
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.quotes import events
from bandhu.quotes.actions import undo_sending
from bandhu.quotes.actions.changes import KIND
from bandhu.quotes.models import Quote, QuoteVersion
from bandhu.sales.actions import change_opportunity, move_opportunity
from bandhu.sales.models import Opportunity, StageKind
from bandhu.sales.pricing import sums_of_lines


@subscribe(events.QuoteSent)
def tell_sending(event: events.QuoteSent, record: EventRecord) -> None:
    """Where it was taken back before this is told, the entry says so from the start."""
    versions = QuoteVersion.objects.filter(quote=UUID(event.quote_id), ordinal=event.ordinal)
    is_gone = versions.filter(sent_at=None).exists()
    _on_timeline("quote_sent", event, record, _taken_back(event.quote_id) if is_gone else "")


def _taken_back(quote_id: str) -> str:
    owner = Quote.objects.select_related("owner").get(pk=quote_id).owner
    with translation.override(owner.language if owner is not None and owner.language else "en"):
        return _("Taken back: the mail did not leave")


@subscribe(events.QuoteAccepted)
def tell_acceptance(event: events.QuoteAccepted, record: EventRecord) -> None:
    _on_timeline("quote_accepted", event, record, event.signed_name)


@subscribe(events.QuoteAccepted)
def acceptance_makes_customers(event: events.QuoteAccepted, record: EventRecord) -> None:
    make_customers(actor=system_user(), contact_id=event.contact_id, company_id=event.company_id)


@subscribe(events.QuoteDeclined)
def tell_refusal(event: events.QuoteDeclined, record: EventRecord) -> None:
    _on_timeline("quote_declined", event, record, event.reason)


def about_a_quote(event: Any) -> bool:
    """Mails about anything else are none of our business."""
    return Mail.objects.filter(pk=event.mail_id, about_kind=KIND).exists()


@subscribe(MailTakenBack, wanted=about_a_quote)
def back_to_draft(event: MailTakenBack, record: EventRecord) -> None:
    """The customer never got it."""
    mail = Mail.objects.filter(pk=event.mail_id).first()
    quote = undo_sending(mail) if mail is not None else None
    if quote is None:
        return
    told = Interaction.objects.filter(
        source="quotes",
        kind="quote_sent",
        details__quote_id=str(quote.pk),
        contact=quote.contact_id,
        outcome="",
    )
    told = told if quote.contact_id else told.filter(company=quote.company_id)
    entry = told.order_by("-occurred_at", "-pk").first()
    if entry is not None:
        note_outcome(entry, outcome=_taken_back(str(quote.pk)))


def of_an_opportunity(event: Any) -> bool:
    """A quote may be written without one."""
    return event.opportunity_id is not None


@subscribe(events.QuoteAccepted, wanted=of_an_opportunity)
def settle_opportunity(event: events.QuoteAccepted, record: EventRecord) -> None:
    """The opportunity is worth what was accepted, and won where the quote says so and its stage asks for nothing more."""
    quote = Quote.objects.get(pk=event.quote_id)
    rows = Opportunity.objects.select_related("pipeline")
    opportunity = rows.filter(quotes=quote, deleted_at=None).first()
    if opportunity is None or opportunity.state != StageKind.OPEN:
        return
    actor = system_user()
    agreed: dict[str, Any] = {"amount": quote.amount}
    if opportunity.recurring is not None and opportunity.currency != quote.currency:
        agreed["recurring"] = None  # it was in the currency that is given up
    sums = sums_of_lines(quote.current.lines.all(), quote.currency) if quote.current is not None else None
    if sums is not None and sums.recurring is not None:
        agreed |= {"recurring": sums.recurring, "recurring_period": sums.period}
    changed = change_opportunity(opportunity, actor=actor, **agreed)
    won = opportunity.pipeline.stages.filter(kind=StageKind.WON, is_active=True).first()
    if not quote.wins_opportunity or won is None:
        return
    try:
        move_opportunity(changed, actor=actor, stage=won, note=f"{quote.number}: {event.signed_name}")
    except ValidationError:
        # The stage wants values only its seller knows; they were told of the acceptance, and the card waits for them.
        return


def _on_timeline(kind: str, event: Any, record: EventRecord, outcome: str) -> None:
    """One entry for each event, however often the job runs. Nobody spoke with the customer, so it is no touch."""
    quote = Quote.objects.select_related("contact", "company").filter(pk=event.quote_id).first()
    if quote is None or quote.customer is None:
        return
    log_interaction(
        quote.customer,
        actor=system_user(),
        kind=kind,
        occurred_at=record.occurred_at,
        subject=str(quote)[:300],
        outcome=outcome[:120],
        details={"quote_id": event.quote_id},
        source="quotes",
        external_id=f"event-{record.pk}",
        touches=False,
    )
