"""Moments as PostgreSQL writes them, read by Python's own parser.

Every row of every page holds several, and the driver takes each apart with a regular expression (3 µs; 0.5 µs here).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.types.datetime import TimestamptzLoader


class MomentLoader(TimestamptzLoader):
    """`timestamptz` in text form as a datetime in UTC; what Python cannot hold (infinity, years before Christ) is refused as the driver does."""

    # Django asks this of the loader in use, and puts its own in its place where it differs from what it wants.
    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii")).astimezone(UTC)
        except (ValueError, OverflowError):
            return super().load(data)


def read_moments_fast(sender: Any, connection: BaseDatabaseWrapper, **_more: Any) -> None:
    """Takes effect for connections whose moments Django wants in UTC, which is all of ours."""
    if connection.timezone is UTC:
        connection.connection.adapters.register_loader("timestamptz", MomentLoader)


def register() -> None:
    connection_created.connect(read_moments_fast, dispatch_uid="bandhu.platform.database_moments")
