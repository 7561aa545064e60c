"""Fills large tables: indexes and foreign keys are set aside, rows come in by COPY, then both are put back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, models

_BLOCK = 1 << 18


class Columns:
    """The columns of a model: those that vary from row to row, and the text of all others, which is the same in every row."""

    def __init__(self, model: type[models.Model], *varying: str) -> None:
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        constant = [field for field in fields if field.column not in varying]
        self.table = model._meta.db_table
        self.names = [*varying, *(field.column for field in constant)]
        self.tail = "".join("\t" + _default_text(field) for field in constant)

    def line(self, *values: str) -> str:
        """One line of COPY's text format; values hold no tabs, line ends or backslashes but those that are meant."""
        return "\t".join(values) + self.tail + "\n"


def _default_text(field: models.Field) -> str:
    value: Any = field.get_default()
    if value is None:
        if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
            return "2026-01-01 00:00:00+00"
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return "\\\\x" if isinstance(field, models.BinaryField) else str(value)


def copy_file(columns: Columns, path: Path, report: Callable[[str], None]) -> None:
    """COPY a file of lines into the table, delete it, and report how long it took."""
    begun = time.perf_counter()
    names = ", ".join(f'"{name}"' for name in columns.names)
    with (
        path.open("rb") as source,
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{columns.table}" ({names}) FROM STDIN') as copy,
    ):
        while block := source.read(_BLOCK):
            copy.write(block)
    path.unlink()
    report(f"{columns.table} copied in {time.perf_counter() - begun:.1f} s")


def array_text(values: Iterable[str]) -> str:
    """A PostgreSQL array in COPY's text format: quoted, backslashes doubled twice."""
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return ("{" + ",".join(quoted) + "}").replace("\\", "\\\\")


@contextmanager
def without_indexes(tables: list[str], report: Callable[[str], None]) -> Iterator[None]:
    """Inside, the tables have no indexes but primary and unique ones, and no foreign keys; afterwards they have all again."""
    with connection.cursor() as cursor:
        keys = _rows(cursor, _FOREIGN_KEYS, tables)
        for table, name, _definition in keys:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        indexes = _rows(cursor, _INDEXES, tables)
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '768MB'")
        for name, definition in indexes:
            begun = time.perf_counter()
            # A partitioned table's index is described as "ON ONLY", which would leave its partitions without.
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
            if (took := time.perf_counter() - begun) > 5:
                report(f"index {name}: {took:.1f} s")
        begun = time.perf_counter()
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
        report(f"{len(keys)} foreign keys checked in {time.perf_counter() - begun:.1f} s")
        for table in tables:
            cursor.execute(f'VACUUM (ANALYZE) "{table}"')
        report(f"vacuumed and analysed after {time.perf_counter() - begun:.1f} s")


_FOREIGN_KEYS = """
    SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid::regclass::text = ANY(%s)
    ORDER BY 1, 2
"""
# Indexes of partitions come and go with the index of their parent; those behind constraints stay.
_INDEXES = """
    SELECT i.relname, pg_get_indexdef(i.oid)
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid::regclass::text = ANY(%s) AND NOT x.indisprimary AND NOT x.indisunique
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)
    ORDER BY i.relname
"""


def _rows(cursor: Any, query: str, tables: list[str]) -> list[tuple[str, ...]]:
    cursor.execute(query, [tables])
    return list(cursor.fetchall())
