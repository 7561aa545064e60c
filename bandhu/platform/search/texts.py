"""Words as they were typed, for kinds that are found by no more than that."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from bandhu.ui.graphemes import shorten

MOST_WORDS, WIDTH = 6, 160
_STEP = 0.001
Hits = list[tuple[UUID, str, str, float]]


def in_order(found: Iterable[tuple[UUID, str, str]], best: float) -> Hits:
    """(id, title, detail) of each with a score (0 to 1) that keeps them in their order, the first of them `best`."""
    return [(*one, best - place * _STEP) for place, one in enumerate(found)]


def has_words(text: str, *paths: str) -> Q:
    """Rows with each of the first six words of `text` at one of `paths`; none where there is no word."""
    words = text.split()[:MOST_WORDS]
    asked = Q(pk__isnull=not words)
    for word in words:
        somewhere = Q()
        for path in paths:
            somewhere |= Q(**{f"{path}__icontains": word})
        asked &= somewhere
    return asked


def passage(text: str, words: str) -> str:
    """The part of `text` around the first of the words, WIDTH characters at most."""
    flat = " ".join(text.split())
    places = [flat.casefold().find(word) for word in words.casefold().split()]
    start = max(0, min((place for place in places if place >= 0), default=0) - WIDTH // 4)
    return ("… " if start else "") + shorten(flat[start : start + WIDTH * 2], WIDTH)
