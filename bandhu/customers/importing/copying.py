"""COPY into the tables of models: thousands of rows in one statement, columns and defaults taken from the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

_ENCODER = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_text(value: Any) -> str:
    """A value as JSON text, the way Django writes it; "{}" and "[]" without the encoder."""
    return "{}" if value == {} else _ENCODER.encode(value)


def columns_of(model: type[models.Model], without: Sequence[str] = ()) -> list[models.Field]:
    """The columns of the model's table, save those named in `without`."""
    return [field for field in model._meta.concrete_fields if field.column not in without]


def defaults_of(fields: Iterable[models.Field]) -> dict[str, Any]:
    """Column to default, for rows that are made without the model."""
    found: dict[str, Any] = {}
    for field in fields:
        default = None if field.primary_key else field.get_default()
        found[str(field.column)] = json_text(default) if isinstance(field, models.JSONField) else default
    return found


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Lay `rows` into `table`; returns how many. JSON is given as text (`json_text`)."""
    names = ", ".join(f'"{name}"' for name in columns)
    # Made before the statement begins: a query in the middle of it would wait for itself for ever.
    ready = list(rows)
    if ready:
        with (
            connection.cursor() as cursor,
            # A refusal of the database is Django's error here too, as in every other statement.
            connection.wrap_database_errors,
            cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
        ):
            for row in ready:
                copy.write_row(row)
    return len(ready)


def copy_dicts(model: type[models.Model], rows: Sequence[dict[str, Any]], without: Sequence[str] = ()) -> int:
    """Lay rows given as {column: value} into the model's table, filling what they leave out with defaults."""
    if not rows:
        return 0
    defaults = defaults_of(columns_of(model, without))
    filled = ({**defaults, **row} for row in rows)
    names = list(defaults)
    return copy_rows(model._meta.db_table, names, ([row[name] for name in names] for row in filled))


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set `columns` of the rows whose id comes first in each of `rows`: COPY to a temporary table, then one UPDATE."""
    if not rows:
        return
    table = model._meta.db_table
    names = ["id", *columns]
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE changed ON COMMIT DROP AS SELECT {listed} FROM "{table}" WITH NO DATA'  # noqa: S608 (names of our own models)
        )
        copy_rows("changed", names, rows)
        sets = ", ".join(f'"{name}" = changed."{name}"' for name in columns)
        cursor.execute(f'UPDATE "{table}" SET {sets} FROM changed WHERE "{table}".id = changed.id')  # noqa: S608
        cursor.execute("DROP TABLE changed")
