"""A whole row by its id, and the writing of one, with statements that are made once.

Django builds the statement anew each time: for a model of thirty columns that costs five times what running it does. What is asked with
every request or written with every change goes through here; everything else stays with the ORM.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Model = TypeVar("Model", bound=models.Model)


def row_of(model: type[Model], pk: Any, *, hold: bool = False) -> Model | None:
    """The row with this id as an instance; None where there is none. With `hold` it is locked until the transaction ends."""
    statement, names, converters = _reading(model, hold)
    with connection.cursor() as cursor:
        cursor.execute(statement, [pk])
        found = cursor.fetchone()
    return None if found is None else _made(model, names, converters, found)


def rows_of(model: type[Model], pks: Sequence[Any]) -> dict[Any, Model]:
    """Those of the rows with these ids that are there, by their id."""
    statement, names, converters = _reading(model, False)
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("= %s", "= ANY(%s)"), [list(pks)])
        found = [_made(model, names, converters, one) for one in cursor.fetchall()]
    return {one.pk: one for one in found}


def _made(model: type[Model], names: list[str], converters: Any, found: Sequence[Any]) -> Model:
    values = list(found)
    for place, convert in converters:
        values[place] = convert(values[place])
    return model.from_db(connection.alias, names, values)


def row_exists(model: type[models.Model], pk: Any) -> bool:
    """Whether there is a row with this id."""
    with connection.cursor() as cursor:
        cursor.execute(_exists(model), [pk])
        return cursor.fetchone() is not None


def insert_row(one: Model) -> Model:
    """Write an unsaved object, no signals and no checks but the database's; an automatic number is set on it.

    `auto_now_add` is not looked at: give the moments.
    """
    statement, fields, number = _writing(type(one))
    values = [field.get_db_prep_save(getattr(one, field.attname), connection=connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if number:
            setattr(one, number, cursor.fetchone()[0])
    one._state.adding, one._state.db = False, connection.alias
    return one


def update_row(one: models.Model, names: tuple[str, ...]) -> None:
    """Write these fields of a stored object as they stand; no signals, and `auto_now` is not looked at."""
    statement, fields = _changing(type(one), names)
    values = [field.get_db_prep_save(getattr(one, field.attname), connection=connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, one.pk])


@cache
def _reading(
    model: type[models.Model], hold: bool
) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(_quoted(str(field.column)) for field in fields)
    statement = (
        f"SELECT {columns} FROM {_table(model)} WHERE {_key(model)} = %s{' FOR UPDATE' if hold else ''}"  # noqa: S608 (names of our own models)
    )
    converters = [
        (place, convert) for place, field in enumerate(fields) if (convert := _converter(field)) is not None
    ]
    return statement, [str(field.attname) for field in fields], converters


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """What makes of the driver's value what the model holds; None where they are the same."""
    column = field.cached_col
    known = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
    if not known:
        return None

    def convert(value: Any) -> Any:
        for one in known:
            value = one(value, column, connection)
        return value

    return convert


@cache
def _exists(model: type[models.Model]) -> str:
    return f"SELECT 1 FROM {_table(model)} WHERE {_key(model)} = %s"  # noqa: S608 (names of our own models)


@cache
def _writing(model: type[models.Model]) -> tuple[str, list[models.Field[Any, Any]], str]:
    """The statement, the fields it writes, and the name of the automatic number it returns ("" for none)."""
    own = model._meta.pk
    number = str(own.attname) if isinstance(own, models.AutoField) else ""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(_quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_table(model)} ({columns}) VALUES ({places})"  # noqa: S608 (names of our own models)
    return f"{statement} RETURNING {_key(model)}" if number else statement, fields, number


@cache
def _changing(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[models.Field[Any, Any]]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f"{_quoted(str(field.column))} = %s" for field in fields)
    return f"UPDATE {_table(model)} SET {columns} WHERE {_key(model)} = %s", fields  # noqa: S608 (names of our own models)


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _key(model: type[models.Model]) -> str:
    return _quoted(str(model._meta.pk.column))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
