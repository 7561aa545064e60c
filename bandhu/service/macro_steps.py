"""What a macro does to the ticket of a conversation: its status, its priority, its type.

Done after the steps of the conversation, and the status before what is written on the ticket: agents and work are locked before tickets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.inbox.steps import StepKind
from bandhu.interactions.models import Conversation
from bandhu.service.actions import change_ticket, move_ticket
from bandhu.service.models import UNFINISHED, Ticket
from bandhu.service.rule_steps import KINDS

_CHANGE = "service.change_ticket"
_STATUS, _PRIORITY, _TYPE = "status", "priority", "type"


def _ticket_for(conversation: Conversation, actor: User, name: str) -> Ticket:
    """The one it belongs to, where the actor may change it; a status is set of one that is not finished."""
    rows = Ticket.objects.visible_to(actor, _CHANGE).filter(
        threads__conversation=conversation, merged_into__isnull=True, deleted_at__isnull=True
    )
    found: Ticket | None = (rows.filter(stage__in=UNFINISHED) if name == _STATUS else rows).first()
    if found is None:
        raise ValidationError(
            gettext("The conversation has no open ticket that you may change. Make a ticket of it first.")
        )
    return found


def _value_of(ticket: Ticket, name: str) -> str:
    """As it is now; empty for a priority that impact and urgency decide."""
    if name == _PRIORITY:
        return ticket.priority if ticket.priority_is_set else ""
    return str(ticket.status_id if name == _STATUS else ticket.type_id)


def _write(ticket: Ticket, actor: User, name: str, value: str) -> None:
    if name == _STATUS:
        move_ticket(ticket, actor=actor, status=value)
    else:
        wanted: dict[str, Any] = {name: value}
        change_ticket(ticket, actor=actor, **wanted)


def _doing(name: str) -> Callable[[Conversation, User, Any], Any]:
    def do(conversation: Conversation, actor: User, value: Any) -> Any:
        ticket = _ticket_for(conversation, actor, name)
        before = _value_of(ticket, name)
        if before == value:
            return None
        _write(ticket, actor, name, value)
        return [str(ticket.pk), before, value]

    return do


def _undoing(name: str) -> Callable[[Conversation, User, Any], None]:
    def undo(_conversation: Conversation, actor: User, memory: Any) -> None:
        """What somebody has changed again meanwhile stays as they left it."""
        pk, before, set_to = memory
        ticket = Ticket.objects.filter(pk=pk, deleted_at__isnull=True, merged_into__isnull=True).first()
        if ticket is not None and _value_of(ticket, name) == set_to:
            _write(ticket, actor, name, before)

    return undo


def _reading(name: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if str(value) not in {one for one, _words in _options(name)}:
            raise ValidationError(gettext(KINDS[name].fault))
        return str(value)

    return read


def _options(name: str) -> list[tuple[str, str]]:
    options = KINDS[name].options
    return [(value, str(words)) for value, words in options()] if options else []


def _kind(name: str, label: Any, done: Any, rank: int) -> StepKind:
    return StepKind(
        name=f"ticket_{name}",
        label=label,
        done=done,
        icon=KINDS[name].icon,
        do=_doing(name),
        undo=_undoing(name),
        value=f"ticket_{name}",
        value_label=KINDS[name].value_label,
        read=_reading(name),
        options=lambda _user: _options(name),
        rank=rank,
    )


TICKET_STEPS = (
    _kind(_STATUS, _("Set the status of the ticket"), _("The ticket has the status."), 1),
    _kind(_PRIORITY, _("Set the priority of the ticket"), _("The ticket has the priority."), 2),
    _kind(_TYPE, _("Set the type of the ticket"), _("The ticket has the type."), 2),
)
