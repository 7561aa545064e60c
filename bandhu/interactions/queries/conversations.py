"""Reading conversations: those in reach, one with what was said in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.customers.models import Company, Contact
from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import Conversation, Message
from bandhu.interactions.queries.saying import newest_saying

VIEW = "interactions.view_conversation"


def conversations(user: Any) -> Any:
    """Every conversation in reach, the latest first; a queryset to filter and cut."""
    return Conversation.objects.visible_to(user, VIEW)


def conversation_for(user: Any, pk: UUID) -> Conversation:
    """One with its customer and who has it. Raises OutOfReach."""
    rows = conversations(user).select_related("contact", "company", "assignee", "team")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def message_for(user: Any, pk: UUID) -> Message:
    """One message in reach with its conversation. Raises OutOfReach."""
    rows = Message.objects.visible_to(user, VIEW).select_related("conversation", "author")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def messages_of(user: Any, conversation: Conversation, *, limit: int = 50, before: UUID | None = None) -> Any:
    """The latest `limit` messages of a conversation in reach, oldest first; `before` goes on upwards from there."""
    rows = Message.objects.visible_to(user, VIEW).filter(conversation=conversation)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("author").order_by("-pk")[:limit])[::-1]


def messages_since(user: Any, conversation: Conversation, first: UUID, *, limit: int = 300) -> list[Message]:
    """What stands on a page that was opened at `first`, with what has come since; oldest first."""
    rows = Message.objects.visible_to(user, VIEW).filter(conversation=conversation, pk__gte=first)
    return list(rows.select_related("author").order_by("-pk")[:limit])[::-1]


def messages_saying(user: Any, text: str, limit: int = 50, **wanted: Any) -> list[Message]:
    """The newest messages in reach with all these words, the last perhaps unfinished; with their conversations.

    `wanted` is what their conversations must be, as `filter` takes it.
    """
    if not user.holds(VIEW):
        return []
    rows = Message.objects.visible_to(user, VIEW)
    if wanted:
        rows = rows.filter(**{f"conversation__{name}": value for name, value in wanted.items()})
    newest = newest_saying(rows, text, limit)
    found = Message.objects.filter(pk__in=newest).select_related("conversation__contact")
    return list(found.order_by("-pk"))


def conversations_of(user: Any, customer: Contact | Company, limit: int = 20) -> list[Conversation]:
    """The latest conversations with a customer."""
    which = {"contact": customer} if isinstance(customer, Contact) else {"company": customer}
    return list(conversations(user).filter(**which).select_related("assignee").order_by("-active_at")[:limit])
