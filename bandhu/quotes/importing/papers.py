"""Papers of another system, chunk by chunk: what quotes, orders, invoices and subscriptions of a file share.

Rows that name one number are one paper; they stand one after the other, and come in together or not at all. Papers are history: no event
tells of a single one, so nobody is told, nothing is sent and no rule is set off; they keep their own numbers and stay out of our series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from bandhu.catalog.line_values import clean_currency
from bandhu.catalog.queries import base_currency, currencies
from bandhu.customers.importing.attached import created, folded, key_of, leave_traces, told, users_by_name
from bandhu.customers.importing.kinds import Choice
from bandhu.customers.importing.pending import Pending
from bandhu.customers.importing.people import People
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money, MoneyError
from bandhu.quotes.importing.paper_rows import PaperRow, RowsOfPapers
from bandhu.quotes.importing.paper_sums import Line, PaperProblem, Sums, reckoned
from bandhu.quotes.numbers import pass_over
from bandhu.sales.importing.products import products_by_word
from bandhu.sales.importing.rates import Rates

TOGETHER = "paper_number"


def known_words(run: Import) -> dict[str, dict[str, Any]]:
    """What cells of columns the house knows may say."""
    return {"paper_owner": users_by_name()}


@dataclass
class Paper:
    """A paper on its way to the database. `record` is what the lines hang on (a version of a quote, for a quote)."""

    number: int
    sums: Sums
    record: Any
    lines: list[Any] = field(default_factory=list)


class PapersOfFile:
    """The papers of one run. `kind` is the record kind, `model` what is made, `line_model` its lines by `link`."""

    kind: str
    model: Any
    line_model: Any
    link: str
    # How long a number may be, and the letter of our own series ("": none of `quotes.numbers`).
    longest, letter = 30, ""
    # What other programs call the states: a word that is not among them is told with the paper.
    states: Mapping[str, str] = {}

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.rates = Rates(takes_later=True)
        known = {folded(one.code): one.code for one in currencies(run.actor, active_only=True)}
        default = str(run.options.get("currency") or base_currency())
        self.rows = RowsOfPapers(default, known)
        self.products = products_by_word()
        self.people = People(run.actor, ())
        self.seen: set[str] = set()
        self.sums: dict[str, Sums] = {}
        self.here: dict[str, Any] = {}
        self.lines_here: dict[UUID, list[tuple[str, int]]] = {}
        self.fresh: list[Outcome] = []

    def key(self, number: str, record: Record) -> str:
        """What a paper is known by when it comes again."""
        return key_of(record, self.policy.source, number)

    def check(self, records: Sequence[Record]) -> None:
        """What each row says and what the rows of one number come to; what cannot be goes into the problems of all of them."""
        self._find_people(records)
        papers: dict[str, list[Record]] = {}
        for record in records:
            record.attached["row"] = None if record.problems else self.rows.read(record)
            if number := record.attached.get("paper_number", ""):
                papers.setdefault(number, []).append(record)
        self.sums, self.here = {}, self._there({self.key(number, held[0]) for number, held in papers.items()})
        self.lines_here = self._lines_there()
        taken = self._numbers_taken(papers)
        for number, held in papers.items():
            self._check_paper(number, held, number in taken)

    def _check_paper(self, number: str, held: Sequence[Record], is_taken: bool) -> None:
        key = self.key(number, held[0])
        if key in self.seen or self._is_of_this_run(key):
            why = ("rows_apart", number)
        elif any(record.problems for record in held):
            why = ("with_its_paper", number)
        elif key in self.here:
            self._tell_differences(held, self.here[key])
            return
        elif is_taken or len(number) > self.longest:
            why = ("number_taken" if is_taken else "too_long", number)
        else:
            self.seen.add(key)
            try:
                self._reckon(number, held)
                return
            except PaperProblem as problem:
                why = (problem.code, problem.value)
        for record in held:
            if not record.problems:
                record.problems.append(CellProblem(why[0], None, why[1]))

    def _reckon(self, number: str, held: Sequence[Record]) -> None:
        sums = reckoned([record.attached["row"] for record in held])
        self.check_paper(held[0], sums)
        try:
            converted = self.rates.converted(sums.total, sums.head.day)
        except MoneyError:
            raise PaperProblem("out_of_range", number) from None
        if converted is None:
            raise PaperProblem("no_rate", f"{sums.head.currency} {sums.head.day}")
        self.sums[number] = sums

    def check_paper(self, record: Record, sums: Sums) -> None:
        """What the kind asks for besides. Raises PaperProblem."""

    def _find_people(self, records: Sequence[Record]) -> None:
        """Who a row without a company is for must be in the book; of others, one nobody knows is told in the note."""
        words = [record.attached.get("paper_contact", "") for record in records]
        self.people = People(self.run.actor, words)
        for record, word in zip(records, words, strict=True):
            if not record.is_alone:
                continue
            record.attached["contact_id"] = self.people.find(word, None) if word else None
            if record.attached["contact_id"] is None:
                record.problems.append(CellProblem("no_such_customer" if word else "no_name", None, word))

    def _there(self, keys: set[str]) -> dict[str, Any]:
        return {one.import_key: one for one in self.model.objects.filter(import_key__in=keys)}

    def _lines_there(self) -> dict[UUID, list[tuple[str, int]]]:
        """Name and net amount of the lines of the known papers, in their order, by what they hang on."""
        owner = f"{self.link}_id"
        found: dict[UUID, list[tuple[str, int]]] = {self.lines_hang_on(one): [] for one in self.here.values()}
        if found:
            rows = self.line_model.objects.filter(**{f"{owner}__in": found}).order_by("position", "pk")
            for pk, name, net in rows.values_list(owner, "name", "net_minor"):
                found[pk].append((name, net))
        return found

    def lines_hang_on(self, paper: Any) -> UUID:
        """The id of what the lines of a known paper point to."""
        found: UUID = paper.pk
        return found

    def _tell_differences(self, held: Sequence[Record], known: Any) -> None:
        """A known paper stays as it is. What its rows say otherwise is told with the row: of the whole with the first of them."""
        try:
            sums = reckoned([record.attached["row"] for record in held])
        except PaperProblem as problem:
            held[0].warnings.append(CellProblem(problem.code, None, problem.value))
            return
        lines = self.lines_here[self.lines_hang_on(known)]
        whole = [] if known.amount == sums.total else [("known_other_total", str(known.amount))]
        if self.stands_otherwise(held[0], known):
            whole.append(("known_other_state", str(known.get_state_display())))
        if len(lines) != len(sums.lines):
            whole.append(("known_other_lines", str(len(lines))))
        whole += self.differences(held[0], sums, known)
        held[0].warnings += [CellProblem(code, None, known.number, here) for code, here in whole]
        by_row = {id(record.attached["row"]): record for record in held}
        for line, (name, net) in zip(sums.lines, lines, strict=False):
            if (line.row.item or line.row.number, line.net) != (name, net):
                said = CellProblem(
                    "known_other_line", None, known.number, f"{name}, {Money(net, known.currency)}"
                )
                by_row[id(line.row)].warnings.append(said)

    def stands_otherwise(self, record: Record, known: Any) -> bool:
        """Whether the row names a state that we know, and that the paper is not in."""
        state = self.state_of(record)
        return state is not None and state != known.state

    def differences(self, record: Record, sums: Sums, known: Any) -> list[tuple[str, str]]:
        """What a kind tells besides of a known paper: (key of a sentence, how it is here)."""
        return []

    def _is_of_this_run(self, key: str) -> bool:
        found = self.here.get(key)
        rows = ImportedRow.objects.filter(run=self.run, record_kind=self.kind)
        return found is not None and rows.filter(record_id=found.pk).exists()

    def _numbers_taken(self, papers: Mapping[str, Sequence[Record]]) -> set[str]:
        """Numbers of papers that are here, and are not these very ones."""
        rows = self.model.objects.filter(number__in=list(papers)).values_list("number", "import_key")
        return {number for number, key in rows if key != self.key(number, papers[number][0])}

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """The first row of a number makes its paper, the others add to it; where one cannot stand, none does."""
        papers: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            papers.setdefault(outcome.record.attached.get("paper_number", ""), []).append(outcome)
        self.fresh = []
        for number, held in papers.items():
            if number not in self.sums:
                for outcome in held:
                    outcome.verb = "failed" if outcome.record.problems else "skipped"
            elif any(one.verb == "failed" for one in held):
                for one in held:
                    if one.verb != "failed":
                        one.verb = "failed"
                        one.record.problems.append(CellProblem("with_its_paper", None, number))
            else:
                for place, one in enumerate(held):
                    one.verb = "updated" if place else "created"
                self.fresh.append(held[0])

    def write(self, now: datetime) -> None:
        """Papers with their lines, in the caller's transaction."""
        papers = [self._begin(one) for one in self.fresh]
        self.store(papers, now)
        lines = [line for paper in papers for line in paper.lines]
        self.line_model.objects.bulk_create(lines, batch_size=2_000)
        pass_over(self.letter, [paper.sums.head.number for paper in papers])
        traces = [created(one.number, self.title_holder(one), self._filled(one)) for one in papers]
        leave_traces(self.run, self.kind, traces, now)

    def _begin(self, outcome: Outcome) -> Paper:
        sums = self.sums[outcome.record.attached["row"].number]
        columns = self._columns(outcome, sums.head)
        with override(columns["language"]):
            tax = _("Tax")
        paper = Paper(outcome.record.number, sums, self.record(outcome, sums, columns))
        paper.lines = [self._line(paper, line, place, tax) for place, line in enumerate(sums.lines, start=1)]
        self.keep_sums(paper, sums.taxes(tax))
        return paper

    def record(self, outcome: Outcome, sums: Sums, columns: dict[str, Any]) -> Any:
        """What the lines hang on, without its sums."""
        raise NotImplementedError

    def title_holder(self, paper: Paper) -> Any:
        """The record of the kind."""
        return paper.record

    def keep_sums(self, paper: Paper, taxes: list[dict[str, Any]]) -> None:
        """Set the sums of the record, by the rate of its day."""
        record, sums = paper.record, paper.sums
        record.net_minor, record.tax_minor, record.tax_sums = sums.net, sums.tax, taxes
        self.keep_amount(record, sums)

    def keep_amount(self, record: Any, sums: Sums) -> None:
        """The total of a record with an amount."""
        record.keep_amount(sums.total, self.rates.converted(sums.total, sums.head.day))

    def store(self, papers: Sequence[Paper], now: datetime) -> None:
        """Write the papers; lines follow."""
        self.model.objects.bulk_create([one.record for one in papers], batch_size=1_000)

    def _line(self, paper: Paper, line: Line, place: int, tax: str) -> Any:
        row, product = line.row, self.products.get(folded(line.row.item))
        quantity, price = line.unit
        said = "" if quantity == row.quantity or row.price is None else f"{row.quantity} × {row.price}"
        return self.line_model(
            **{self.link: paper.record}, position=place, name=row.item or row.number, description=said, product=product,
            code=product.code if product else "", unit=product.unit if product else "C62", quantity=quantity,
            unit_price_minor=price, gross_minor=line.net, net_minor=line.net, tax_minor=line.tax, total_minor=line.net + line.tax,
            tax_name=tax if line.percent is not None else "", tax_percent=line.percent,
        )  # fmt: skip

    def _columns(self, outcome: Outcome, row: PaperRow) -> dict[str, Any]:
        """What the kinds have alike. Somebody nobody knows, and a state nobody knows, are told with the paper."""
        record, firm, at = outcome.record, outcome.pending, moment_of(row.day)
        company, word = firm.id if firm else None, record.attached.get("paper_contact", "")
        contact = row.contact or (self.people.find(word, company) if word else None)
        if word and contact is None:
            record.lines.append(_("Contact: %(name)s") % {"name": word})
        said = record.attached.get("paper_state", "")
        if said and self.state_of(record) is None:
            record.lines.append(_("State: %(state)s") % {"state": said})
        return {
            "id": new_id(at), "number": row.number, "company_id": company or self.people.company_of(contact), "contact_id": contact,
            "currency": row.currency, "language": self._language(firm), "created_at": at, "created_by": self.run.actor,
            "team_id": self.policy.team_id, "owner_id": record.attached.get("paper_owner") or self.policy.owner_id,
            "import_key": self.key(row.number, record),
        }  # fmt: skip

    def state_of(self, record: Record) -> str | None:
        """What its word for the state means here; None for one nobody knows."""
        return self.states.get(folded(record.attached.get("paper_state", "")))

    @staticmethod
    def _language(firm: Pending | None) -> str:
        spoken = str(firm.columns.get("language") or "") if firm else ""
        return spoken if spoken in settings.LANGUAGES_COMPLETE else settings.LANGUAGE_CODE

    @staticmethod
    def note_of(record: Record, *, with_reference: bool = False) -> str:
        """The row's note, with what found no field of its own below it."""
        reference = record.attached.get("paper_reference", "") if with_reference else ""
        more = [_("Reference: %(reference)s") % {"reference": reference}] if reference else []
        return told(record.attached.get("paper_note", ""), [*more, *record.lines])

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
