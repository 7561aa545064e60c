"""Papers of another system, chunk by chunk: what quotes, orders and invoices of a file share.

They are history. No event tells of a single one, so nobody is told, nothing is sent and no rule is set off; they keep their own numbers and
stay out of our series.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from bandhu.catalog.line_values import clean_currency
from bandhu.catalog.queries import base_currency, currencies
from bandhu.customers.importing.attached import created, folded, key_of, leave_traces, told, users_by_name
from bandhu.customers.importing.kinds import Choice
from bandhu.customers.importing.pending import Pending
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money
from bandhu.quotes.importing.paper_rows import PaperRow, RowsOfPapers
from bandhu.quotes.numbers import pass_over
from bandhu.sales.importing.people import People
from bandhu.sales.importing.products import products_by_word
from bandhu.sales.importing.rates import Rates

_SUMS = ("net_minor", "tax_minor", "amount_minor", "base_amount_minor", "rate", "rate_date")


def known_words(run: Import) -> dict[str, dict[str, Any]]:
    """What cells of columns the house knows may say."""
    return {"paper_owner": users_by_name()}


@dataclass
class Paper:
    """A paper on its way to the database. Where its first row named no total, its sums follow its lines (`follows`)."""

    record: Any
    follows: bool
    net_minor: int
    tax_minor: int
    lines: list[Any] = field(default_factory=list)
    # How many lines it has in the database already, from an earlier chunk.
    standing: int = 0

    def grow(self, row: PaperRow) -> None:
        """By a further row's line."""
        if self.follows:
            self.net_minor += row.net.minor
            self.tax_minor += row.tax.minor


