"""Credit notes of another system: which rows are some, and of which invoice each takes something back.

They come in under their own numbers, issued there: they count in the balance of their invoice, and nothing of ours is numbered or sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from bandhu.billing.importing.standing import OWED
from bandhu.billing.models import Invoice, InvoiceKind
from bandhu.customers.importing.attached import folded
from bandhu.customers.imports.problems import CellProblem, ValueProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.values import read_number
from bandhu.platform.money import Money
from bandhu.quotes.importing.paper_rows import TAKES_BACK
from bandhu.quotes.importing.paper_sums import Sums

CREDIT = "billing.credit_invoice"
_WORDS = {
    "credit note", "credit memo", "credit", "sales credit note", "customer credit note", "customer credit memo", "creditnote", "creditmemo",
    "accreccredit", "accrec credit", "out refund", "out_refund", "refund", "credit invoice", "ক্রেডিট নোট", "வரவுக் குறிப்பு",
}  # fmt: skip


def mark_credit_notes(papers: Mapping[str, Sequence[Record]]) -> None:
    """Note on each row of a credit note that its amounts take back: by the word for its kind, or a total, or all its lines, below nought."""
    for held in papers.values():
        totals = [_sign(record, "paper_total") for record in held]
        lines = [_sign_of_line(record) for record in held]
        is_said = any(folded(record.attached.get("paper_kind", "")) in _WORDS for record in held)
        if is_said or -1 in totals or (not any(totals) and -1 in lines and 1 not in lines):
            _mark(held, lines, -1 if -1 in totals else 1)


def _mark(held: Sequence[Record], lines: Sequence[int], total: int) -> None:
    """Some systems write what they take back below nought, some only its total, some nothing of it."""
    for record, line in zip(held, lines, strict=True):
        record.attached[TAKES_BACK] = total, (-1 if -1 in lines else 1)
        if line == 1 and -1 in lines:
            said = record.attached
            text = said.get("paper_line_total") or said.get("paper_price", "")
            record.problems.append(CellProblem("not_taken_back", None, text))


def takes_back(record: Record) -> bool:
    """Whether the row is one of a credit note."""
    return TAKES_BACK in record.attached


def _sign_of_line(record: Record) -> int:
    return _sign(record, "paper_line_total") or _sign(record, "paper_price") * (_sign(record, "paper_quantity") or 1)  # fmt: skip


def _sign(record: Record, name: str) -> int:
    """-1, 0 (nothing, or no number) or 1."""
    text = record.attached.get(name, "")
    try:
        number = read_number(text) if text else ""
    except ValueProblem:
        return 0
    return -1 if number.startswith("-") else int(any(sign in "123456789" for sign in number))


class CreditedInvoices:
    """The invoices the credit notes of one run speak of: those in the book on which the actor may write some, and those of the file."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor
        self.there: dict[str, Invoice] = {}
        # Of invoices earlier in the file: what is left to credit. A trial writes none of them.
        self.coming: dict[str, Money] = {}
        self.left: dict[str, Money] = {}
        # Number of the credit note → number of its invoice, of this chunk.
        self.links: dict[str, str] = {}

    def look_up(self, records: Iterable[Record]) -> None:
        """Before the credit notes of a chunk are asked for."""
        wanted = {word for record in records for word in _named(record)}
        rows = Invoice.objects.visible_to(self.actor, CREDIT).filter(
            number__in=wanted, kind=InvoiceKind.INVOICE, state__in=OWED
        )
        self.there = {one.number: one for one in rows} if wanted else {}
        self.links = {}
        self.left = self.coming | {
            number: Money((one.amount_minor or 0) - one.credited_minor, one.currency)
            for number, one in self.there.items()
        }

    def add_of_chunk(self, found: Mapping[str, Sums]) -> None:
        """Invoices that come in with this very chunk."""
        if self.actor.holds(CREDIT):
            self.left |= {number: sums.total for number, sums in found.items() if number not in self.left}

    def link(self, record: Record, number: str, sums: Sums, *, counts: bool) -> CellProblem | None:
        """Find the invoice of a credit note and take it off what is left there; what speaks against it."""
        named = _named(record)
        if not named:
            return CellProblem("credits_nothing", None, number)
        target = next((word for word in named if word in self.left and word != number), None)
        if target is None:
            return CellProblem("credited_unknown", None, named[0])
        left = self.left[target]
        if left.currency != sums.total.currency:
            return CellProblem("other_currency", None, sums.total.currency)
        if not sums.total.minor:
            return CellProblem("no_paper_amount", None, number)
        if counts:
            if sums.total.minor > left.minor:
                return CellProblem("more_than_left", None, str(sums.total), str(left))
            self.left[target] = left - sums.total
        self.links[number] = target
        return None

    def keep(self, numbers: Iterable[str]) -> None:
        """What is left of invoices that come in, for credit notes further down in the file."""
        self.coming |= {number: self.left[number] for number in numbers if number in self.left}
        self.coming |= {number: self.left[number] for number in self.links.values() if number in self.coming}


def _named(record: Record) -> list[str]:
    """Numbers the row may mean: the invoice it says it is about, else the reference it bears."""
    said = record.attached
    if not takes_back(record):
        return []
    return [word for word in (said.get("paper_credits", ""), said.get("paper_reference", "")) if word]


def credited_by(rows: Iterable[Invoice]) -> dict[UUID, int]:
    """What credit notes take off their invoices, in minor units by the invoice."""
    found: dict[UUID, int] = {}
    for one in rows:
        if one.credits_id is not None and one.state in OWED:
            found[one.credits_id] = found.get(one.credits_id, 0) + (one.amount_minor or 0)
    return found
