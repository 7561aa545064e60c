""" "Is it one of these thousands?" as one parameter, where `__in` would write and check a parameter for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Lookup


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class AnyOf(Lookup):
    """`filter(key__any_of=values)`: `key = ANY(array)`. Values are taken as they are (texts, UUIDs, bytes)."""

    lookup_name = "any_of"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY(%s)", (*params, self.rhs)


# Relations look up in a list of their own.
models.ForeignObject.register_lookup(AnyOf)
