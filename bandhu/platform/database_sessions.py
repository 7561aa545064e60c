"""What every connection to the database is told when it is made.

Moments are read by Python's own parser: every row of every page holds several, and the driver takes each apart with a
regular expression (3 µs; 0.5 µs here). And less may wait, unsorted, before the indexes of words than PostgreSQL would
allow (4 MB): every search reads through it, which made one by name cost four times as much after a large import.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.types.datetime import TimestamptzLoader

WAITING_KB = 256
# While thousands of entries are written, sorting them in by small portions costs a third more than all the rest.
WRITING_MUCH = "SET LOCAL gin_pending_list_limit = '4MB'"


class MomentLoader(TimestamptzLoader):
    """`timestamptz` in text form as a datetime in UTC; what Python cannot hold (infinity, years before Christ) is refused as the driver does."""

    # Django asks this of the loader in use, and puts its own in its place where it differs from what it wants.
    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii")).astimezone(UTC)
        except (ValueError, OverflowError):
            return super().load(data)


def prepare_session(sender: Any, connection: BaseDatabaseWrapper, **_more: Any) -> None:
    """Tell a new connection. The loader takes effect where Django wants moments in UTC, which is everywhere in Bandhu."""
    if connection.timezone is UTC:
        connection.connection.adapters.register_loader("timestamptz", MomentLoader)
    with connection.cursor() as cursor:
        cursor.execute(f"SET gin_pending_list_limit = {WAITING_KB}")


def register() -> None:
    connection_created.connect(prepare_session, dispatch_uid="bandhu.platform.database_sessions")