class PapersOfFile:
    """The papers of one run. `kind` is the record kind, `model` what is made, `line_model` its lines by `link`."""

    kind: str
    model: Any
    line_model: Any
    link: str
    # How long a number may be.
    longest = 30

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.rates = Rates(takes_later=True)
        known = {folded(one.code): one.code for one in currencies(run.actor, active_only=True)}
        default = str(run.options.get("currency") or base_currency())
        self.rows = RowsOfPapers(default, known, self.rates)
        self.products = products_by_word()
        self.keys: dict[int, str] = {}
        self.seen: set[str] = set()
        self.currencies: dict[str, str] = {}
        self.fresh: list[Outcome] = []
        self.more: list[Outcome] = []

    def check(self, records: Sequence[Record]) -> None:
        """What each row says; what cannot be goes into its problems."""
        self._find_people(records)
        for record in records:
            row = None if record.problems else self.rows.read(record)
            if row is not None:
                self.check_row(record, row)
            record.attached["row"] = row

    def check_row(self, record: Record, row: PaperRow) -> None:
        """What the kind asks for besides: adds to the problems of the record."""
        if len(row.number) > self.longest:
            record.problems.append(CellProblem("too_long", None, row.number))

    def _find_people(self, records: Sequence[Record]) -> None:
        """Who a row without a company is for must be in the book; of others, one nobody knows is told in the note."""
        words = [record.attached.get("paper_contact", "") for record in records]
        people = People(self.run.actor, words)
        for record, word in zip(records, words, strict=True):
            if not word and record.is_alone:
                record.problems.append(CellProblem("no_name"))
            if not record.is_alone or not word:
                continue
            record.attached["contact_id"] = people.find(word, None)
            if record.attached["contact_id"] is None:
                record.problems.append(CellProblem("no_such_customer", None, word))
        self.people = people

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which rows begin a paper, and which add a line to one that an earlier row of this file began."""
        good = [one for one in outcomes if self._may_stand(one)]
        self.keys = {
            one.record.number: key_of(one.record, self.policy.source, one.record.attached["row"].number)
            for one in good
        }
        rows = self.model.objects.filter(import_key__in=self.keys.values())
        there = dict(rows.values_list("import_key", "pk"))
        self.currencies |= dict(rows.values_list("import_key", "currency"))
        ours, taken = self._made_by_this_run(there.values()), self._numbers_taken(good)
        self.fresh, self.more = [], []
        for outcome in good:
            key, row = self.keys[outcome.record.number], outcome.record.attached["row"]
            if key in self.seen or there.get(key) in ours:
                self._add_line(outcome, key, row)
            elif key in there:
                outcome.verb = "skipped"
            elif row.number in taken:
                self._put_aside(outcome, "number_taken", row.number)
            else:
                outcome.verb = "created"
                self.seen.add(key)
                self.currencies[key] = row.currency
                self.fresh.append(outcome)

    @staticmethod
    def _may_stand(outcome: Outcome) -> bool:
        if outcome.record.is_alone:
            return outcome.verb != "failed"
        return outcome.verb != "failed" and outcome.pending is not None

    def _add_line(self, outcome: Outcome, key: str, row: PaperRow) -> None:
        if row.currency != self.currencies[key]:
            self._put_aside(outcome, "two_currencies", f"{self.currencies[key]}, {row.currency}")
        elif row.amount is not None or row.item:
            outcome.verb = "updated"
            self.more.append(outcome)
        else:
            outcome.verb = "skipped"

    @staticmethod
    def _put_aside(outcome: Outcome, why: str, value: str) -> None:
        outcome.verb = "failed"
        outcome.record.problems.append(CellProblem(why, None, value))

    def _made_by_this_run(self, ids: Iterable[UUID]) -> set[UUID]:
        rows = ImportedRow.objects.filter(run=self.run, record_kind=self.kind, record_id__in=list(ids))
        return set(rows.values_list("record_id", flat=True))

    def _numbers_taken(self, outcomes: Sequence[Outcome]) -> set[str]:
        numbers = [one.record.attached["row"].number for one in outcomes]
        rows = self.model.objects.filter(number__in=numbers)
        return set(rows.exclude(import_key__in=self.keys.values()).values_list("number", flat=True))

    def write(self, now: datetime) -> None:
        """Papers with their lines, in the caller's transaction."""
        begun = {self.keys[one.record.number]: self._begin(one) for one in self.fresh}
        grown = self._standing({self.keys[one.record.number] for one in self.more} - set(begun))
        for outcome in self.more:
            key, row = self.keys[outcome.record.number], outcome.record.attached["row"]
            paper = begun.get(key) or grown[key]
            paper.lines.append(self.line(paper, row))
            paper.grow(row)
        for paper in (*begun.values(), *grown.values()):
            self.keep_sums(paper)
        self.store(list(begun.values()), list(grown.values()), now)
        pass_over(one.record.attached["row"].number for one in self.fresh)
        traces = [
            created(one.record.number, self.title_holder(paper), self._filled(paper))
            for one, paper in zip(self.fresh, begun.values(), strict=True)
        ]
        leave_traces(self.run, self.kind, traces, now)

    def _begin(self, outcome: Outcome) -> Paper:
        row: PaperRow = outcome.record.attached["row"]
        net = row.net if row.total is None else row.total - row.tax
        paper = Paper(self.paper(outcome, row), row.total is None, net.minor, row.tax.minor)
        paper.lines.append(self.line(paper, row))
        return paper

    def paper(self, outcome: Outcome, row: PaperRow) -> Any:
        """What the lines hang on, without its sums."""
        raise NotImplementedError

    def title_holder(self, paper: Paper) -> Any:
        """The record of the kind."""
        return paper.record

    def keep_sums(self, paper: Paper) -> None:
        """Set the sums of the record, by the rate of its day."""
        record = paper.record
        record.net_minor, record.tax_minor = paper.net_minor, paper.tax_minor
        self.keep_amount(record, paper, record.created_at.date())

    def keep_amount(self, record: Any, paper: Paper, on: date) -> None:
        """The total of a record with an amount."""
        total = Money(paper.net_minor + paper.tax_minor, paper.record.currency)
        converted = self.rates.converted(total, on)
        assert converted is not None  # asked for every row
        record.keep_amount(total, converted)

    def store(self, begun: Sequence[Paper], grown: Sequence[Paper], now: datetime) -> None:
        """Write new papers, the sums of those that grew, and all lines."""
        self.model.objects.bulk_create([one.record for one in begun], batch_size=1_000)
        self.model.objects.bulk_update([one.record for one in grown], _SUMS, batch_size=1_000)
        self.store_lines(begun, grown)

    def store_lines(self, begun: Sequence[Paper], grown: Sequence[Paper]) -> None:
        lines = [line for paper in (*begun, *grown) for line in paper.lines]
        self.line_model.objects.bulk_create(lines, batch_size=2_000)

    def held(self, keys: set[str]) -> dict[str, Any]:
        """What the lines of these standing papers hang on, locked."""
        rows = self.model.objects.select_for_update(of=("self",)).filter(import_key__in=keys)
        return {one.import_key: one for one in rows}

    def _standing(self, keys: set[str]) -> dict[str, Paper]:
        """Papers an earlier chunk of this file wrote. Their sums follow the lines where they are what the lines come to."""
        found = {}
        for key, record in self.held(keys).items() if keys else ():
            lines = list(self.line_model.objects.filter(**{self.link: record}))
            follows = record.net_minor == sum(line.net_minor for line in lines)
            found[key] = Paper(record, follows, record.net_minor, record.tax_minor, standing=len(lines))
        return found

    def line(self, paper: Paper, row: PaperRow) -> Any:
        product, net = self.products.get(folded(row.item)), row.net
        price = row.price if row.price is not None else net.times(1 / Fraction(row.quantity))
        return self.line_model(
            **{self.link: paper.record}, position=paper.standing + len(paper.lines) + 1, name=row.item or row.number,
            product=product, code=product.code if product else "", unit=product.unit if product else "C62",
            quantity=row.quantity, unit_price_minor=price.minor, gross_minor=net.minor, net_minor=net.minor,
            total_minor=net.minor,
        )  # fmt: skip

    def columns(self, outcome: Outcome, row: PaperRow) -> dict[str, Any]:
        """What quotes, orders and invoices have alike."""
        record, firm, at = outcome.record, outcome.pending, moment_of(row.day)
        company = firm.id if firm else None
        word = record.attached.get("paper_contact", "")
        contact = row.contact or (self.people.find(word, company) if word else None)
        if word and contact is None:
            record.lines.append(_("Contact: %(name)s") % {"name": word})
        return {
            "id": new_id(at), "number": row.number, "company_id": company, "contact_id": contact, "currency": row.currency,
            "language": self._language(firm), "created_at": at, "created_by": self.run.actor, "team_id": self.policy.team_id,
            "owner_id": record.attached.get("paper_owner") or self.policy.owner_id, "import_key": self.keys[record.number],
        }  # fmt: skip

    def _language(self, firm: Pending | None) -> str:
        spoken = str(firm.columns.get("language") or "") if firm else ""
        return spoken if spoken in settings.LANGUAGES_COMPLETE else settings.LANGUAGE_CODE

    @staticmethod
    def note_of(record: Record) -> str:
        """The row's note, with what found no field of its own below it."""
        return told(record.attached.get("paper_note", ""), record.lines)

    def _filled(self, paper: Paper) -> dict[str, Any]:
        record = self.title_holder(paper)
        return {
            "number": record.number,
            "amount": str(record.amount),
            "state": str(record.get_state_display()),
        }


def moment_of(day: date) -> datetime:
    """The beginning of a day: files of papers say no hour."""
    return datetime.combine(day, time(), UTC)


def choices_of_papers(user: Any) -> list[Choice]:
    """What is chosen for every file of papers."""
    codes = [(one.code, one.code) for one in currencies(user, active_only=True)]
    return [Choice("currency", _("Currency of amounts that name none"), "", codes)]


CLEAN = {"currency": lambda value, _actor: clean_currency(value) if value else ""}
# A company is known by its name, and nothing of it is changed.
DEFAULTS = {"match": ["external_id", "name"], "overwrite": False, "lifecycle": "customer"}
