"""What was issued or paid is never changed, says the database. A file of another system's papers is the one exception, and only for those."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_SET = "SELECT set_config('bandhu.importing', %s, true)"


@contextmanager
def opened() -> Iterator[None]:
    """Within the caller's transaction, papers with an `import_key` take lines and sums, and may go again; an error closes it, too."""
    assert connection.in_atomic_block, "the gate is open in a transaction alone"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SET, ["on"])
        yield
        cursor.execute(_SET, [""])
