"""Tables partitioned by time through the time inside a UUIDv7 id: one key, and old years apart from new ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class CreatePartitionedModel(migrations.CreateModel):
    """CreateModel whose table is PARTITION BY RANGE (id), with a default partition."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        plain: str = schema_editor.sql_create_table  # type: ignore[attr-defined]
        schema_editor.sql_create_table = plain + " PARTITION BY RANGE (id)"  # type: ignore[attr-defined]
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.sql_create_table = plain  # type: ignore[attr-defined]
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f'CREATE TABLE "{table}_other" PARTITION OF "{table}" DEFAULT')


def ensure_partitions(table: str, first_year: int, last_year: int) -> list[str]:
    """Create the missing yearly partitions of `table`, both years included; returns the names made.

    Years whose rows already lie in the default partition are left there: moving them would lock the table.
    """
    made = []
    with connection.cursor() as cursor:
        for year in range(first_year, last_year + 1):
            name = f"{table}_{year}"
            low, high = _first_id_of(year), _first_id_of(year + 1)
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            cursor.execute(f'SELECT 1 FROM "{table}_other" WHERE id >= %s AND id < %s LIMIT 1', [low, high])  # noqa: S608
            if cursor.fetchone() is None:
                bounds = f"FROM ('{low}') TO ('{high}')"
                cursor.execute(f'CREATE TABLE "{name}" PARTITION OF "{table}" FOR VALUES {bounds}')
                made.append(name)
    return made


def _first_id_of(year: int) -> UUID:
    milliseconds = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000)
    return UUID(int=milliseconds << 80)
