"""How common a word is in the book, as the statistics of the database know it for the thousand most common keys."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from time import monotonic

from django.db import connection

_HOLD_SECONDS = 900


def records_with(meant: list[list[str]]) -> float:
    """Return about how many records have a word of the rarest of the lists; all of them when there is no list."""
    period = int(monotonic() // _HOLD_SECONDS)
    known = _of_keys(period)
    share = min((sum(known.get(word, 0.0) for word in words) for words in meant if words), default=1.0)
    return share * _all_records(period)


def share_of_kinds(kinds: Iterable[str]) -> float:
    """Return the share of records that are of these kinds."""
    known = _of_kinds(int(monotonic() // _HOLD_SECONDS))
    return sum(known.get(kind, 0.0) for kind in kinds)


@lru_cache(maxsize=1)
def _of_keys(_period: int) -> dict[str, float]:
    return _read("most_common_elems::text::text[], most_common_elem_freqs", "keys")


@lru_cache(maxsize=1)
def _of_kinds(_period: int) -> dict[str, float]:
    return _read("most_common_vals::text::text[], most_common_freqs", "kind")


@lru_cache(maxsize=1)
def _all_records(_period: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'platform_searchentry'::regclass")
        return max(int(cursor.fetchone()[0]), 1)


def _read(columns: str, column: str) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM pg_stats WHERE schemaname = current_schema()"  # noqa: S608 - constants
            " AND tablename = 'platform_searchentry' AND attname = %s",
            [column],
        )
        row = cursor.fetchone()
    # The frequencies of elements end with three figures about the list itself, which no key stands for.
    return dict(zip(*row, strict=False)) if row and row[0] else {}
