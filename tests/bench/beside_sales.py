"""Sales side by side with other systems, on the opportunities they were measured with.

    python -m tests.bench.beside_sales --data .data-bench/imports --deals FOLDER/opps.csv

The opportunities are put onto the contacts and companies that `tests.bench.imports` brought in and
`tests.bench.beside` gave people to, with the moves that led each to its stage.
Processor time is our process and PostgreSQL's process for it together, of whole pages with all middleware where there is a page. The
figures of the others come from their own measurement on two cores (Odoo 18 Community, JSON-RPC) and are not measured here.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.meter import Figure, measure
from tests.bench.report import keep, table
from tests.bench.sales import ASKED, Invented, Row, SalesBench, fill
from tests.bench.server import running_database

_STAGES = ("New", "Qualified", "Proposal", "Negotiation")
# What is measured here -> milliseconds of processor wanted, and what Odoo 18 took.
_WANTED = {
    "board": (40, 333),
    "create an opportunity, write door": (15, 43),
    "move a card": (12, 28),
    "analysis of a year": ("", ""),
    "API: analysis of a year": (60, 371),
}


def main() -> None:
    """Read the arguments, put the opportunities in, measure, keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench/imports")
    parser.add_argument("--deals", type=Path, required=True)
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        fill(lambda book: _read(book, options.deals), lambda text: print(text, flush=True))
        keep("beside_sales", "Sales side by side with other systems", compared())


def _read(book: Invented, path: Path) -> Iterator[Row]:
    """The opportunities of the file; one whose company is unknown has none."""
    from bandhu.customers.models import ExternalId

    known = ExternalId.objects.filter(contact__isnull=False)
    people = {
        external: (str(contact), str(company or "\\N"))
        for external, contact, company in known.values_list(
            "external_id", "contact_id", "contact__company_id"
        )
    }
    with path.open(newline="") as file:
        for number, one in enumerate(csv.DictReader(file)):
            made, last = datetime.fromisoformat(one["created"]).replace(tzinfo=UTC), one["stage"]
            state = last.lower() if last in ("Won", "Lost") else "open"
            way = book.open[: _STAGES.index(last) + 1] if state == "open" else [*book.open, book.ends[state]]
            times = [made + (book.now - made) * place / (len(way) + 1) for place in range(len(way))]
            amount = str(round(float(one["amount"]) * 100))
            seller = book.sellers[int(one["user"]) % len(book.sellers)]
            yield book.row(
                one["name"], number, people[one["contact"]], seller, way, times, state, amount,
                date.fromisoformat(one["close"]),
            )  # fmt: skip


def compared() -> str:
    """The table: processor milliseconds an operation, ours beside what was wanted and what Odoo took."""
    found: list[list[Any]] = []
    for figure in [*SalesBench().figures(), _analysis()]:
        if figure.name in _WANTED:
            together = round(figure.cpu + figure.database_cpu, 1)
            print(f"{figure.name:40} p95 {figure.p95:7.1f} ms  cpu {together:6.1f} ms")
            found.append([figure.name, together, *_WANTED[figure.name], figure.p95])
    return table(["processor ms an operation", "Bandhu", "aim", "Odoo 18", "p95 on the clock"], found)


def _analysis() -> Figure:
    """The same figures as the page's, as data: what the others answered."""
    from django.test import Client

    from bandhu.identity.actions import create_token
    from bandhu.sales.models import Pipeline

    asking = SalesBench().admin
    _token, secret = create_token(asking, actor=asking, name=f"bench {datetime.now(UTC):%H:%M:%S}")
    client = Client(headers={"authorization": f"Bearer {secret}", "host": "localhost"})
    path = (
        f"/api/v1/pipelines/{Pipeline.objects.order_by('position').values_list('pk', flat=True)[0]}/analysis"
    )
    today = datetime.now(UTC).date()

    def ask(shift: int) -> None:
        days = {
            "since": str(today - timedelta(days=364 + shift)),
            "until": str(today - timedelta(days=shift)),
        }
        answer = client.get(path, days)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    return measure("API: analysis of a year", ask, range(ASKED))


if __name__ == "__main__":
    main()
