"""What the columns of a list need, fetched with its rows.

Columns with several values (phones, tags) arrive as arrays in the statement of the rows: fetching them as related
objects takes a statement each, and building fifty querysets for each costs more than the whole rest of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet

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
                rows = rows.annotate(**{column.gathered: _gathered(relation, column)})
                continue
            if relation.many_to_one:
                joined.add(relation.name)
                if column.related_permission:
                    guarded.add(relation.name)
            paths.add(column.path)
    rows = rows.select_related(*sorted(joined)) if joined else rows
    return rows.defer(*_unread(rows.model, joined, guarded, paths))


def link(records: Sequence[Any], columns: Iterable[Field]) -> None:
    """Put linked rows (tags) in the place of the ids that came with the records; one statement for each such column."""
    for column in columns:
        if not records or not column.path or column.custom_key or column.annotate:
            continue
        relation = _relation(type(records[0]), column)
        if not relation.many_to_many:
            continue
        wanted = {pk for record in records for pk in getattr(record, column.gathered)}
        # In the order of their model, as a prefetch would give them.
        known = list(relation.related_model._default_manager.filter(pk__in=wanted)) if wanted else []
        for record in records:
            own = set(getattr(record, column.gathered))
            setattr(record, column.gathered, [row for row in known if row.pk in own])


def _relation(model: type[Model], column: Field) -> Any:
    return model._meta.get_field(column.path.split("__")[0])


def _gathered(relation: Any, column: Field) -> ArraySubquery:
    """The values of a column through a relation with many rows; of a many-to-many one their ids."""
    if relation.many_to_many:
        links = relation.remote_field.through._default_manager
        own, other = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        return ArraySubquery(links.filter(**{own: OuterRef("pk")}).values(f"{other}_id"))
    leaf = column.path.partition("__")[2]
    own_rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
    return ArraySubquery(own_rows.order_by("pk").values(leaf))


def _unread(model: type[Model], joined: set[str], guarded: set[str], paths: set[str]) -> list[str]:
    """Columns that name nothing, decide no mask and no reach (of a `guarded` relation), and are not shown."""
    read = _NAMING | _deciding(model) | {path.split("__")[0] for path in paths}
    unread = [field.name for field in model._meta.concrete_fields if field.name not in read]
    for relation in joined:
        related: Any = model._meta.get_field(relation).related_model
        kept = _NAMING | (_deciding(related) if relation in guarded else set())
        unread += [
            f"{relation}__{field.name}"
            for field in related._meta.concrete_fields
            if field.name not in kept and not field.primary_key
        ]
    return [name for name in unread if name not in paths]


def _deciding(model: type[Model]) -> set[str]:
    """What a mask or a reach asks of the record itself: its owner and its team."""
    scope = getattr(model, "scope", {}).values()
    return {path for paths in scope for path in ((paths,) if isinstance(paths, str) else paths)}
