"""The value of a field of a record: as data (export, API) and as words (lists)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bandhu.platform.money import Money
from bandhu.platform.record_kinds import Field
from bandhu.ui import formats


def value_of(record: Any, field: Field) -> Any:
    """What the record holds: a list for fields with many values, None or "" for nothing."""
    if field.custom_key:
        return record.custom.get(field.custom_key)
    if not field.path:
        return None
    if field.annotate and not field.reads:
        return getattr(record, field.path, None)
    values = [record]
    many = False
    for part in (field.reads or field.path).split("__"):
        following: list[Any] = []
        for value in values:
            found = getattr(value, part, None) if value is not None else None
            if found is not None and hasattr(found, "all"):
                many = True
                following.extend(found.all())
            elif found is not None:
                following.append(found)
        values = following
    if many:
        return values
    return values[0] if values else None


def words_of(record: Any, field: Field) -> str:
    """The value as people read it, in the active language, zone and digits."""
    return in_words(value_of(record, field), field)


def in_words(value: Any, field: Field) -> str:
    """A value of this field as people read it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(in_words(one, field) for one in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.choices is not None and not field.reads:
        return str(dict(field.choices()).get(value, value))
    if field.type in _WRITERS:
        return _WRITERS[field.type](value, formats.current_reader())
    return str(value)


def _day(value: Any, reader: Any) -> str:
    return formats.day(date.fromisoformat(value) if isinstance(value, str) else value, reader)


_WRITERS: dict[str, Any] = {
    "money": lambda value, reader: (
        value.written(reader)
        if isinstance(value, Money)
        else formats.money(value["amount"], value["currency"], reader)
    ),
    "datetime": formats.when,
    "date": _day,
    "number": formats.number,
}
