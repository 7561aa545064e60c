"""Keyset paging: the next page starts after the last row, by the values it is sorted by; depth costs nothing.

    page = keyset_page(queryset, ["last_touched_at desc", …], cursor=request.GET.get("cursor"), limit=50)
    page.items, page.next, page.previous

Orders are Django's ("name", "-created_at"); empty values always come last. The id is added as the last word, so
that equal rows keep one order.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

BACK, FORTH = "b", "f"


@dataclass(frozen=True)
class Page:
    """One page: its rows, and the cursors of its neighbours ("" when there is none)."""

    items: list[Any]
    next: str
    previous: str


def keyset_page(queryset: QuerySet, order: list[str], *, cursor: str | None = None, limit: int = 50) -> Page:
    """The rows after (or before) `cursor`. Raises ValidationError for a cursor that was not made by us."""
    order = _ending_in_id(order)
    direction, values = _read(cursor, order) if cursor else (FORTH, None)
    backwards = direction == BACK
    found: list[Any] = []
    for rows in _segments(queryset, order, values, backwards):
        found += rows[: limit + 1 - len(found)]
        if len(found) > limit:
            break
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next = bool(values is not None) if backwards else more
    has_previous = more if backwards else values is not None
    return Page(
        found,
        _written(FORTH, found[-1], order) if found and has_next else "",
        _written(BACK, found[0], order) if found and has_previous else "",
    )


def _segments(
    queryset: QuerySet, order: list[str], values: list[Any] | None, backwards: bool
) -> Iterator[QuerySet]:
    """The queries that together give the rows beyond the cursor.

    Where the first column may be empty, the filled and the empty rows are asked for apart: only then does
    PostgreSQL walk the column's index from the cursor on instead of from one end of the table.
    """
    first = order[0].lstrip("-")
    filled_only, empty_only = {f"{first}__isnull": False}, {f"{first}__isnull": True}
    if not _nullable(queryset.model, first):
        yield _walk(queryset, order, values, backwards)
        return
    value = None if values is None else _typed(queryset.model, first, values[0])
    starts_in_empty = values is not None and value is None
    filled, empty = queryset.filter(**filled_only), queryset.filter(**empty_only)
    if backwards:
        if starts_in_empty:
            yield _walk(empty, order[1:], values[1:] if values else None, backwards)
            yield _walk(filled, order, None, backwards)
        else:
            yield _walk(filled, order, values, backwards)
        return
    if not starts_in_empty:
        yield _walk(filled, order, values, backwards)
    yield _walk(empty, order[1:], values[1:] if values and starts_in_empty else None, backwards)


def _walk(queryset: QuerySet, order: list[str], values: list[Any] | None, backwards: bool) -> QuerySet:
    rows = queryset.order_by(*(_sorted_by(name, backwards, place) for place, name in enumerate(order)))
    if values is None:
        return rows
    if len(order) == 2 and len({name.startswith("-") for name in order}) == 1:
        return rows.filter(_RowComparison.beyond(queryset.model, order, values, backwards))
    return rows.filter(_beyond(queryset.model, order, values, backwards))


class _RowComparison(Func):
    """(city, id) > (x, y): the one form that PostgreSQL takes as the place in an index to start from.

    Written as (city > x) or (city = x and id > y), it reads all of a large city's rows before the cursor first.
    """

    output_field = BooleanField()

    @classmethod
    def beyond(
        cls, model: type[Model], order: list[str], values: list[Any], backwards: bool
    ) -> _RowComparison:
        """Rows strictly after the values; neither column may be empty."""
        paths = [name.lstrip("-") for name in order]
        bounds = [
            Value(_typed(model, path, raw), output_field=_field(model, path))
            for path, raw in zip(paths, values, strict=True)
        ]
        down = order[0].startswith("-") != backwards
        return cls(*(F(path) for path in paths), *bounds, comparison="<" if down else ">")

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        parts: list[str] = []
        params: tuple[Any, ...] = ()
        for expression in self.get_source_expressions():
            sql, given = compiler.compile(expression)
            parts.append(sql)
            params += tuple(given)
        own, bounds = ", ".join(parts[:2]), ", ".join(parts[2:])
        return f"({own}) {self.extra['comparison']} ({bounds})", params


def _ending_in_id(order: list[str]) -> list[str]:
    if order and order[-1].lstrip("-") in ("id", "pk"):
        return order
    downwards = bool(order) and order[-1].startswith("-")
    return [*order, "-id" if downwards else "id"]


def _sorted_by(name: str, backwards: bool, place: int) -> Any:
    down = name.startswith("-") != backwards
    field = F(name.lstrip("-"))
    if place == 0 or name.lstrip("-") == "id":
        return field.desc() if down else field.asc()
    # Empty values stand last going forth, so they come first going back.
    if backwards:
        return field.desc(nulls_first=True) if down else field.asc(nulls_first=True)
    return field.desc(nulls_last=True) if down else field.asc(nulls_last=True)


def _beyond(model: type[Model], order: list[str], values: list[Any], backwards: bool) -> Q:
    """Rows strictly after the given values in this order: (a > x) or (a = x and b > y) or …"""
    condition, equal_so_far, bound = Q(pk__in=[]), Q(), Q()
    for place, (name, raw) in enumerate(zip(order, values, strict=True)):
        path, down = name.lstrip("-"), name.startswith("-")
        value = _typed(model, path, raw)
        comparison = "lt" if down != backwards else "gt"
        if value is None:
            further = Q(**{f"{path}__isnull": False}) if backwards else Q(pk__in=[])
            same = Q(**{f"{path}__isnull": True})
        else:
            further = Q(**{f"{path}__{comparison}": value})
            if place == 0:  # says nothing new, but is what the index can start from
                bound = Q(**{f"{path}__{comparison}e": value})
            elif not backwards and path != "id" and _nullable(model, path):
                further |= Q(**{f"{path}__isnull": True})
            same = Q(**{path: value})
        condition |= equal_so_far & further
        equal_so_far &= same
    return bound & condition


def _field(model: type[Model], path: str) -> Any:
    field: Any = None
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None  # an annotation
        if field.is_relation and field.related_model:
            model = field.related_model
    return field


def _nullable(model: type[Model], path: str) -> bool:
    field = _field(model, path)
    return field is None or field.null or "__" in path


def _typed(model: type[Model], path: str, raw: Any) -> Any:
    """JSON's value as the column's: bytes, moments, days and ids were written as text."""
    if raw is None or not isinstance(raw, dict):
        return raw
    kind, text = next(iter(raw.items()))
    readers: dict[str, Any] = {
        "bytes": lambda: base64.b64decode(text),
        "moment": lambda: parse_datetime(text),
        "day": lambda: parse_date(text),
        "id": lambda: UUID(text),
    }
    return readers[kind]()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, UUID):
        return {"id": str(value)}
    if hasattr(value, "isoformat"):
        return {"moment" if hasattr(value, "hour") else "day": value.isoformat()}
    return value


def _written(direction: str, row: Any, order: list[str]) -> str:
    values = [_plain(_value_of(row, name.lstrip("-"))) for name in order]
    text = json.dumps([direction, order, values], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value_of(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for part in path.split("__"):
        row = getattr(row, part) if row is not None else None
    return row


def _read(cursor: str, order: list[str]) -> tuple[str, list[Any]]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, made_for, values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if direction not in (BACK, FORTH) or made_for != order or len(values) != len(order):
            raise ValueError
        for value in values:
            _typed(Model, "", value)
    except (ValueError, TypeError, KeyError, StopIteration, AttributeError, RecursionError):
        raise ValidationError(
            _("This page link is no longer good: start again from the first page.")
        ) from None
    return direction, values
