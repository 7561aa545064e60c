"""Values of the administrator's own fields on their way into a record: checked by type, by role, and for what must be filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.platform.custom_fields import (
    Upload,
    clean_values,
    definition_for,
    drop_file,
    keep_upload,
    may_edit,
    missing_required,
)


def checked_custom(kind: str, given: Mapping[str, Any], actor: Any, *, is_new: bool) -> dict[str, Any]:
    """`given` (key → raw) as it is stored; raises ValidationError by "custom.<key>". A new record fills what its maker must fill.

    Nothing is demanded of the system user: it writes for strangers (forms, bookings, mail), whom nobody asked for our own fields.
    """
    problems: dict[str, list[ValidationError]] = {}
    allowed: dict[str, Any] = {}
    cleaned: dict[str, Any] = {}
    for key, raw in given.items():
        known = definition_for(kind, key)
        if known is not None and not may_edit(actor, known):
            refusal = ValidationError(_("Your role may not change this field."), code="hidden")
            problems[f"custom.{key}"] = [refusal]
        else:
            allowed[key] = raw
    try:
        cleaned = clean_values(kind, allowed)
    except ValidationError as problem:
        problems |= problem.error_dict
    for one in missing_required(kind, given) if is_new and not actor.is_system else []:
        if may_edit(actor, one):
            refusal = ValidationError(_("This may not be empty."), code="required")
            problems.setdefault(f"custom.{one.key}", [refusal])
    if problems:
        raise ValidationError(problems)
    return cleaned


def write_custom(record: Any, values: Mapping[str, Any], *, kind: str) -> dict[str, tuple[Any, Any]]:
    """Set them on the record (not saved yet); returns the changes.

    Absent means empty: an emptied field leaves the document, and a file that is replaced leaves the house.
    """
    changes: dict[str, tuple[Any, Any]] = {}
    for key, value in values.items():
        before = record.custom.get(key)
        if isinstance(value, Upload):
            value = keep_upload(key, value, kind=kind, record_id=record.pk)
        if before != value:
            drop_file(before, record.pk)
        if value in (None, "", []):
            record.custom.pop(key, None)
            value = None
        else:
            record.custom[key] = value
        if before != value:
            changes[f"custom.{key}"] = (before, value)
    return changes
