"""What was said in conversations, for the one search box; what stands on a timeline is found there already."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.interactions.models import Message
from bandhu.interactions.queries import messages_saying
from bandhu.interactions.queries.conversations import VIEW
from bandhu.platform.registries import SearchKind
from bandhu.platform.search.texts import Hits, in_order, passage

BEST = 0.49


def find_messages(user: Any, text: str, limit: int) -> Hits:
    """The newest messages with all the words that no timeline tells: id, with whom, the passage, score."""
    found = [one for one in messages_saying(user, text, limit * 3) if one.interaction_id is None]
    said = ((one.pk, str(one.conversation), passage(one.text, text)) for one in found[:limit])
    return in_order(said, BEST)


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
