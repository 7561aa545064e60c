"""Measures the board, moves, creation and analysis over half a million opportunities.

    python -m tests.bench.sales --data .data-bench/1000000 [--opportunities 500000] [--open 50000]

Opportunities with their moves over three years are put onto the companies and contacts of a book made by `generate`, once, straight
by COPY; the search index is not filled with them. Pages are asked of Django in this process, with all middleware, as an administrator
and as a sales person whose reach is a team.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from tests.bench.meter import Figure, measure
from tests.bench.report import keep, table
from tests.bench.server import running_database

SEED, ASKED = 11, 45
DAYS = 3 * 365
# Milliseconds on the clock, p95, as the product's page of aims names them; the aims for processor hold for another book (`beside_sales`).
_LIMITS = {
    "board": 80,
    "board, reach of a team": 80,
    "move a card": 30,
    "analysis of a year": 400,
    "analysis of a year, reach of a team": 400,
    "forecast": 150,
    "forecast, reach of a team": 150,
}
# The columns of an opportunity, and those of each of its moves, as COPY takes them.
Row = tuple[list[str], list[list[str]]]
_SOURCES = ("Website", "Trade fair", "Recommendation", "Walk-in", "Repeat order")
_OPPORTUNITY = (
    "id", "name", "sort_key", "contact_id", "company_id", "pipeline_id", "stage_id", "state", "stage_entered_at", "owner_id",
    "team_id", "source", "created_at", "amount_minor", "currency", "base_amount_minor", "rate", "rate_date", "closed_at",
    "close_reason_id", "expected_close",
)  # fmt: skip
_MOVE = (
    "id", "opportunity_id", "pipeline_id", "from_stage_id", "to_stage_id", "at", "left_at", "actor_id", "amount_minor",
    "currency", "base_amount_minor", "seconds",
)  # fmt: skip
_NULL = "\\N"
# What stands above the columns of a board, by stage, as its page sends it along with a move.
_SHOWN = re.compile(r'id="head-([0-9a-f-]{36})" data-shown="([0-9]+ [0-9]+)"')


def main() -> None:
    """Read the arguments, fill what is missing, measure, keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench")
    parser.add_argument("--opportunities", type=int, default=500_000)
    parser.add_argument("--open", type=int, default=50_000)
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        fill(
            lambda book: book.rows(options.opportunities, options.open), lambda text: print(text, flush=True)
        )
        keep("sales", "Sales", sales_text())


def fill(rows: Callable[[Invented], Iterable[Row]], report: Callable[[str], None]) -> None:
    """Put the opportunities onto the book, unless it has some."""
    from bandhu.catalog.actions import choose_base_currency
    from bandhu.catalog.queries import base_currency
    from bandhu.identity.ready_made import ensure_ready_made, system_user
    from bandhu.sales.actions import count_months, take_snapshot
    from bandhu.sales.models import Opportunity, StageMove
    from bandhu.sales.ready_made import ensure_pipeline
    from tests.bench.bulk_tables import Columns, copy_file, without_indexes

    ensure_ready_made()  # roles of an older book know nothing of sales
    if Opportunity.objects.exists():
        take_snapshot()
        count_months()
        return
    ensure_pipeline()
    if not base_currency():
        choose_base_currency(actor=system_user(), code="BDT")
    makers = [Columns(Opportunity, *_OPPORTUNITY), Columns(StageMove, *_MOVE)]
    with TemporaryDirectory(prefix="bandhu-bench-") as folder:
        paths = [Path(folder) / maker.table for maker in makers]
        with paths[0].open("w") as records, paths[1].open("w") as moves:
            for row, steps in rows(Invented()):
                records.write(makers[0].line(*row))
                moves.writelines(makers[1].line(*step) for step in steps)
        with without_indexes([maker.table for maker in makers], report):
            for maker, path in zip(makers, paths, strict=True):
                copy_file(maker, path, report)
    take_snapshot()
    count_months()


