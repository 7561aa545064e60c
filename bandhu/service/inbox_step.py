"""“Make a ticket”, among what can be done with a conversation in one step."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.inbox.steps import StepKind
from bandhu.interactions.models import Conversation
from bandhu.service.actions import delete_ticket, make_ticket_of
from bandhu.service.models import Ticket, TicketConversation


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
