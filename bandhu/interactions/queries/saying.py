"""The newest rows in which words were said, however common the words and however many the rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, QuerySet, TextField
from django.db.models.functions import Cast

# One letter is no word. Two Latin letters begin so many words that looking for all of them would take long; a letter of
# Bengali or Tamil (three bytes) narrows it as three Latin ones do.
SHORTEST, UNFINISHED_BYTES = 2, 3
# Among so many of the newest rows every common word stands often enough; one that does not is rare.
LATEST, OFTEN = 20_000, 50


class _Unindexed(Func):
    """The words as they are, by an expression that no index knows."""

    template = "(%(expressions)s || ''::tsvector)"
    output_field = SearchVectorField()


def newest_saying(rows: QuerySet[Any], text: str, limit: int) -> list[UUID]:
    """Ids of the newest of `rows` with all the words, the last perhaps unfinished; newest first. Ids tell the time, `words` are indexed.

    At least `OFTEN` of them where there are so many. PostgreSQL guesses that an unfinished word is in one row of 2,000, and would
    read back through everything ever said for a rare one, or gather half of it for a common one. So the latest rows are read one by
    one first; the index is asked only for what is rare there, for the words as typed (their lists are crossed by skipping) before
    those they begin (whose lists have to be read to the end), and sorted by what no other index knows.
    """
    if len(text.strip()) < SHORTEST:
        return []
    found: list[UUID] = []
    enough = min(limit, OFTEN)
    for first in rows.model._base_manager.order_by("-pk").values_list("pk", flat=True)[LATEST : LATEST + 1]:
        latest = rows.filter(pk__gte=first).alias(said=_Unindexed(F("words"))).filter(said=words_query(text))
        found = list(latest.order_by("-pk").values_list("pk", flat=True)[:limit])
    for query in (words_query(text, finished=True), words_query(text)):
        if len(found) < enough:
            by_words = rows.filter(words=query).order_by(Cast("pk", TextField()).desc())
            found = list(by_words.values_list("pk", flat=True)[:limit])
    return found


def words_query(text: str, *, finished: bool = False) -> Any:
    """All words, the last one perhaps unfinished, as people type them; or just as they stand."""
    words = ["".join(ch for ch in word if ch.isalnum() or ord(ch) > 127) for word in text.split()[:12]]
    words = [word.replace("'", "") for word in words if word]
    if not words:
        return SearchQuery("", config="simple")
    raw = " & ".join(f"'{word}'" for word in words)
    if not finished and len(words[-1].encode()) >= UNFINISHED_BYTES:
        raw += ":*"
    return SearchQuery(raw, config="simple", search_type="raw")