class Invented:
    """Opportunities with a life: most are closed after some weeks, a tenth of them is still open."""

    def __init__(self) -> None:
        from bandhu.customers.models import Contact
        from bandhu.identity.models import User
        from bandhu.sales.models import CloseReason, Pipeline

        self.rng = random.Random(SEED)
        pipeline = Pipeline.objects.order_by("position").first()
        if pipeline is None:
            raise RuntimeError("there is no pipeline")
        stages = list(pipeline.stages.all())
        self.pipeline = str(pipeline.pk)
        self.open = [str(one.pk) for one in stages if one.kind == "open"]
        self.ends = {one.kind: str(one.pk) for one in stages if one.kind != "open"}
        self.reasons = {
            kind: [str(one.pk) for one in CloseReason.objects.filter(kind=kind)] for kind in ("won", "lost")
        }
        people = Contact.objects.filter(company__isnull=False).values_list("pk", "company_id")
        self.people = [(str(contact), str(company)) for contact, company in people[:200_000]]
        sellers = User.objects.filter(is_system=False, team__isnull=False).values_list("pk", "team_id")
        self.sellers = [(str(user), str(team)) for user, team in sellers]
        self.now = datetime.now(UTC).replace(microsecond=0)

    def rows(self, count: int, still_open: int) -> Iterator[Row]:
        """(columns of the opportunity, columns of each of its moves), as COPY takes them."""
        for number in range(count):
            yield self._one(number, is_open=number < still_open)

    def _one(self, number: int, *, is_open: bool) -> Row:
        rng = self.rng
        last = rng.randrange(len(self.open))
        state = "open" if is_open else "won" if rng.random() < 0.4 else "lost"
        way = self.open if state == "won" else self.open[: last + 1]
        stages = way if is_open else [*way, self.ends[state]]
        age = timedelta(days=rng.uniform(1, 120 if is_open else DAYS))
        pauses = [timedelta(days=rng.triangular(0.1, 40, 5)) for _stage in stages[1:]]
        longest = sum(pauses, timedelta())
        scale = min(1.0, age / longest * 0.95) if longest else 1.0
        times = [self.now - age]
        for pause in pauses:
            times.append(times[-1] + pause * scale)
        amount = str(rng.randrange(50, 5_000) * 100_000)
        (contact, company), (owner, team) = rng.choice(self.people), rng.choice(self.sellers)
        expected = (times[-1] + timedelta(days=rng.randrange(5, 60))).date()
        return self.row(
            f"Supply {number}",
            number,
            (contact, company),
            (owner, team),
            stages,
            times,
            state,
            amount,
            expected,
        )

    def row(
        self, name: str, number: int, customer: tuple[str, str], seller: tuple[str, str], stages: list[str], times: list[datetime],
        state: str, amount: str, expected: date,
    ) -> Row:  # fmt: skip
        """One opportunity that entered each of the stages at its time; amounts in minor units of the base currency."""
        pk, closed = self._id(), _NULL if state == "open" else str(times[-1])
        reason = _NULL if state == "open" else self.rng.choice(self.reasons[state])
        columns = [
            pk, name, f"\\\\x{number:012x}", *customer, self.pipeline, stages[-1], state, str(times[-1]),
            *seller, self.rng.choice(_SOURCES), str(times[0]), amount, "BDT", amount, "1", str(times[0].date()), closed,
            reason, str(expected),
        ]  # fmt: skip
        return columns, self._moves(pk, stages, times, seller[0], amount)

    def _moves(
        self, pk: str, stages: list[str], times: list[datetime], owner: str, amount: str
    ) -> list[list[str]]:
        moves = []
        for place, (stage, at) in enumerate(zip(stages, times, strict=True)):
            left = str(times[place + 1]) if place + 1 < len(times) else _NULL
            former = stages[place - 1] if place else _NULL
            stayed = str(int((at - times[place - 1]).total_seconds())) if place else _NULL
            moves.append(
                [self._id(), pk, self.pipeline, former, stage, str(at), left, owner, amount, "BDT", amount, stayed]
            )  # fmt: skip
        return moves

    def _id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))


