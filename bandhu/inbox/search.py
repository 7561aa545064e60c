"""What was said in conversations, for the one search box; what stands on a timeline is found there already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.interactions.models import Message
from bandhu.interactions.queries import messages_saying
from bandhu.interactions.queries.conversations import VIEW
from bandhu.platform.registries import SearchKind
from bandhu.ui.graphemes import shorten

BEST, STEP = 0.49, 0.001
WIDTH = 160


def find_messages(user: Any, text: str, limit: int) -> list[tuple[UUID, str, str, float]]:
    """The newest messages with all the words that no timeline tells: id, with whom, the passage, score."""
    found = [one for one in messages_saying(user, text, limit * 3) if one.interaction_id is None]
    return [
        (message.pk, str(message.conversation), _passage(message.text, text), BEST - place * STEP)
        for place, message in enumerate(found[:limit])
    ]


def _passage(text: str, words: str) -> str:
    flat = " ".join(text.split())
    places = [flat.casefold().find(word) for word in words.casefold().split()]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - WIDTH // 4)
    return ("… " if start else "") + shorten(flat[start : start + WIDTH * 2], WIDTH)


MESSAGES = SearchKind(
    name="message",
    label=_("Message"),
    icon="message-circle",
    url=lambda pk: reverse("inbox:message", args=[pk]),
    visible_to=lambda user: Message.objects.visible_to(user, VIEW),
    find=find_messages,
    view_permission=VIEW,
    position=32,
)
