"""Trying something out on real records: the database itself refuses every change inside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


class _Over(Exception):
    """Leaves the savepoint, so that what follows may write again."""


@contextmanager
def reading_only() -> Iterator[None]:
    """Whatever is asked inside is answered; whatever would write raises InternalError ("read-only transaction").

    Works within a transaction too: what was written before stays to be committed.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            yield
            raise _Over
    except _Over:
        pass