class SalesBench:
    """Who asks, and what for."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        from bandhu.identity.models import User

        settings.ALLOWED_HOSTS = ["*"]
        self.admin = User.objects.get(email="nasrin@bandhu.example.com")
        self.seller = User.objects.get(email="rafiq@bandhu.example.com")
        self.clients = {}
        for user in (self.admin, self.seller):
            self.clients[user.pk] = Client(headers={"accept-encoding": "gzip"})
            self.clients[user.pk].force_login(user)

    def figures(self) -> Iterator[Figure]:
        """Every figure, one after the other."""
        today = datetime.now(UTC).date()
        year = [
            f"/analysis/?since={today - timedelta(days=364 + shift)}&until={today - timedelta(days=shift)}"
            for shift in range(ASKED)
        ]
        yield self._pages("board", ["/board/"] * ASKED, self.admin)
        yield self._pages("board, reach of a team", ["/board/"] * ASKED, self.seller)
        yield self._pages("analysis of a year", year, self.admin)
        yield self._pages("analysis of a year, reach of a team", year, self.seller)
        yield self._pages("forecast", ["/forecast/"] * ASKED, self.admin)
        yield self._pages("forecast, reach of a team", ["/forecast/"] * ASKED, self.seller)
        yield self._pages("forecast, what changed", ["/forecast/changes/"] * ASKED, self.admin)
        yield self._moves()
        yield self._creations()

    def _pages(self, name: str, addresses: list[str], user: Any) -> Figure:
        client = self.clients[user.pk]

        def get(address: str) -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")

        return measure(name, get, addresses)

    def _moves(self) -> Figure:
        """Dropped on the next stage of the board, with the two columns that are drawn again."""
        from bandhu.sales.models import Opportunity, Stage

        stages = list(Stage.objects.filter(kind="open").order_by("pipeline__position", "position")[:2])
        cards = list(Opportunity.objects.filter(stage=stages[0], state="open")[:ASKED])
        client = self.clients[self.admin.pk]
        shown = dict(_SHOWN.findall(_text(client.get("/board/"))))

        def move(card: Opportunity) -> None:
            source, goal = (str(stage.pk) for stage in stages)
            answer = client.post(
                f"/opportunities/{card.pk}/moving/",
                {"stage": goal, "from": source, "shown_from": shown[source], "shown_to": shown[goal]},
                headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/board/"},
            )
            if answer.status_code != 200:
                raise RuntimeError(f"a move answered {answer.status_code}")
            shown.update(_SHOWN.findall(_text(answer)))

        return measure("move a card", move, cards)

    def _creations(self) -> Figure:
        from bandhu.customers.models import Contact
        from bandhu.platform.money import Money
        from bandhu.sales.actions import create_opportunity

        people = list(Contact.objects.filter(company__isnull=False).select_related("company")[:ASKED])

        def create(contact: Contact) -> None:
            create_opportunity(
                actor=self.admin, name="Two hundred sacks", contact=contact, amount=Money.of("5000", "BDT")
            )

        return measure("create an opportunity, write door", create, people)


def _text(answer: Any) -> str:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.content) if packed else answer.content).decode()


def sales_text() -> str:
    """The table of all figures beside their aims."""
    from bandhu.sales.models import Opportunity, StageMove

    rows = []
    for figure in SalesBench().figures():
        together = round(figure.cpu + figure.database_cpu, 1)
        print(f"{figure.name:40} p50 {figure.p50:7.1f}  p95 {figure.p95:7.1f} ms  cpu {together:6.1f} ms", flush=True)  # fmt: skip
        rows.append([figure.name, figure.p50, figure.p95, _LIMITS.get(figure.name, ""), together])
    open_ones = Opportunity.objects.filter(state="open").count()
    counted = f"{Opportunity.objects.count():,} opportunities, {open_ones:,} open, {StageMove.objects.count():,} moves."
    heads = ["ms", "p50", "p95", "aim", "processor"]
    return f"{counted}\n\n{table(heads, rows)}"


if __name__ == "__main__":
    main()
