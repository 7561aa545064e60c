"""Side by side with other systems on the data they were measured with: what their calls answer, data and no page.

    python -m tests.bench.beside --data .data-bench/imports --notes FOLDER/notes.csv

The contacts and companies are those `tests.bench.imports` brought in; the notes on contacts are put onto their timelines first.
Processor time is our process and PostgreSQL's process for it together. The figures of the others come from their own
measurement on two cores (Odoo 18 Community, JSON-RPC, list of 80 by name, name search, record with 30 messages) and are
not measured here.
"""

from __future__ import annotations

import argparse
import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.report import keep, table
from tests.bench.server import running_database

# What is measured here -> milliseconds of processor wanted, and what Odoo 18 took.
_WANTED = {
    "API: 50 contacts by name": (10, 19),
    "API: search by name": (15, 239),
    "API: contact and 30 entries of its timeline": (25, 70),
}
_AT_ONCE = 5_000


def main() -> None:
    """Read the arguments, put the notes in, measure, keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench/imports")
    parser.add_argument("--notes", type=Path)
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        if options.notes:
            print(f"{put_notes(options.notes):,} notes on timelines")
        keep("beside", "Side by side with other systems", compared())


def put_notes(path: Path) -> int:
    """Write the notes about contacts as interactions; returns how many. Those of deals are left out."""
    # Django is ready only while the database runs.
    from bandhu.customers.models import ExternalId
    from bandhu.interactions.models import Interaction
    from bandhu.platform.ids import new_id
    from tests.bench.generate import open_bench_office

    actor = open_bench_office().users[0]
    people = dict(
        ExternalId.objects.filter(contact__isnull=False).values_list("external_id", "contact_id").iterator()
    )
    notes = []
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "contact" and row["rid"] in people:
                at = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
                notes.append(
                    Interaction(
                        id=new_id(at), kind="note", occurred_at=at, contact_id=people[row["rid"]],
                        actor=actor, body=row["body"],
                    )
                )  # fmt: skip
    Interaction.objects.bulk_create(notes, batch_size=_AT_ONCE)
    return len(notes)


def compared() -> str:
    """The table: processor milliseconds an operation, ours beside what was wanted and what Odoo took."""
    from tests.bench.measure import Bench

    found: list[list[Any]] = []
    for figure in Bench().interface():
        print(
            f"{figure.name:58} p95 {figure.p95:7.1f} ms  cpu {figure.cpu:6.1f} + {figure.database_cpu:6.1f} ms"
        )
        wanted, theirs = _WANTED.get(figure.name, ("", ""))
        found.append(
            [
                figure.name.removeprefix("API: "),
                round(figure.cpu + figure.database_cpu, 1),
                wanted,
                theirs,
                figure.p95,
            ]
        )
    return table(["processor ms an operation", "Bandhu", "aim", "Odoo 18", "p95 on the clock"], found)


if __name__ == "__main__":
    main()
