"""Conversations of tickets: a ticket made of one in one click, another one taken in, one let go."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.scoping import require
from bandhu.interactions.actions.waiting import answers_in
from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind
from bandhu.service.actions.changes import locked_ticket, save_version, tell
from bandhu.service.actions.clocks import settle_clocks
from bandhu.service.actions.sharing import share_with_owner
from bandhu.service.actions.tickets import open_ticket
from bandhu.service.actions.work import assign_ticket
from bandhu.service.models import Ticket, TicketConversation

READ = "interactions.view_conversation"


@action("service.create_ticket", on_record=False)
def make_ticket_of(conversation: Conversation, *, actor: User, **values: Any) -> Ticket:
    """A ticket of what is said there, since the customer's first message. One that has a ticket gives that back.

    Whoever has the conversation has the ticket. `values` as in `open_ticket`.
    """
    require(actor, READ, conversation)
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if known := ticket_of(conversation):
        return known
    said = Message.objects.filter(conversation=conversation, kind=MessageKind.SAID).order_by("pk")
    asked = said.filter(direction=Interaction.Direction.IN).first()
    given: dict[str, Any] = {
        "title": conversation.subject or (asked.text if asked else "")[:120].strip() or str(conversation),
        "description": asked.text[:20_000] if asked else "",
        "contact": conversation.contact,
        "company": conversation.company,
        "channel": conversation.channel,
        "language": conversation.language,
        "place": conversation.place,
        "at": asked.at if asked else conversation.created_at,
    }
    ticket = open_ticket(actor=actor, **(given | values))
    _add(ticket, conversation)
    _count_answers(ticket, said)
    if conversation.assignee is not None:
        assign_ticket(ticket, actor=actor, owner=conversation.assignee)
    ticket.refresh_from_db()
    return ticket


@action("service.change_ticket")
def add_conversation(ticket: Ticket, *, actor: User, conversation: Conversation) -> Ticket:
    """Take another exchange in. Raises ValidationError where it belongs to another ticket."""
    require(actor, READ, conversation)
    fresh = locked_ticket(ticket)
    _add(fresh, conversation)
    save_version(fresh)
    tell(fresh, "changed", actor=actor, changes={"conversation": (None, str(conversation))})
    share_with_owner(fresh, actor=actor)
    return fresh


@action("service.change_ticket")
def remove_conversation(ticket: Ticket, *, actor: User, conversation: Conversation) -> Ticket:
    """Let an exchange go. One that is not the ticket's changes nothing."""
    fresh = locked_ticket(ticket)
    gone, _kinds = TicketConversation.objects.filter(ticket=fresh, conversation=conversation).delete()
    if gone:
        save_version(fresh)
        tell(fresh, "changed", actor=actor, changes={"conversation": (str(conversation), None)})
    return fresh


def ticket_of(conversation: Conversation) -> Ticket | None:
    """The ticket an exchange belongs to, whoever may see it."""
    thread = TicketConversation.objects.filter(conversation=conversation).select_related("ticket").first()
    return thread.ticket if thread else None


def _add(ticket: Ticket, conversation: Conversation) -> None:
    if ticket_of(conversation) == ticket:
        return
    try:
        with transaction.atomic():
            TicketConversation.objects.create(ticket=ticket, conversation=conversation)
    except IntegrityError:
        raise ValidationError({"conversation": _("This conversation belongs to another ticket.")}) from None


def _count_answers(ticket: Ticket, said: Any) -> None:
    """What was answered before there was a ticket counts for its clocks; what went out by itself does not."""
    fresh = locked_ticket(ticket)
    answers = list(answers_in(said).values_list("at", flat=True))
    asked = list(said.filter(direction=Interaction.Direction.IN).values_list("at", flat=True))
    fresh.answers = len(answers)
    fresh.first_answered_at, fresh.last_answered_at = min(answers, default=None), max(answers, default=None)
    fresh.last_customer_at = max(asked, default=fresh.last_customer_at)
    waiting = [at for at in asked if not answers or at > max(answers)]
    fresh.waiting_since = min(waiting, default=None)
    fresh.save()
    settle_clocks(fresh)
