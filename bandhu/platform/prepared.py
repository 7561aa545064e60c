"""Statements that PostgreSQL plans once for each connection: for the few that are planned longer than they run.

The claim of the router reads along indexes in one millisecond and was planned in ten. A statement given here is sent with its
parameters apart and kept by the server under a name, with one plan for whatever parameters come: so it may not hold one that
decides how it is best done, such as a LIMIT.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString, cast

import psycopg
from django.db import connection, transaction


def rows_of(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What the statement finds, in a transaction. Raises what a cursor of Django's would, which does not count it as a query."""
    with transaction.atomic(savepoint=False):
        connection.ensure_connection()
        ours = connection.connection
        if (
            ours.prepare_threshold is None
        ):  # so Django leaves it, whose own cursors fill in their parameters themselves
            ours.prepare_threshold = 1
        with connection.wrap_database_errors, psycopg.Cursor(ours) as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan", prepare=False)
            cursor.execute(cast(LiteralString, statement), values, prepare=True)
            return cursor.fetchall()
