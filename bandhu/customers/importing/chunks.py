"""One chunk of an import in one transaction: plan, write, tell, and move the checkpoint."""

from __future__ import annotations

import copy
import gc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bandhu.customers.events import RecordsImported
from bandhu.customers.importing.kinds import import_kinds
from bandhu.customers.importing.likeness import Likeness
from bandhu.customers.importing.lookup import MODELS
from bandhu.customers.importing.pending import NAME_COLUMN, Suspect
from bandhu.customers.importing.plan import Memory, Outcome, Plan
from bandhu.customers.importing.row_reports import write_reports
from bandhu.customers.importing.setup import policy_of, prepare, reader_of, source_of
from bandhu.customers.importing.writing import write_records
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.sources import Row
from bandhu.customers.models import Import
from bandhu.platform import live
from bandhu.platform.events import publish

CHUNK_ROWS = 5_000
# Lines of one paper.
MOST_TOGETHER = 1_000
# A chunk of very long cells ends earlier, so that memory stays bounded whatever the file holds.
CHUNK_CHARS = 24 << 20
SHOWN = 20


class CheckpointMoved(Exception):
    """Another worker wrote these rows; nothing of ours was."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Pause the search for reference cycles: a chunk makes hundreds of thousands of small objects and no cycle.

    What the program consists of is set aside, so that the search between two chunks walks through little.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


class Runner:
    """Walks through the file from the checkpoint on, a chunk at a time."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.source = source_of(run)
        self.reader = reader_of(run)
        self.policy = policy_of(run)
        self.likeness = Likeness(self.policy.kind, run.actor, run.total_rows or 0)
        self.chunk_rows = import_kinds[run.kind].chunk_rows or CHUNK_ROWS
        attach = import_kinds[run.kind].attach
        self.attached = attach(run, self.policy) if attach else None
        rows = self.source.rows(after=run.done_rows)
        self.groups = _groups(rows, self.reader, import_kinds[run.kind].together)
        # Reads the next chunk while the database writes this one; it touches no database itself.
        self.ahead = ThreadPoolExecutor(1, "import-reader")
        self.coming = self.ahead.submit(self._read)

    def _read(self) -> list[tuple[Row, Record]]:
        return _bounded(self.groups, self.chunk_rows)

    def next_chunk(self) -> list[tuple[Row, Record]]:
        """The next rows, read; empty at the end. Raises SourceProblem where the file cannot be read on."""
        chunk = self.coming.result()
        self.coming = self.ahead.submit(self._read)
        return chunk

    def close(self) -> None:
        self.ahead.shutdown(cancel_futures=True)

    def plan(self, chunk: list[tuple[Row, Record]], memory: Memory) -> Plan:
        """What becomes of the rows of one chunk, and of what hangs on them."""
        records = [record for _row, record in chunk]
        if self.attached is not None:
            self.attached.check(records)
        plan = Plan(self.policy, self.run.actor, records, memory, self.likeness)
        if self.attached is not None:
            self.attached.settle(plan.outcomes)
        return plan

    def write(self, chunk: list[tuple[Row, Record]]) -> list[Outcome]:
        """Write one chunk and its checkpoint together, or nothing of both. Raises CheckpointMoved."""
        run, now = self.run, timezone.now()
        with transaction.atomic():
            memory = Memory()
            self.likeness.forget_rows()
            plan = self.plan(chunk, memory)
            write_records(run, memory.pendings.values(), now)
            if self.attached is not None:
                self.attached.write(now)
            warned = write_reports(run, (row for row, _record in chunk), plan.outcomes)
            counts = Counter(one.verb for one in plan.outcomes)
            companies = sum(1 for one in memory.pendings.values() if one.linked and one.is_new)
            last = chunk[-1][0].number
            moved = Import.objects.filter(pk=run.pk, done_rows=run.done_rows).update(
                done_rows=last,
                created=F("created") + counts["created"],
                updated=F("updated") + counts["updated"],
                skipped=F("skipped") + counts["skipped"] + counts["same"],
                failed=F("failed") + counts["failed"],
                warned=F("warned") + warned,
                suspects=F("suspects") + sum(1 for one in plan.outcomes if one.suspect),
                companies_created=F("companies_created") + companies,
                beat_at=now,
            )
            if not moved:
                raise CheckpointMoved
            publish(
                RecordsImported(
                    import_id=str(run.pk), kind=import_kinds[run.kind].record_kind, first_row=chunk[0][0].number, last_row=last,
                    created=counts["created"] + companies, changed=counts["updated"],
                ),
                actor=run.actor,
            )  # fmt: skip
            live.hint(f"import:{run.pk}")
        run.done_rows = last
        return plan.outcomes


