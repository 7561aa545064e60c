"""The value of a field of a record: as data (export, API) and as words (lists)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bandhu.platform.money import Money
from bandhu.platform.phone_numbers import display_number
from bandhu.platform.record_kinds import Field
from bandhu.ui import formats


def value_of(record: Any, field: Field) -> Any:
    """What the record holds: a list for fields with many values, None or "" for nothing."""
    return reader_of(field)(record)


def reader_of(field: Field) -> Callable[[Any], Any]:
    """Reads this field of records; made once for a column of many rows."""
    path, gathered = field.path, field.gathered
    if field.custom_key:
        return lambda record: record.custom.get(field.custom_key)
    if not (path or field.reads):
        return lambda record: None
    if field.annotate and not field.reads:
        return lambda record: getattr(record, path, None)
    path = field.reads or path

    def read(record: Any) -> Any:
        if (many := record.__dict__.get(gathered)) is not None:
            return many
        if "__" not in path and not hasattr(found := getattr(record, path, None), "all"):
            return found
        return _along(record, path)

    return read


def _along(record: Any, path: str) -> Any:
    """What stands at the end of a path through relations: a list where one of them has many rows."""
    values = [record]
    many = False
    for part in path.split("__"):
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
    return writer_of(field)(value)


def writer_of(field: Field) -> Callable[[Any], str]:
    """Writes values of this field for the reader of the request; made once for a column of many rows."""
    reader = formats.current_reader()
    names = None if field.choices is None or field.reads else dict(field.choices())
    typed = _WRITERS.get(field.type)

    def write(value: Any) -> str:
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, list | tuple):
            return ", ".join(write(one) for one in value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if names is not None:
            return str(names.get(value, value))
        return typed(value, reader) if typed else str(value)

    return write


def _day(value: Any, reader: Any) -> str:
    return formats.day(date.fromisoformat(value) if isinstance(value, str) else value, reader)


def _file_name(value: Any, reader: Any) -> str:
    return str(value["name"]) if isinstance(value, dict) else str(value)


_WRITERS: dict[str, Any] = {
    "file": _file_name,
    "money": lambda value, reader: (
        value.written(reader)
        if isinstance(value, Money)
        else formats.money(value["amount"], value["currency"], reader)
    ),
    "datetime": formats.when,
    "date": _day,
    "number": formats.number,
    "phone": lambda value, reader: display_number(value, reader_country=reader.country),
}
