"""What the two have in common: a row comes in once, is told of, and can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from bandhu.customers.importing.copying import copy_rows, json_text
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.importing.undo import pointing_tables
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import current_origin
from bandhu.platform.search.indexing import index_records, remove_records

_AUDIT = [
    "at",
    "actor_id",
    "actor_name",
    "origin",
    "verb",
    "record_kind",
    "record_id",
    "record_title",
    "changes",
]
_TRACE = [
    "run_id",
    "number",
    "record_kind",
    "record_id",
    "verb",
    "version",
    "before",
    "suspect_reasons",
    "undo",
]


def key_of(record: Record, source: str, external_id: str) -> str:
    """What a row is known by when it comes again: its id in the other system, else everything it says. 64 hex digits."""
    text = f"id\x1f{source}\x1f{external_id}" if external_id else f"row\x1f{record.fingerprint}"
    return hashlib.sha256(text.encode()).hexdigest()


def settle_once(outcomes: Iterable[Outcome], keys: dict[int, str], known: set[str]) -> list[Outcome]:
    """Set `verb` of each: created, or skipped where its key is known (already, or from an earlier row); returns the created."""
    fresh = []
    for outcome in outcomes:
        if outcome.verb == "failed" or (outcome.verb == "skipped" and outcome.pending is None):
            continue
        key = keys[outcome.record.number]
        outcome.verb = "skipped" if key in known else "created"
        if outcome.verb == "created":
            known.add(key)
            fresh.append(outcome)
    return fresh


def check_moment(record: Record, name: str) -> datetime | None:
    """The moment a row gives for `name`; one that lies ahead of us is put into its problems."""
    at: datetime | None = record.attached.get(name)
    if at is not None and at > timezone.now():
        record.problems.append(CellProblem("in_the_future", None, at.date().isoformat()))
    return at


def told(text: str, lines: Sequence[str]) -> str:
    """A text with the lines that found no field of their own below it."""
    return "\n".join(part for part in (text, *lines) if part)


def leave_traces(
    run: Import, kind: str, made: Sequence[tuple[int, Any, dict[str, Any]]], now: datetime
) -> None:
    """Audit, undo and search of new records: (number of the row, record, its filled fields as people read them)."""
    origin = json_text({**current_origin(), "import": str(run.pk)})
    copy_rows(
        AuditEntry._meta.db_table, _AUDIT,
        (
            (now, run.actor_id, str(run.actor), origin, "created", kind, one.pk, str(one)[:300],
             json_text({name: [None, value] for name, value in filled.items() if value not in (None, "")}))
            for _number, one, filled in made
        ),
    )  # fmt: skip
    copy_rows(
        ImportedRow._meta.db_table,
        _TRACE,
        ((run.pk, number, kind, one.pk, "created", one.version, "{}", "[]", "") for number, one, _f in made),
    )
    index_records(kind, [one.pk for _number, one, _filled in made])


def take_back(model: Any, traces: Sequence[ImportedRow], own: Iterable[Any]) -> list[ImportedRow]:
    """Delete what an import made, save what somebody changed or what something outside of `own` points at; returns the undone."""
    versions = {trace.record_id: trace.version for trace in traces}
    rows = model.objects.select_for_update(of=("self",)).filter(pk__in=versions, deleted_at__isnull=True)
    free: set[UUID] = {pk for pk, version in rows.values_list("pk", "version") if version == versions[pk]}
    for other, column in pointing_tables(model, own):
        wanted = {f"{column}__in": list(free)}
        free -= set(other._base_manager.filter(**wanted).values_list(column, flat=True))
    model.objects.filter(pk__in=free).delete()
    remove_records(list(free))
    return [trace for trace in traces if trace.record_id in free]
