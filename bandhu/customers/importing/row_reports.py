"""What is kept of rows that were put aside, and of those that were taken with a warning."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bandhu.customers.importing.copying import copy_rows, json_text
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.imports.sources import Row
from bandhu.customers.models import FailedRow, Import, WarnedRow


def write_reports(run: Import, rows: Iterable[Row], outcomes: list[Outcome]) -> int:
    """Keep what there is to say of the rows of one chunk; returns how many were taken with a warning."""
    by_number = {row.number: row for row in rows}
    _write_failures(run, [(by_number[one.record.number], one) for one in outcomes if one.verb == "failed"])
    warned = [one for one in outcomes if one.record.warnings and one.verb != "failed"]
    copy_rows(
        WarnedRow._meta.db_table,
        ["run_id", "number", "line", "record_id", "problems"],
        (
            (
                run.pk, one.record.number, one.record.line, one.pending.id if one.pending else None,
                json_text([problem.as_dict() for problem in one.record.warnings]),
            )
            for one in warned
        ),
    )  # fmt: skip
    return len(warned)


def _write_failures(run: Import, failures: list[tuple[Row, Outcome]]) -> None:
    copy_rows(
        FailedRow._meta.db_table,
        ["run_id", "number", "line", "cells", "problems"],
        (
            (
                run.pk, row.number, row.line, json.dumps(row.cells + row.surplus),
                json_text([problem.as_dict() for problem in one.record.problems]),
            )
            for row, one in failures
        ),
    )  # fmt: skip
