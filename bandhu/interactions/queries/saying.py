"""The newest rows in which words were said, however common the words and however many the rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

# One letter is no word. Two Latin letters begin so many words that looking for all of them would take long; a letter of
# Bengali or Tamil (three bytes) narrows it as three Latin ones do.
SHORTEST, UNFINISHED_BYTES = 2, 3
# Among so many of the newest rows every common word stands often enough; one that does not is rare.
LATEST, OFTEN = 20_000, 50


def newest_saying(rows: QuerySet[Any], text: str, limit: int) -> list[UUID]:
    """Ids of the newest of `rows` with all the words, the last perhaps unfinished; newest first. Ids tell the time, `words` are indexed.

    At least `OFTEN` of them where there are so many. PostgreSQL guesses that an unfinished word is in one row of 2,000 and would read back through everything ever said for a rare
    one. So the latest rows are asked first, and the others only for words that are rare there, sorted by what no index knows.
    """
    if len(text.strip()) < SHORTEST:
        return []
    saying = rows.filter(words=words_query(text)).order_by()
    latest = rows.model._base_manager.order_by("-pk").values_list("pk", flat=True)[LATEST : LATEST + 1]
    for first in latest:
        found = saying.filter(pk__gte=first).order_by("-pk").values_list("pk", flat=True)[:limit]
        if len(found) >= min(limit, OFTEN):
            return list(found)
    by_words = saying.order_by(Cast("pk", TextField()).desc()).values_list("pk", flat=True)
    return list(by_words[:limit])


def words_query(text: str) -> Any:
    """All words, the last one perhaps unfinished, as people type them."""
    words = ["".join(ch for ch in word if ch.isalnum() or ord(ch) > 127) for word in text.split()[:12]]
    words = [word.replace("'", "") for word in words if word]
    if not words:
        return SearchQuery("", config="simple")
    raw = " & ".join(f"'{word}'" for word in words)
    if len(words[-1].encode()) >= UNFINISHED_BYTES:
        raw += ":*"
    return SearchQuery(raw, config="simple", search_type="raw")
