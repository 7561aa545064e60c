"""What hangs on the contacts and companies of a file, of whichever app: it comes in once, is told of, and can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from bandhu.customers.importing.copying import copy_rows, json_text
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.importing.undo import pointing_tables, put_back
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.models import Import, ImportedRow
from bandhu.identity.models import User
from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import current_origin
from bandhu.platform.search.indexing import index_records, remove_records

_AUDIT = [
    "at", "actor_id", "actor_name", "origin", "verb", "record_kind", "record_id", "record_title", "changes",
]  # fmt: skip
_TRACE = [
    "run_id", "number", "record_kind", "record_id", "verb", "version", "before", "suspect_reasons", "undo",
]  # fmt: skip
# Follow from others, or say the same once more.
_UNTOLD = {
    "sort_key", "base_amount_minor", "rate", "rate_date", "currency", "pipeline_id", "state", "stage_entered_at", "closed_at",
    "stage", "stage_since",
}  # fmt: skip
# Ids carry the moment, counted from then on.
EARLIEST = 1970
CREATED, CHANGED = ImportedRow.Verb.CREATED.value, ImportedRow.Verb.CHANGED.value


def folded(text: Any) -> str:
    """As the reader of rows compares names."""
    return " ".join(str(text).casefold().split())


def users_by_name() -> dict[str, Any]:
    """Who may own something, by mail address and full name."""
    rows = User.objects.filter(is_active=True, is_system=False).values_list("pk", "email", "full_name")
    found: dict[str, Any] = {}
    for pk, mail, name in rows:
        found[folded(mail)] = pk
        found.setdefault(folded(name), pk)
    return found


def by_label(rows: Any) -> dict[str, Any]:
    """Rows with a name in every language of the house, by each of them."""
    found: dict[str, Any] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for one in rows:
                found.setdefault(folded(one.label), one)
                found.setdefault(folded(one.name), one)
    return found


@dataclass
class Trace:
    """What a row did to a record. `told` are fields as people read them, (before, after); `before` is what undo needs."""

    number: int
    record: Any
    told: dict[str, tuple[Any, Any]]
    verb: str = CREATED
    before: dict[str, Any] = field(default_factory=dict)


def key_of(record: Record, source: str, external_id: str) -> str:
    """What a row is known by when it comes again: its id in the other system, else everything it says. 64 hex digits."""
    text = f"id\x1f{source}\x1f{external_id}" if external_id else f"row\x1f{record.fingerprint}"
    return hashlib.sha256(text.encode()).hexdigest()


def settle_once(
    outcomes: Iterable[Outcome], keys: dict[int, str], known: set[str], again: Callable[[Outcome], bool]
) -> list[Outcome]:
    """Set `verb` of each and return the created ones.

    A row whose key is known (already, or from an earlier row) is skipped, unless `again` says that it changes the record: updated.
    """
    fresh = []
    for outcome in outcomes:
        if outcome.verb == "failed" or (outcome.verb == "skipped" and outcome.pending is None):
            continue
        key = keys[outcome.record.number]
        if key in known:
            outcome.verb = "updated" if again(outcome) else "skipped"
        else:
            outcome.verb = "created"
            known.add(key)
            fresh.append(outcome)
    return fresh


def check_moment(record: Record, name: str) -> datetime | None:
    """The moment a row gives for `name`; one that lies ahead of us is put into its problems."""
    at: datetime | None = record.attached.get(name)
    if at is not None and at > timezone.now():
        record.problems.append(CellProblem("in_the_future", None, at.date().isoformat()))
    elif at is not None and at.year < EARLIEST:
        record.problems.append(CellProblem("out_of_range", None, at.date().isoformat()))
    return at


def told(text: str, lines: Sequence[str]) -> str:
    """A text with the lines that found no field of their own below it."""
    return "\n".join(part for part in (text, *lines) if part)


def known_of(rows: Any, keys: Iterable[str], column: str) -> tuple[dict[str, Any], set[UUID]]:
    """The records of these keys, and which of them are still as the last import left them: nobody worked on those here."""
    found = {getattr(one, column): one for one in rows.filter(**{f"{column}__in": list(keys)})}
    versions = {one.pk: one.version for one in found.values()}
    left = (
        ImportedRow.objects.filter(record_id__in=versions).order_by("pk").values_list("record_id", "version")
    )
    last = dict(left)
    return found, {pk for pk, version in versions.items() if last.get(pk) == version}


def differing(record: Any, given: Mapping[str, Any], is_untouched: bool) -> dict[str, Any]:
    """What of the columns `given` a row changes: all that differ while nobody worked on the record here, else only what is empty."""
    return {
        column: value
        for column, value in given.items()
        if value != getattr(record, column) and (is_untouched or getattr(record, column) in (None, ""))
    }


def change_columns(number: int, record: Any, columns: Mapping[str, Any]) -> Trace:
    """Set columns of a record (not saved), with what undo and the audit trail need."""
    shown = [name for name in columns if name not in _UNTOLD]
    former = {column: _kept(getattr(record, column)) for column in columns}
    said = {name: _words(record, name) for name in shown}
    version = record.version
    for column, value in columns.items():
        setattr(record, column, value)
    record.version += 1
    told = {
        name.removesuffix("_id").removesuffix("_minor"): (said[name], _words(record, name)) for name in shown
    }
    after = {name: _kept(value) for name, value in columns.items() if name in shown}
    return Trace(number, record, told, CHANGED, {"columns": former, "after": after, "version": version})


def _words(record: Any, column: str) -> Any:
    """A column as people read it."""
    if column.endswith(("_id", "_minor")):
        return str(getattr(record, column.removesuffix("_id").removesuffix("_minor")) or "")
    return _kept(getattr(record, column))


def _kept(value: Any) -> Any:
    """As JSON keeps it, and the undo of imports reads it again."""
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def leave_traces(run: Import, kind: str, traces: Sequence[Trace], now: datetime) -> None:
    """Audit, undo and search of what the rows did."""
    origin = json_text({**current_origin(), "import": str(run.pk)})
    copy_rows(
        AuditEntry._meta.db_table, _AUDIT,
        (
            (now, run.actor_id, str(run.actor), origin, one.verb, kind, one.record.pk, str(one.record)[:300],
             json_text({name: list(pair) for name, pair in one.told.items()}))
            for one in traces
        ),
    )  # fmt: skip
    copy_rows(
        ImportedRow._meta.db_table, _TRACE,
        (
            (run.pk, one.number, kind, one.record.pk, one.verb, getattr(one.record, "version", 1), json_text(one.before), "[]", "")
            for one in traces
        ),
    )  # fmt: skip
    index_records(kind, [one.record.pk for one in traces])


def created(number: int, record: Any, filled: Mapping[str, Any]) -> Trace:
    """The trace of a new record with its filled fields."""
    told = {name: (None, value) for name, value in filled.items() if value not in (None, "")}
    return Trace(number, record, told)


def take_back(
    model: Any,
    kind: str,
    traces: Sequence[ImportedRow],
    own: Iterable[Any],
    clear: Callable[[set[UUID]], None] | None = None,
) -> list[ImportedRow]:
    """Delete what an import made, save what somebody changed or what something outside of `own` points at, and give what it changed its
    former values; returns the undone. `clear` takes away beforehand what protects the rows that go."""
    changed = [trace for trace in traces if trace.verb == CHANGED]
    traces = [trace for trace in traces if trace.verb != CHANGED]
    back = put_back(model, changed) if changed else []
    index_records(kind, [trace.record_id for trace in back])
    versions = {trace.record_id: trace.version for trace in traces}
    rows = model.objects.select_for_update(of=("self",)).filter(pk__in=versions)
    if any(field.name == "deleted_at" for field in model._meta.concrete_fields):
        rows = rows.filter(deleted_at__isnull=True)
    free: set[UUID] = {pk for pk, version in rows.values_list("pk", "version") if version == versions[pk]}
    for other, column in pointing_tables(model, own):
        wanted = {f"{column}__in": list(free)}
        free -= set(other._base_manager.filter(**wanted).values_list(column, flat=True))
    if clear is not None:
        clear(free)
    model.objects.filter(pk__in=free).delete()
    remove_records(list(free))
    return [*back, *(trace for trace in traces if trace.record_id in free)]
