"""What the columns of a list need, fetched with its rows.

Columns with several values (phones, tags) arrive as arrays in the statement of the rows: fetching them as related
objects takes a statement each, and building fifty querysets for each costs more than the whole rest of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, Model, QuerySet, TextField

from bandhu.platform.json_rows import from_json
from bandhu.platform.record_kinds import Field

# What a record needs to be named and linked to; all that no column shows stays in the database.
_NAMING = {"id", "name", "names", "full_name", "email", "sort_key"}


def with_columns(rows: QuerySet, columns: Iterable[Field], order: Sequence[str]) -> QuerySet:
    """The rows with what `columns` show and `order` sorts by; give the page's records to `link` afterwards."""
    joined, guarded, paths = set(), set(), {name.lstrip("-") for name in order}
    for column in columns:
        paths.update(column.needs)
        if column.custom_key:
            paths.add("custom")
        elif column.annotate:
            rows = column.annotate(rows)
        elif column.path:
            relation = _relation(rows.model, column)
            if relation.one_to_many or relation.many_to_many:
                rows = rows.annotate(**{column.gathered: _gathered(relation, column.path.partition("__")[2])})
                continue
            if relation.many_to_one:
                joined.add(relation.name)
                if column.related_permission:
                    guarded.add(relation.name)
            paths.add(column.path)
    rows = rows.select_related(*sorted(joined)) if joined else rows
    return rows.only(*_read(rows.model, joined, guarded, paths))


def link(records: Sequence[Any], columns: Iterable[Field]) -> None:
    """Make the linked rows (tags) that came with the records what they are: each once, shared by all that have it."""
    for column in columns:
        if not records or not column.path or column.custom_key or column.annotate:
            continue
        relation = _relation(type(records[0]), column)
        if not relation.many_to_many:
            continue
        known: dict[str, Model] = {}
        for record in records:
            texts = getattr(record, column.gathered)
            known |= {text: from_json(relation.related_model, text) for text in texts if text not in known}
            setattr(record, column.gathered, [known[text] for text in texts])


def _relation(model: type[Model], column: Field) -> Any:
    return model._meta.get_field(column.path.split("__")[0])


@cache
def _gathered(relation: Any, leaf: str) -> Func:
    """The values of a column through a relation with many rows; of a many-to-many one its rows, in their model's order.

    Written out: as querysets these few words take a tenth of the time of a whole page, each time.
    """
    quote = connection.ops.quote_name
    table = quote(relation.related_model._meta.db_table)
    if not relation.many_to_many:
        of, value = quote(relation.field.column), relation.related_model._meta.get_field(leaf)
        found = f"SELECT one.{quote(value.column)} FROM {table} one WHERE one.{of} = %(expressions)s ORDER BY one.id"  # noqa: S608 (names of our own models)
        return Func(F("pk"), template=f"ARRAY({found})", output_field=ArrayField(value))
    links, of, to = (
        quote(relation.m2m_db_table()),
        quote(relation.m2m_column_name()),
        quote(relation.m2m_reverse_name()),
    )
    order = ", ".join(f"one.{quote(name)}" for name in relation.related_model._meta.ordering)
    found = (
        f"SELECT to_jsonb(one)::text FROM {links} put JOIN {table} one ON one.id = put.{to}"  # noqa: S608 (names of our own models)
        f" WHERE put.{of} = %(expressions)s ORDER BY {order}"
    )
    return Func(F("pk"), template=f"ARRAY({found})", output_field=ArrayField(TextField()))


def _read(model: type[Model], joined: set[str], guarded: set[str], paths: set[str]) -> list[str]:
    """Columns that name a record, decide its mask and its reach (of a `guarded` relation too), or are shown."""
    own = _NAMING | {path.split("__")[0] for path in paths | _deciding(model)}
    read = [field.name for field in model._meta.concrete_fields if field.name in own]
    for relation in joined:
        related: Any = model._meta.get_field(relation).related_model
        kept = _NAMING | (_deciding(related) if relation in guarded else set())
        names = {f"{relation}__{field.name}": field.name in kept for field in related._meta.concrete_fields}
        read += [path for path, is_kept in names.items() if is_kept or path in paths]
    return read


def _deciding(model: type[Model]) -> set[str]:
    """What a mask or a reach asks of the record itself: its owner and its team."""
    scope = getattr(model, "scope", {}).values()
    return {path for paths in scope for path in ((paths,) if isinstance(paths, str) else paths)}
