"""What was said, for the one search box: texts are found by their words, with an index of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.interactions.models import Interaction
from bandhu.interactions.queries import interactions, interactions_saying
from bandhu.platform.html_cleaning import plain_text
from bandhu.platform.registries import SearchKind
from bandhu.ui.graphemes import shorten

# Below a name that fits, above one that only resembles; the newest first.
BEST, STEP = 0.5, 0.001
WIDTH = 160


def find_interactions(user: Any, text: str, limit: int) -> list[tuple[UUID, str, str, float]]:
    """The newest exchanges in reach with all the words: id, whose, the passage around the first word, score."""
    return [
        (entry.pk, str(entry.contact or entry.company), passage(entry, text), BEST - place * STEP)
        for place, entry in enumerate(interactions_saying(user, text, limit))
    ]


def passage(entry: Interaction, words: str) -> str:
    """The part of the text around the first of the words, else of the subject."""
    text = " ".join((plain_text(entry.body) if entry.is_html else entry.body).split()) or entry.subject
    places = [text.casefold().find(word) for word in words.casefold().split()]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - WIDTH // 4)
    part = shorten(text[start : start + WIDTH * 2], WIDTH)
    return ("… " if start else "") + part


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
