"""Numbers of quotes and orders: "Q-2026-0001", without two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

# One statement takes the next number; whoever comes second waits for the first one's transaction.
_NEXT = """
INSERT INTO quotes_numberseries AS series (prefix, last) VALUES (%s, 1)
ON CONFLICT (prefix) DO UPDATE SET last = series.last + 1 RETURNING last
"""

_RAISE = """
INSERT INTO quotes_numberseries AS series (prefix, last) VALUES (%s, %s)
ON CONFLICT (prefix) DO UPDATE SET last = greatest(series.last, excluded.last)
"""
_OURS = re.compile(r"([A-Z]-\d{4}-)(\d{4,6})")


def pass_over(letter: str, numbers: Iterable[str]) -> None:
    """Papers came from elsewhere under these numbers: those that look like ours of this letter are not given again.

    In the caller's transaction. With more than six figures a number is nobody's next one.
    """
    last: dict[str, int] = {}
    for found in filter(None, map(_OURS.fullmatch, numbers)):
        if found[1][0] == letter:
            last[found[1]] = max(last.get(found[1], 0), int(found[2]))
    with connection.cursor() as cursor:
        for place in sorted(last.items()):
            cursor.execute(_RAISE, place)


def next_number(letter: str) -> str:
    """The next number of the year in the series of this letter ("Q" for quotes, "O" for orders)."""
    prefix = f"{letter}-{timezone.localdate().year}-"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix])
        return f"{prefix}{cursor.fetchone()[0]:04d}"
