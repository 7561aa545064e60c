"""What of two merged records stands in no field afterwards: one of two single values has to yield.

It becomes a line of the note, as imports keep what two systems disagree on. What not everybody who sees the record may
see stays out of the note, and in the audit trail under its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from bandhu.customers.column_words import COLUMN_WORDS
from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import COLUMNS, JOINED, TITLES
from bandhu.platform.cells import in_words
from bandhu.platform.custom_fields import as_field, definition_for
from bandhu.platform.record_kinds import Field, record_kinds

Record = Contact | Company
Values = dict[str, Any]
# A merge keeps these as other names.
_KEPT_AS_NAMES = ("nickname", "legal_name")
_NAME_PARTS = ("given_name", "family_name")


def single_values(record: Record) -> Values:
    """Columns and own fields ("custom.<key>") that hold something a merge would not keep elsewhere.

    The notes are no part of it: they are joined, or somebody chose one of the two texts.
    """
    title = TITLES[type(record)]
    values = {
        name: getattr(record, name)
        for name in COLUMNS[type(record)]
        if name not in (title, *_KEPT_AS_NAMES, *JOINED)
    }
    for name in _NAME_PARTS:
        if values.get(name) and values[name] in getattr(record, title):
            del values[name]
    values |= {f"custom.{key}": value for key, value in record.custom.items()}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def untaken(winner: Record, offered: Iterable[Values]) -> Values:
    """Of what the two records had (`single_values` of both, before the merge) that which `winner` does not hold now."""
    stands = single_values(winner)
    return {
        name: value
        for values in offered
        for name, value in values.items()
        if value != winner and not _is_in(value, stands.get(name))
    }


def _is_in(value: Any, held: Any) -> bool:
    if isinstance(value, list) and isinstance(held, list):
        return all(one in held for one in value)
    return bool(value == held)


def add_to_note(winner: Record, kind: str, values: Mapping[str, Any]) -> None:
    """Write what everybody may see of these values into the note (not saved), a line each, in the actor's words."""
    lines = []
    for name, value in values.items():
        field = _open_field(kind, name)
        line = f"{field.label}: {_words(name, value, field)}" if field else ""
        if line and line not in winner.note.splitlines():
            lines.append(line)
    winner.note = "\n\n".join(part for part in (winner.note, "\n".join(lines)) if part)


def covered(kind: str, values: Mapping[str, Any]) -> Values:
    """Those that must not stand in the note."""
    return {name: value for name, value in values.items() if _open_field(kind, name) is None}


def _open_field(kind: str, name: str) -> Field | None:
    """The field, when whoever sees the record may see it."""
    key = name.removeprefix("custom.")
    if key != name:
        own = definition_for(kind, key)
        return as_field(own) if own and not own.visible_to_roles else None
    field = record_kinds[kind].field(name)
    return field if field and not (field.masked_by or field.related_permission) else None


def _words(name: str, value: Any, field: Field) -> str:
    if name in COLUMN_WORDS:
        return str(COLUMN_WORDS[name](value))
    return str(value) if isinstance(value, Model) else in_words(value, field)
