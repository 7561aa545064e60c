"""A ticket and its open conversations are with the same person: who gets or gives back the one, gets or gives back the other.

Done after the contact center has decided, in a job of its own for each ticket (one after the other), and each change in a
transaction of its own: agents are locked before work, work before records, and no record is held meanwhile. What ticket and
conversation are now decides, not what they were when it was told; so two people who take both at once end with one of them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.inbox.assigning import give_to
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.queue import enqueue
from bandhu.service.actions.work import give_ticket
from bandhu.service.models import Ticket, TicketConversation

SHARE = "service.share_work"
_ASSIGN = "contact_center.assign_work"


def queue_sharing(
    ticket_id: UUID, *, actor: User | None, conversation_id: UUID | None = None, had_by: str = ""
) -> None:
    """Let the job bring ticket and conversations together. Arguments as of `share_work`."""
    enqueue(
        SHARE,
        lock=f"{SHARE}:{ticket_id}",
        ticket_id=str(ticket_id),
        conversation_id=str(conversation_id or ""),
        had_by=had_by,
        actor_id=str(actor.pk) if actor else "",
    )


def share_work(
    ticket_id: UUID,
    *,
    conversation_id: UUID | None = None,
    had_by: UUID | None = None,
    actor_id: UUID | None = None,
) -> None:
    """After the ticket was given to somebody, or (`conversation_id`) one of its conversations was; with `had_by`: was given back by them."""
    ticket = Ticket.objects.filter(pk=ticket_id, deleted_at__isnull=True, merged_into__isnull=True).first()
    if ticket is None or ticket.is_over:
        return
    actor = _writer(actor_id)
    if conversation_id is not None:
        _follow_conversation(ticket, conversation_id, had_by, actor)
    else:
        _follow_ticket(ticket, had_by, actor)


def share_with_owner(ticket: Ticket, *, actor: User) -> None:
    """A conversation came to the ticket: whoever has that has it, too."""
    if ticket.owner_id is not None:
        queue_sharing(ticket.pk, actor=actor)


def _follow_ticket(ticket: Ticket, had_by: UUID | None, actor: User) -> None:
    rows = Conversation.objects.filter(ticket_thread__ticket=ticket, state=ConversationState.OPEN)
    if had_by is None and ticket.owner is None:
        return
    if had_by is not None and ticket.owner is not None:
        return  # somebody else has it by now: that is told too
    apart = rows.exclude(assignee=ticket.owner) if ticket.owner else rows.filter(assignee=had_by)
    for conversation in apart.order_by("pk"):
        with transaction.atomic():
            _give(conversation, ticket.owner, actor)


def _follow_conversation(ticket: Ticket, conversation_id: UUID, had_by: UUID | None, actor: User) -> None:
    rows = TicketConversation.objects.filter(ticket=ticket, conversation=conversation_id)
    thread = rows.select_related("conversation__assignee").first()
    if thread is None or not thread.conversation.is_open:
        return
    agent = thread.conversation.assignee
    is_given_back = had_by is not None and agent is None and ticket.owner_id == had_by
    if is_given_back or (had_by is None and agent is not None and agent.pk != ticket.owner_id):
        with transaction.atomic():
            give_ticket(ticket, agent, actor, is_told=False)


def _give(conversation: Conversation, agent: User | None, actor: User) -> None:
    try:
        give_to(conversation, actor, agent, is_told=False)
    except ValidationError:
        return  # no queue is set up, or it was finished meanwhile: nobody has it


def _writer(actor_id: UUID | None) -> Any:
    """Who did it, where they may give work to people; else the house."""
    actor = User.objects.filter(pk=actor_id).first() if actor_id else None
    return actor if actor is not None and actor.holds(_ASSIGN) else system_user()
