"""Making and changing a record: the same steps for people and companies, inside their actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bandhu.customers.actions.records import (
    KIND_OF,
    announce,
    changed_event,
    clean_record,
    conflict_of,
    derive,
    locked,
    refresh_list_columns,
    write,
    write_points,
    write_tags,
)
from bandhu.customers.models import Company, Contact
from bandhu.customers.point_values import POINT_KINDS
from bandhu.platform.custom_values import write_custom

Kind = TypeVar("Kind", Contact, Company)


def create(
    model: type[Kind],
    values: Mapping[str, Any],
    *,
    actor: Any,
    created: Callable[[Kind], Any],
    in_passing: bool = False,
) -> Kind:
    """Check, write and announce a new record; `created` makes its event. Without owner and team it belongs to the actor.

    `in_passing`: as `clean_record` takes it.
    """
    given = {"owner": actor, "team": actor.team, **values}
    cleaned = clean_record(model, given, actor=actor, in_passing=in_passing)
    record = model(created_by=actor, **cleaned.columns)
    derive(record)
    record.save(force_insert=True)
    changes: dict[str, tuple[Any, Any]] = {
        name: (None, str(value)) for name, value in cleaned.columns.items() if value not in (None, "")
    }
    for name, rows in cleaned.points.items():
        changes |= write_points(record, POINT_KINDS[name], rows)
    changes |= write_tags(record, cleaned.tags) if cleaned.tags else {}
    changes |= write_custom(record, cleaned.custom or {}, kind=KIND_OF[model])
    refresh_list_columns(record)
    record.save()
    announce(record, "created", created(record), actor=actor, changes=changes)
    return record


def change(record: Kind, values: Mapping[str, Any], *, actor: Any, version: int | None) -> Kind:
    """Check, write and announce what differs. Raises EditConflict for an older `version`; then nothing is written."""
    fresh: Kind = locked(record)
    cleaned = clean_record(type(record), values, actor=actor, record=fresh)
    if version is not None and version != fresh.version:
        raise conflict_of(fresh, version, cleaned)
    if written := write(fresh, cleaned):
        announce(fresh, "changed", changed_event(fresh, written), actor=actor, changes=written)
    return fresh
