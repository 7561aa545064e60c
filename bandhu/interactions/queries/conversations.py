"""Reading conversations: those in reach, one with what was said in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import Conversation, Message

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
