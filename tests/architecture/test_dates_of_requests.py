"""Every date that a request may bring is text as in ISO 8601: pydantic alone reads "0" as the first of January 1970."""

import typing
from collections.abc import Iterator
from datetime import date, datetime
from types import UnionType

from pydantic import BaseModel
from pydantic.functional_validators import BeforeValidator

from config.api import api


def _loose(kind: object, at: str, seen: set[type], checked: bool = False) -> Iterator[str]:
    """Where a date stands below `kind` that nothing checks before pydantic reads it."""
    if typing.get_origin(kind) is typing.Annotated:
        inner, *notes = typing.get_args(kind)
        yield from _loose(inner, at, seen, checked or _checks(notes))
    elif kind in (date, datetime):
        if not checked:
            yield at
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            for name, field in kind.model_fields.items():
                yield from _loose(field.annotation, f"{kind.__name__}.{name}", seen, _checks(field.metadata))
    elif isinstance(kind, UnionType) or typing.get_origin(kind):
        for one in typing.get_args(kind):
            yield from _loose(one, at, seen, checked)


def _checks(notes: typing.Iterable[object]) -> bool:
    return any(isinstance(one, BeforeValidator) for one in notes)


def test_no_date_of_a_request_is_read_as_seconds():
    seen: set[type] = set()
    bodies = [
        model
        for _prefix, router in api._routers
        for path in router.path_operations.values()
        for operation in path.operations
        for model in operation.models
    ]
    assert len(bodies) > 200
    assert [at for model in bodies for at in _loose(model, model.__name__, seen)] == []


def test_a_bare_date_is_found():
    """The check can fail."""

    class Bare(BaseModel):
        on: date | None

    assert list(_loose(Bare, "", set())) == ["Bare.on"]
