"""One expression index per field marked filterable, built without locking the table.

The expressions here are the ones the filters write: PostgreSQL uses an index only for exactly its expression.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DecimalField, Expression, F, Func, JSONField
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from bandhu.platform.models import CustomField
from bandhu.platform.record_kinds import record_kinds

_SQL = {
    "number": "((custom ->> '{key}')::numeric)",
    "money": "((custom -> '{key}' ->> 'amount')::numeric)",
    "choices": "(custom -> '{key}')",
}
_PLAIN = "(custom ->> '{key}')"


class AsNumber(Func):
    """`(text)::numeric`, without a precision that would make it another expression than the index's."""

    template = "(%(expressions)s)::numeric"
    output_field = DecimalField(max_digits=40, decimal_places=10)


def expression(type: str, key: str, column: str = "custom") -> Expression | Func:
    """The value of a custom field in a query; `column` leads to that of a related record."""
    if type == "number":
        return AsNumber(KeyTextTransform(key, column))
    if type == "money":
        return AsNumber(KeyTextTransform("amount", KeyTransform(key, column)))
    if type == "choices":
        return KeyTransform(key, F(column), output_field=JSONField())
    return KeyTextTransform(key, column)


def index_field(field_id: UUID) -> None:
    """Build or drop the index of a field, as its definition says. Runs outside a transaction, safe to repeat."""
    field = CustomField.objects.get(pk=field_id)
    table = record_kinds[field.record_kind].model._meta.db_table
    name = f"custom_{field.key}"
    with connection.cursor() as cursor:
        if not field.is_filterable or field.retired_at:
            cursor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
            return
        if _is_broken(cursor, name):  # a build that was killed leaves an invalid index behind
            cursor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        method = "gin" if field.type == "choices" else "btree"
        what = _SQL.get(field.type, _PLAIN).format(key=field.key)
        cursor.execute(
            f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{name}" ON "{table}" USING {method} ({what})'
        )
        cursor.execute(f'CREATE STATISTICS IF NOT EXISTS "{name}_stats" ON {what} FROM "{table}"')


def _is_broken(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
    row = cursor.fetchone()
    return bool(row and row[0])
