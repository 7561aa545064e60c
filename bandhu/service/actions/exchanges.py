"""The conversations of a ticket end with it, and begin again with it: what is solved leaves the inbox too.

A conversation belongs to one ticket at a time, so none that is open elsewhere is closed. Tickets are locked before conversations.
"""

from __future__ import annotations

from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import close_conversation, reopen_conversation
from bandhu.interactions.models import Conversation, ConversationState, Message, MessageKind
from bandhu.service.models import Ticket

_CHANGE = "interactions.change_conversation"
_ENDINGS = ("closed", "spam")


def close_with(ticket: Ticket, actor: User) -> None:
    """Of a locked ticket that was solved: its conversations are closed, those put off too."""
    for one in _conversations(ticket, ConversationState.OPEN, ConversationState.SNOOZED):
        close_conversation(one, actor=_writer(one, actor), because=_because(ticket))


def reopen_with(ticket: Ticket, actor: User) -> None:
    """Of a locked ticket that is open again: what was closed with it is open too; what was closed for itself stays closed."""
    for one in _conversations(ticket, ConversationState.CLOSED):
        if _was_closed_with(ticket, one):
            reopen_conversation(one, actor=_writer(one, actor), because=_because(ticket))


def _conversations(ticket: Ticket, *states: ConversationState) -> list[Conversation]:
    rows = Conversation.objects.filter(ticket_thread__ticket=ticket, state__in=states)
    return list(rows.order_by("pk"))


def _was_closed_with(ticket: Ticket, conversation: Conversation) -> bool:
    told = Message.objects.filter(conversation=conversation, kind=MessageKind.EVENT)
    last = told.filter(details__event__in=_ENDINGS).order_by("-pk").first()
    return last is not None and last.details.get("ticket_id") == str(ticket.pk)


def _writer(conversation: Conversation, actor: User) -> User:
    """Who may solve a ticket may end its conversations; the house does it for those who may not change others."""
    within_reach = Conversation.objects.visible_to(actor, _CHANGE).filter(pk=conversation.pk)
    return actor if actor.is_system or within_reach.exists() else system_user()


def _because(ticket: Ticket) -> dict[str, str]:
    return {"ticket": ticket.code, "ticket_id": str(ticket.pk)}
