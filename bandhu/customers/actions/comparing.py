"""What was sent beside what somebody else saved meanwhile, of records whose values are columns, tags and own fields."""

from __future__ import annotations

from typing import Any

from bandhu.customers.actions.records import plain
from bandhu.customers.cleaning import CleanedValues, conflict_of, json_value
from bandhu.platform.conflicts import EditConflict


def conflict_with(record: Any, version: int, cleaned: CleanedValues) -> EditConflict:
    """To be raised where `version` is no longer the newest."""
    yours = {name: json_value(plain(value)) for name, value in cleaned.columns.items()}
    if cleaned.tags is not None:
        yours["tags"] = sorted(cleaned.tags)
    yours |= {f"custom.{key}": value for key, value in (cleaned.custom or {}).items()}
    return conflict_of(record, version, yours, {name: _stored(record, name) for name in yours})


def _stored(record: Any, name: str) -> Any:
    if name.startswith("custom."):
        return record.custom.get(name.removeprefix("custom."))
    if name == "tags":
        return sorted(record.tags.values_list("name", flat=True))
    return json_value(plain(getattr(record, name)))
