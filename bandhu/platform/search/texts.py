"""Words as they were typed, for kinds that are found by no more than that."""

from __future__ import annotations

from django.db.models import Q

MOST_WORDS = 6


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
