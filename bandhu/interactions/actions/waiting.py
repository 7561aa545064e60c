"""Whether the customer of a conversation waits for an answer, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind, MessageState


def said_in(conversation: Conversation) -> Any:
    """What was said in it, oldest first; what was taken back was not."""
    said = Message.objects.filter(conversation=conversation, kind=MessageKind.SAID)
    return said.exclude(state=MessageState.WITHDRAWN).order_by("pk")


def answers_in(said: Any) -> Any:
    """Those of what was said that answer the customer: `Message.is_answer` for many."""
    return said.filter(direction=Interaction.Direction.OUT).exclude(details__contains={"is_automatic": True})


def waiting_since(conversation: Conversation) -> datetime | None:
    """The moment of the oldest message from the customer behind our last answer."""
    said = said_in(conversation)
    asked = said.filter(direction=Interaction.Direction.IN)
    if last_answer := answers_in(said).last():
        asked = asked.filter(pk__gt=last_answer.pk)
    first = asked.first()
    return first.at if first else None