def _groups(rows: Iterator[Row], reader: Any, together: str) -> Iterator[list[tuple[Row, Record]]]:
    """Rows one by one; with `together`, those that follow each other and say the same under that target as one, up to MOST_TOGETHER."""
    held: list[tuple[Row, Record]] = []
    former = ""
    for row in rows:
        record = reader.read(row.number, row.line, row.cells, row.surplus, (row.fault, row.fault_lines))
        said = record.attached.get(together, "") if together else ""
        if held and (not said or said != former or len(held) >= MOST_TOGETHER):
            yield held
            held = []
        held.append((row, record))
        former = said
    if held:
        yield held


def _bounded(groups: Iterator[list[tuple[Row, Record]]], most: int) -> list[tuple[Row, Record]]:
    """As many as make a chunk; empty at the end."""
    chunk: list[tuple[Row, Record]] = []
    size = 0
    for group in groups:
        chunk += group
        size += sum(len(cell) for row, _record in group for cell in row.cells)
        if len(chunk) >= most or size > CHUNK_CHARS:
            break
    return chunk


@dataclass
class Preview:
    """What an import would do: counts, the first rows as they would look, the first problems."""

    rows: int = 0
    warned: int = 0
    companies_created: int = 0
    suspects: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    likely: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        record = outcome.record
        self.rows += 1
        self.counts[outcome.verb] += 1
        is_warned = bool(record.warnings) and outcome.verb != "failed"
        self.warned += is_warned
        self.problems.update(problem.code for problem in record.problems)
        self.suspects += outcome.suspect is not None
        if outcome.suspect and len(self.likely) < SHOWN:
            self.likely.append(_likely(outcome, outcome.suspect))
        if len(self.first) < SHOWN:
            self.first.append(_shown(outcome))
        if record.problems and len(self.faults) < SHOWN:
            self.faults.append(_told(record, record.problems))
        if is_warned and len(self.doubts) < SHOWN:
            self.doubts.append(_told(record, record.warnings))

    def name_likely(self, run: Import, memory: Memory) -> None:
        """Put names to the records that rows resemble: those of the book, and those earlier rows would make."""
        nameless = [line for line in self.likely if "other" not in line]
        base = import_kinds[run.kind].base_record_kind
        model, column = MODELS[base], NAME_COLUMN[base]
        wanted = [line["other_id"] for line in nameless]
        names = dict(model.objects.visible_to(run.actor).filter(pk__in=wanted).values_list("pk", column))
        for line in nameless:
            earlier = memory.pendings.get(line["other_id"])
            line["other"] = names.get(line["other_id"]) or (earlier.title if earlier else "")
            # What an earlier row of the file would make has no page yet.
            line["exists"] = line["other_id"] in names

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "created": self.counts["created"],
            "updated": self.counts["updated"],
            "skipped": self.counts["skipped"] + self.counts["same"],
            "failed": self.counts["failed"],
            "warned": self.warned,
            "companies_created": self.companies_created,
            "suspects": self.suspects,
            "problems": dict(self.problems),
            "first": self.first,
            "likely": self.likely,
            "faults": self.faults,
            "doubts": self.doubts,
        }


def preview(run: Import) -> dict[str, Any]:
    """What the import would do, by the same code that does it, writing nothing."""
    rehearsed = copy.copy(run)
    rehearsed.options = dict(run.options)
    prepare(rehearsed, make_fields=False)
    runner, memory, found = Runner(rehearsed), Memory(), Preview()
    try:
        with without_collecting():
            while chunk := runner.next_chunk():
                known = set(memory.pendings)
                with transaction.atomic():
                    plan = runner.plan(chunk, memory)
                    transaction.set_rollback(True)
                fresh = [one for pk, one in memory.pendings.items() if pk not in known]
                found.companies_created += sum(1 for one in fresh if one.linked and one.is_new)
                for outcome in plan.outcomes:
                    found.add(outcome)
                found.name_likely(run, memory)
                memory.forget_details()
                gc.collect()
    finally:
        runner.close()
    return found.as_dict() | {"dates": rehearsed.options["dates"]}


def _told(record: Record, problems: list[CellProblem]) -> dict[str, Any]:
    return {"row": record.number, "line": record.line, "problems": [one.as_dict() for one in problems]}


def _likely(outcome: Outcome, suspect: Suspect) -> dict[str, Any]:
    return {
        "row": outcome.record.number,
        "verb": outcome.verb,
        "title": outcome.record.fallback_name,
        "other_id": suspect.id,
        "score": round(suspect.score, 4),
        "reasons": list(suspect.reasons),
    }


def _shown(outcome: Outcome) -> dict[str, Any]:
    """A row as it would look afterwards."""
    record, pending = outcome.record, outcome.pending
    return {
        "row": record.number,
        "verb": outcome.verb,
        "title": (pending.title if pending else "") or record.fallback_name,
        "mails": [mail for _label, mail in record.emails],
        "phones": [number for _label, number, _ext, _typed in record.phones],
        "company": record.company_name or record.company_id,
        "city": next((address["city"] for address in record.addresses if address.get("city")), ""),
        "tags": record.tags,
        "problems": [problem.as_dict() for problem in record.problems],
        "warnings": [problem.as_dict() for problem in record.warnings],
    }
