"""How common a word is in the book, as the statistics of the database know it for the thousand most common keys."""

from __future__ import annotations

from functools import lru_cache
from time import monotonic

from django.db import connection

_HOLD_SECONDS = 900


def share(meant: list[list[str]]) -> float:
    """Return the share of records that have a word of the rarest of the lists; 1 when there is no list."""
    known = _frequencies(int(monotonic() // _HOLD_SECONDS))
    return min((sum(known.get(word, 0.0) for word in words) for words in meant if words), default=1.0)


@lru_cache(maxsize=1)
def _frequencies(_period: int) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
            " WHERE schemaname = current_schema() AND tablename = 'platform_searchentry' AND attname = 'keys'"
        )
        row = cursor.fetchone()
    # The frequencies end with three figures about the list itself, which no key stands for.
    return dict(zip(*row, strict=False)) if row and row[0] else {}
