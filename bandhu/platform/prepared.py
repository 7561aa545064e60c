"""Statements that PostgreSQL plans once for each connection: for the few that are planned longer than they run.

The claim of the router reads along indexes in one millisecond and was planned in ten. A statement given here is kept by the server
under a name, with one plan for whatever parameters come: so it may not hold one that decides how it is best done, such as a LIMIT.
The driver's own way is not used: after every rollback it forgets all plans of the connection.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection, transaction

_TYPES = {UUID: "uuid", datetime: "timestamptz", bool: "boolean", int: "bigint"}
_kept: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def rows_of(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What the statement finds, in a transaction; its parameters stand as %(name)s and are ids, moments, numbers or yes and no.

    Raises what a cursor of Django's raises, KeyError for a value of another type.
    """
    name = f"kept_{hashlib.sha256(statement.encode()).hexdigest()[:16]}"
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        known = _kept.setdefault(connection.connection, set())
        if name not in known:
            types = ", ".join(_TYPES[type(value)] for value in values.values())
            places = {key: f"${place}" for place, key in enumerate(values, start=1)}
            cursor.execute(f"PREPARE {name} ({types}) AS {statement % places}")
            known.add(name)
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXECUTE {name} ({', '.join(['%s'] * len(values))})", list(values.values()))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
