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
    """The record of a whole row; ids, days and moments, which come as text, are read as its fields read them."""
    row, readers = orjson.loads(text), _readers(model)
    return model.from_db(
        connection.alias, readers.keys(), [read(row[name]) for name, read in readers.items()]
    )


@cache
def _readers(model: type[Model]) -> dict[str, Callable[[Any], Any]]:
    return {field.attname: field.to_python for field in model._meta.concrete_fields}
