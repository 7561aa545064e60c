"""Before and after of a change, as the audit trail keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models


def apply_changes(record: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the values on the record (not saved) and return those that differ: {field: (before, after)}, by name."""
    changes = {}
    for name, after in values.items():
        before = getattr(record, name)
        if before != after:
            setattr(record, name, after)
            changes[name] = (_said(before), _said(after))
    return changes


def names_of(records: Iterable[Any]) -> list[str]:
    """Sorted names, for a field that holds several records."""
    return sorted(str(one) for one in records)


def _said(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value
