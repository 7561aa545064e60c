"""Numbers of quotes and orders: "Q-2026-0001", without two alike."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

# One statement takes the next number; whoever comes second waits for the first one's transaction.
_NEXT = """
INSERT INTO quotes_numberseries AS series (prefix, last) VALUES (%s, 1)
ON CONFLICT (prefix) DO UPDATE SET last = series.last + 1 RETURNING last
"""


def next_number(letter: str) -> str:
    """The next number of the year in the series of this letter ("Q" for quotes, "O" for orders)."""
    prefix = f"{letter}-{timezone.localdate().year}-"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix])
        return f"{prefix}{cursor.fetchone()[0]:04d}"
