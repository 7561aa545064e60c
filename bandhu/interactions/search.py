"""What was said, for the one search box: texts are found by their words, with an index of their own."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.interactions.models import Interaction
from bandhu.interactions.queries import interactions, interactions_saying
from bandhu.platform.html_cleaning import plain_text
from bandhu.platform.registries import SearchKind
from bandhu.platform.search.texts import Hits, in_order, passage

# Below a name that fits, above one that only resembles; the newest first.
BEST = 0.5


def find_interactions(user: Any, text: str, limit: int) -> Hits:
    """The newest exchanges in reach with all the words: id, whose, the passage around the first word, score."""
    found = interactions_saying(user, text, limit)
    whose = ((entry.pk, str(entry.contact or entry.company), passage(_said(entry), text)) for entry in found)
    return in_order(whose, BEST)


def _said(entry: Interaction) -> str:
    text = plain_text(entry.body) if entry.is_html else entry.body
    return text if text.strip() else entry.subject


INTERACTIONS = SearchKind(
    name="interaction",
    label=_("Interaction"),
    icon="messages-square",
    url=lambda pk: reverse("interactions:interaction", args=[pk]),
    visible_to=interactions,
    find=find_interactions,
    view_permission="interactions.view_interaction",
    position=30,
)
