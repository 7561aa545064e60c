"""Writes the search index: one record after a change, or a million set by set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bandhu.platform.database_sessions import WRITING_MUCH
from bandhu.platform.registries import SearchDocument, search_kinds

from .keys import entry_of, word_row

_COLUMNS = "record_id, kind, title, detail, other_names, keys, marks"
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
_FEW = 20
BATCH = 5_000
_WORDS_LOCK = 7_251_003  # shared by those who write entries, alone for who drops words


def index_records(kind: str, ids: Sequence[UUID]) -> int:
    """Bring the index up to date for these records, in the caller's transaction; those that are gone leave it.

    Any number of ids; large numbers are written by COPY. Returns how many entries stand.
    """
    registered = search_kinds.get(kind)
    if registered is None or registered.documents is None:
        return 0
    standing = 0
    for start in range(0, len(ids), BATCH):
        part = list(ids[start : start + BATCH])
        documents = list(registered.documents(part))
        gone = set(part) - {document.record_id for document in documents}
        with transaction.atomic(savepoint=False):
            remove_records(gone)
            write_documents(kind, documents)
        standing += len(documents)
    return standing


def remove_records(ids: Iterable[UUID]) -> None:
    """Take records out of the index."""
    if gone := list(ids):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM platform_searchentry WHERE record_id = ANY(%s)", [gone])


def write_documents(kind: str, documents: Iterable[SearchDocument], *, all_new: bool = False) -> None:
    """Write documents made elsewhere (an import has them at hand); a later one replaces an earlier of its record.

    With `all_new`, none of the records may be in the index yet: they are laid down without asking.
    """
    entries = {entry.record_id: entry for entry in (entry_of(kind, document) for document in documents)}
    if not entries:
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        _write_words(cursor, sorted(set().union(*(entry.words for entry in entries.values()))))
        rows = [entry.row() for entry in entries.values()]
        if all_new:
            _copy(cursor, "platform_searchentry", _COLUMNS, rows)
        else:
            _insert(cursor, "platform_searchentry", _COLUMNS, rows, f"(record_id) DO UPDATE SET {_UPDATES}")


def reindex(kind: str, progress: Callable[[int], None] = lambda written: None) -> int:
    """Write the entries of every record of `kind` again and drop those of records that are gone. Returns their number."""
    registered = search_kinds[kind]
    if registered.all_ids is None:
        return 0
    ids = iter(registered.all_ids())
    written = 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS reindexed (record_id uuid PRIMARY KEY)")
        cursor.execute("TRUNCATE reindexed")
        while part := list(islice(ids, BATCH)):
            written += index_records(kind, part)
            cursor.execute("INSERT INTO reindexed SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING", [part])
            progress(written)
        cursor.execute(
            "SELECT record_id FROM platform_searchentry AS entry WHERE kind = %s"
            " AND NOT EXISTS (SELECT 1 FROM reindexed WHERE reindexed.record_id = entry.record_id)",
            [kind],
        )
        # Records that are gone, and those made meanwhile: which is which is looked up.
        index_records(kind, [row[0] for row in cursor.fetchall()])
        cursor.execute("DROP TABLE reindexed")
    return written


def forget_unused_words() -> int:
    """Drop words that no record bears any more, so that likeness is not searched among them. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Whoever writes entries now has seen words that must not go before the entries are there.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WORDS_LOCK])
        cursor.execute(
            "WITH used AS (SELECT DISTINCT CASE WHEN key LIKE 'c:%%' THEN substr(key, 3) ELSE key END AS word"
            " FROM platform_searchentry, unnest(keys) AS key)"
            " DELETE FROM platform_searchword AS known"
            " WHERE NOT EXISTS (SELECT 1 FROM used WHERE used.word = known.word)"
        )
        return int(cursor.rowcount)


def _write_words(cursor: Any, words: list[str]) -> None:
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_WORDS_LOCK])
    # Most words are known already; asking first spares the write and the wait for somebody who writes the same word.
    cursor.execute(
        "SELECT word FROM unnest(%s::varchar[]) AS word"
        " WHERE NOT EXISTS (SELECT 1 FROM platform_searchword AS known WHERE known.word = word.word)",
        [words],
    )
    new = sorted(row[0] for row in cursor.fetchall())
    if not new:
        return
    # Sorted, so that two imports at once cannot wait for each other in a circle.
    _insert(
        cursor, "platform_searchword", "word, sound, keys", [word_row(word) for word in new], "DO NOTHING"
    )


def _insert(cursor: Any, table: str, columns: str, rows: list[Any], on_conflict: str) -> None:
    """Insert rows: a few as they are, many by COPY through a table that lives as long as the transaction."""
    if len(rows) <= _FEW:
        # The driver writes an empty list without a type; the table's own type is found by its columns.
        marks = ", ".join("%s::varchar[]" if isinstance(value, list) else "%s" for value in rows[0])
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT {on_conflict}",  # noqa: S608 - constants
            rows,
        )
        return
    arrivals = f"{table}_arrivals"
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {arrivals} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP"
    )
    cursor.execute(f"TRUNCATE {arrivals}")
    _copy(cursor, arrivals, columns, rows)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {arrivals} ON CONFLICT {on_conflict}"  # noqa: S608 - constants
    )


def _copy(cursor: Any, table: str, columns: str, rows: list[Any]) -> None:
    cursor.execute(WRITING_MUCH)
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_array_text(value) if isinstance(value, list) else value for value in row])


def _array_text(values: list[str]) -> str:
    """A PostgreSQL array as text; the driver's own way of writing one costs ten times as much."""
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"
