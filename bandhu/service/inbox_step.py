"""“Make a ticket” among what can be done with a conversation in one step; and what closing one asks where its ticket is still open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.inbox.steps import Question, StepKind, step_kinds
from bandhu.interactions.models import Conversation
from bandhu.platform.texts import clean_block
from bandhu.service.actions import delete_ticket, make_ticket_of, reopen_ticket, solve_ticket
from bandhu.service.models import UNFINISHED, Ticket, TicketConversation

_CHANGE, _MOST_NAMED = "service.change_ticket", 5


def _make(conversation: Conversation, actor: User, _value: Any) -> Any:
    if TicketConversation.objects.filter(conversation=conversation).exists():
        return None
    return str(make_ticket_of(conversation, actor=actor).pk)


def _take_back(conversation: Conversation, actor: User, memory: Any) -> None:
    ticket = Ticket.objects.filter(pk=memory, deleted_at__isnull=True).first()
    if ticket is not None:
        TicketConversation.objects.filter(ticket=ticket, conversation=conversation).delete()
        delete_ticket(ticket, actor=actor)


MAKE_TICKET = StepKind(
    name="ticket",
    label=_("Make a ticket"),
    icon="ticket",
    do=_make,
    undo=_take_back,
    done=_("A ticket was made."),
)


def _open_tickets(user: User, conversations: Sequence[Conversation]) -> list[Ticket]:
    """Those of these conversations that are not finished and that the user may solve, by number."""
    rows = Ticket.objects.visible_to(user, _CHANGE).filter(
        threads__conversation__in=[one.pk for one in conversations],
        stage__in=UNFINISHED,
        merged_into__isnull=True,
        deleted_at__isnull=True,
    )
    return list(rows.distinct().order_by("number"))


def _ask(user: User, conversations: Sequence[Conversation]) -> dict[str, Any] | None:
    found = _open_tickets(user, conversations)
    if not found:
        return None
    others = TicketConversation.objects.filter(ticket__in=found, conversation__state__in=("open", "snoozed"))
    return {
        "tickets": found[:_MOST_NAMED],
        "more": max(len(found) - _MOST_NAMED, 0),
        # One that has said already what was done is not asked again.
        "resolution": found[0].resolution if len(found) == 1 else "",
        "closes_others": others.exclude(conversation__in=[one.pk for one in conversations]).exists(),
    }


def _close_and_solve(conversation: Conversation, actor: User, resolution: str) -> Any:
    """Solving the ticket closes its conversations; one whose ticket is over, or that has none, is just closed."""
    found = _open_tickets(actor, [conversation])
    if not found:
        closed = step_kinds["close"].do(conversation, actor, "")
        return None if closed is None else ["", closed]
    solve_ticket(found[0], actor=actor, resolution=resolution)
    return [str(found[0].pk), None]


def _open_both(conversation: Conversation, actor: User, memory: Any) -> None:
    ticket_id, closed = memory
    undo = step_kinds["close"].undo
    if closed is not None and undo is not None:
        undo(conversation, actor, closed)
    ticket = Ticket.objects.filter(pk=ticket_id, deleted_at__isnull=True).first() if ticket_id else None
    if ticket is not None and ticket.is_over:
        reopen_ticket(ticket, actor=actor)


def _read_resolution(value: Any) -> str:
    text = clean_block(value, 50_000)
    if not text:
        raise ValidationError(gettext("Say what was done."))
    return text


CLOSE_AND_SOLVE = StepKind(
    name="close_and_solve",
    label=_("Close, and solve the ticket"),
    icon="ticket-check",
    do=_close_and_solve,
    undo=_open_both,
    done=_("Closed, and the ticket is solved."),
    value="text",
    read=_read_resolution,
    in_macros=False,
)
TICKET_STILL_OPEN = Question(step="close", template="service/tickets/still_open.html", ask=_ask)
