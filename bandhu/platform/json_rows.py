"""Rows that PostgreSQL gives as JSON (to_jsonb) made into records."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db import connection
from django.db.models import Model

Record = TypeVar("Record", bound=Model)


def from_json(model: type[Record], text: str) -> Record:
    """The record of a row; ids, days and moments, which come as text, are read as its fields read them. Columns it lacks are deferred."""
    row, readers = orjson.loads(text), _readers(model)
    # In the order of the model, which is how Django takes them.
    names = [name for name in readers if name in row]
    return model.from_db(connection.alias, names, [readers[name](row[name]) for name in names])


@cache
def _readers(model: type[Model]) -> dict[str, Callable[[Any], Any]]:
    return {field.attname: field.to_python for field in model._meta.concrete_fields}
