"""One phone, mail, address, … of a customer at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from bandhu.customers.actions.companies import change_company
from bandhu.customers.actions.contacts import change_contact
from bandhu.customers.actions.records import Record
from bandhu.customers.models import Contact
from bandhu.customers.point_values import POINT_KINDS
from bandhu.identity.results import OutOfReach

Row = dict[str, Any]


def add_point(
    record: Record, *, actor: Any, kind: str, values: Mapping[str, Any], version: int | None = None
) -> Any:
    """Add a row to one of the lists (a key of POINT_KINDS). Raises ValidationError with key "<kind>.<n>"."""
    return _change(record, actor, kind, version, lambda rows: [*rows, dict(values)])


def change_point(
    record: Record,
    *,
    actor: Any,
    kind: str,
    point_id: UUID,
    values: Mapping[str, Any],
    version: int | None = None,
) -> Any:
    """Change one row; what `values` leaves out stays. Raises OutOfReach when the record has no such row."""

    def changed(rows: list[Row]) -> list[Row]:
        return [row | dict(values) | {"id": row["id"]} if row["id"] == point_id else row for row in rows]

    return _change(record, actor, kind, version, changed, point_id)


def remove_point(record: Record, *, actor: Any, kind: str, point_id: UUID, version: int | None = None) -> Any:
    """Remove one row; when it was the primary one, the next becomes it."""
    return _change(
        record, actor, kind, version, lambda rows: [row for row in rows if row["id"] != point_id], point_id
    )


def make_primary(record: Record, *, actor: Any, kind: str, point_id: UUID, version: int | None = None) -> Any:
    """Make one row the one that is used first."""
    return _change(
        record,
        actor,
        kind,
        version,
        lambda rows: [row | {"is_primary": row["id"] == point_id} for row in rows],
        point_id,
    )


def _change(
    record: Record,
    actor: Any,
    kind: str,
    version: int | None,
    change: Callable[[list[Row]], list[Row]],
    point_id: UUID | None = None,
) -> Any:
    rows = _rows(record, kind)
    if point_id is not None and all(row["id"] != point_id for row in rows):
        raise OutOfReach
    act: Any = change_contact if isinstance(record, Contact) else change_company
    return act(record, actor=actor, version=version, **{kind: change(rows)})


def _rows(record: Record, kind: str) -> list[Row]:
    skipped = {"contact", "company", "as_typed", "key"}
    names = [
        column.name for column in POINT_KINDS[kind].model._meta.concrete_fields if column.name not in skipped
    ]
    rows = getattr(record, kind).order_by("pk")
    return [{name: getattr(row, name) for name in names} for row in rows]
