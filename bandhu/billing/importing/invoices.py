"""Invoices and credit notes of another system: issued there under their own numbers, with what was paid on them.

They stand beside ours for what is owed and for the record. Our series, reminders, the public page, paper and e-invoice leave them alone:
that paper was made elsewhere.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions.issuing import state_after
from bandhu.billing.importing.credit_notes import (
    CREDIT,
    CreditedInvoices,
    credited_by,
    mark_credit_notes,
    takes_back,
)
from bandhu.billing.importing.gate import opened
from bandhu.billing.importing.standing import OWED, recount
from bandhu.billing.importing.timeline import (
    CREDIT_NOTE,
    INVOICE,
    PAYMENT,
    forget,
    tell_invoices,
    tell_payments,
)
from bandhu.billing.models import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceSeries,
    InvoiceState,
    Payment,
    PaymentMethod,
    Reminder,
)
from bandhu.billing.queries import issuer
from bandhu.customers.importing.attached import take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.money import Money
from bandhu.platform.search.indexing import index_records, remove_records
from bandhu.quotes.importing.paper_rows import TARGETS, PaperRow
from bandhu.quotes.importing.paper_sums import PaperProblem, Sums
from bandhu.quotes.importing.papers import (
    CLEAN,
    DEFAULTS,
    TOGETHER,
    Paper,
    PapersOfFile,
    choices_of_papers,
    known_words,
    moment_of,
)

_RAISE = f"""
INSERT INTO {InvoiceSeries._meta.db_table} AS series (key, year, last) VALUES (%s, %s, %s)
ON CONFLICT (key, year) DO UPDATE SET last = greatest(series.last, excluded.last)
"""  # noqa: S608 (our own table)
OF_INVOICES = (
    *TARGETS,
    Target("paper_paid", _("Paid"), words="paid|amount paid|paid amount|payment amount|total paid|amount received|পরিশোধিত|செலுத்தியது"),
    Target("paper_paid_on", _("Paid on"), "date", words="paid on|paid at|paid date|payment date|last payment date|date paid"),
    Target("paper_kind", _("Kind of document"), words="document type|transaction type|invoice type|move type|type"),
    Target("paper_credits", _("Invoice a credit note is of"), "id", words="original invoice|original invoice number|credited invoice|credit note for|credits invoice|credited invoice number|associated invoice|associated invoice number|applied to invoice|reversal of|reversed entry"),
    Target("paper_balance", _("Still open"), words="balance|balance due|amount due|open|outstanding|amount remaining|বকেয়া|நிலுவை"),
)  # fmt: skip
_ISSUED, _PAID, _VOID, _DRAFT = InvoiceState.ISSUED, InvoiceState.PAID, InvoiceState.VOID, InvoiceState.DRAFT
_STATES = {
    **dict.fromkeys(("draft", "pro forma", "proforma"), _DRAFT),
    **dict.fromkeys(
        ("void", "voided", "cancelled", "canceled", "uncollectible", "written off", "write off", "reversed"), _VOID
    ),
    **dict.fromkeys(("paid", "closed", "settled", "fully paid", "paid in full", "in payment"), _PAID),
    **dict.fromkeys(
        ("issued", "open", "sent", "unpaid", "not paid", "overdue", "past due", "due", "outstanding", "approved", "viewed", "posted",
         "partial", "partially paid", "partly paid", "authorised", "authorized"), _ISSUED,
    ),
}  # fmt: skip


class InvoicesOfFile(PapersOfFile):
    """The invoices of one run, chunk by chunk."""

    kind, model, line_model, link, longest, states = "invoice", Invoice, InvoiceLine, "invoice", 40, _STATES

    def __init__(self, run: Import, policy: Policy) -> None:
        super().__init__(run, policy)
        self.credited = CreditedInvoices(run.actor)
        # What credit notes take off invoices that come in with them, in minor units by number.
        self.taken: Counter[str] = Counter()

    def check(self, records: Sequence[Record]) -> None:
        """Invoices first, then the credit notes of them, wherever they stand."""
        papers: dict[str, list[Record]] = {}
        for record in records:
            papers.setdefault(record.attached.get("paper_number", ""), []).append(record)
        mark_credit_notes({number: held for number, held in papers.items() if number})
        self.credited.look_up(records)
        super().check(records)
        found = {number: sums for number, sums in self.sums.items() if not takes_back(papers[number][0])}
        self.credited.add_of_chunk(found)
        for number in self.sums.keys() - found.keys():
            first, sums = papers[number][0], self.sums[number]
            problem = self.credited.link(first, number, sums, counts=self.state_of(first) != _VOID)
            if problem is not None:
                del self.sums[number]
                for record in papers[number]:
                    record.problems.append(problem)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """A credit note stands with its invoice: where that one could not come in, it does not either."""
        super().settle(outcomes)
        stand = {one.record.attached["paper_number"] for one in self.fresh}
        links, there = self.credited.links, self.credited.there.keys() | self.credited.coming.keys()
        gone = {number for number in stand if number in links and links[number] not in stand | there}
        for outcome in outcomes:
            number = outcome.record.attached.get("paper_number", "")
            if number in gone:
                outcome.verb = "failed"
                outcome.record.problems.append(CellProblem("credited_unknown", None, links[number]))
        self.fresh = [one for one in self.fresh if one.record.attached["paper_number"] not in gone]
        self.credited.keep(number for number in stand if number not in links)
        self.taken = Counter()
        for one in self.fresh:
            number = one.record.attached["paper_number"]
            if number in links and self.state_of(one.record) != _VOID:
                self.taken[links[number]] += self.sums[number].total.minor

    def check_paper(self, record: Record, sums: Sums) -> None:
        """Issued, and not paid beyond what it comes to."""
        if self.state_of(record) == _DRAFT:
            raise PaperProblem("not_issued_there", record.attached["paper_state"])
        if self._paid(record, sums).minor > sums.total.minor:
            raise PaperProblem("more_than_open", str(sums.head.paid or sums.head.balance))

    def stands_otherwise(self, record: Record, known: Invoice) -> bool:
        """What was paid says the rest."""
        state = self.state_of(record)
        return state is not None and (state == _VOID) != (known.state == _VOID)

    def differences(self, record: Record, sums: Sums, known: Invoice) -> list[tuple[str, str]]:
        """Payments that came by another file count here, too."""
        paid = self._paid(record, sums, known.credited_minor)
        return [] if paid == known.paid else [("known_other_paid", str(known.paid))]

    def _paid(self, record: Record, sums: Sums, credited: int = 0) -> Money:
        """What the rows say was paid: their own column, else the total without what is still open or was credited, else what the state says.

        Nothing is paid on a credit note.
        """
        head, state = sums.head, self.state_of(record)
        if state == _VOID or takes_back(record):
            return Money(0, head.currency)
        if head.paid is not None:
            return head.paid
        if head.balance is None and state != _PAID:
            return Money(0, head.currency)
        settled = sums.total if head.balance is None else sums.total - head.balance
        return settled if not credited else Money(max(0, settled.minor - credited), head.currency)

    def record(self, outcome: Outcome, sums: Sums, columns: dict[str, Any]) -> Invoice:
        record, row = outcome.record, sums.head
        said, is_credit = record.attached, takes_back(outcome.record)
        paid = self._paid(record, sums, self.taken[row.number])
        return Invoice(
            kind=InvoiceKind.CREDIT_NOTE if is_credit else InvoiceKind.INVOICE, issued_on=row.day, issued_at=moment_of(row.day),
            due_on=None if is_credit else max(row.until or row.day, row.day), paid_minor=paid.minor,
            reference=said.get("paper_reference", "")[:120], reason=said.get("paper_title", ""), note=self.note_of(record),
            buyer={"name": outcome.pending.title if outcome.pending else said.get("paper_contact", "")},
            token=secrets.token_urlsafe(32), state=_VOID if self.state_of(record) == _VOID else _ISSUED, **columns,
        )  # fmt: skip

    def keep_sums(self, paper: Paper, taxes: list[dict[str, Any]]) -> None:
        """With the state that follows from what was paid; nothing to pay is paid."""
        super().keep_sums(paper, taxes)
        invoice = paper.record
        if invoice.state != _VOID and invoice.kind == InvoiceKind.INVOICE:
            invoice.state = state_after(invoice) if invoice.amount_minor else _PAID

    def store(self, papers: Sequence[Paper], now: datetime) -> None:
        self._credit([one.record for one in papers], now)
        super().store(papers, now)
        payments = [self._payment(one.record, one.sums.head) for one in papers if one.record.paid_minor]
        Payment.objects.bulk_create(payments, batch_size=2_000)
        index_records("payment", [one.pk for one in payments])
        for kind in InvoiceKind.values:
            _pass_over(kind, [one.record.number for one in papers if one.record.kind == kind])
        tell_invoices([one.record for one in papers])
        tell_payments(payments)

    def _credit(self, invoices: Sequence[Invoice], now: datetime) -> None:
        """Lay each credit note to its invoice, of this file or of the book, and take it off there."""
        fresh = {one.number: one for one in invoices if one.kind == InvoiceKind.INVOICE}
        notes = [one for one in invoices if one.kind == InvoiceKind.CREDIT_NOTE]
        wanted = {self.credited.links[one.number] for one in notes} - fresh.keys()
        held = {
            one.number: one
            for one in Invoice.objects.visible_to(self.run.actor, CREDIT)
            .select_for_update(of=("self",))
            .filter(number__in=wanted, kind=InvoiceKind.INVOICE, state__in=OWED)
            .order_by("pk")
        }
        for note in notes:
            about = self.credited.links[note.number]
            note.credits = fresh.get(about) or held[about]
            if note.state != _VOID:
                note.credits.credited_minor += note.amount_minor or 0
        for invoice in fresh.values():
            if invoice.credited_minor:
                invoice.state = state_after(invoice)
        recount(list(held.values()), now)

    def write(self, now: datetime) -> None:
        """Lines come to invoices that are issued already: for them alone, and now."""
        with opened():
            super().write(now)

    def _payment(self, invoice: Invoice, row: PaperRow) -> Payment:
        payment = Payment(
            invoice=invoice, method=PaymentMethod.OTHER, received_on=row.paid_on or row.day, created_by=self.run.actor,
            created_at=invoice.created_at, import_key=f"paid:{invoice.import_key}"[:64],
        )  # fmt: skip
        payment.keep_amount(invoice.paid, self.rates.converted(invoice.paid, payment.received_on))
        return payment


def _pass_over(kind: str, numbers: Sequence[str]) -> None:
    """Numbers that look like our next ones are not given again: the series of their year goes on behind them."""
    seller = issuer()
    if seller is None:
        return
    prefix = seller.invoice_prefix if kind == InvoiceKind.INVOICE else seller.credit_prefix
    ours = re.compile(re.escape(prefix) + r"(\d{4})-(\d{5,6})")
    last: dict[int, int] = {}
    for found in filter(None, map(ours.fullmatch, numbers)):
        last[int(found[1])] = max(last.get(int(found[1]), 0), int(found[2]))
    with connection.cursor() as cursor:
        for year, number in sorted(last.items()):
            cursor.execute(_RAISE, [kind, year, number])


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    """Credit notes first, and what they took off their invoices with them; then the invoices nothing speaks of any more."""
    ids = [one.record_id for one in traces]
    notes = list(Invoice.objects.filter(pk__in=ids, kind=InvoiceKind.CREDIT_NOTE))
    noted = {one.pk for one in notes}
    own = (InvoiceLine, Payment, Reminder)
    with opened():
        undone = take_back(Invoice, "invoice", [one for one in traces if one.record_id in noted], own=own)
        gone = {one.record_id for one in undone}
        _owe_again(credited_by(one for one in notes if one.pk in gone))
        # What the invoices were then is newer than what was read of them.
        rest = list(
            ImportedRow.objects.filter(pk__in=[one.pk for one in traces if one.record_id not in noted])
        )
        undone += take_back(Invoice, "invoice", rest, own=own, clear=_forget_payments)
    for kind in (INVOICE, CREDIT_NOTE):
        forget(kind, [one.record_id for one in undone])
    return undone


def _owe_again(credited: dict[UUID, int]) -> None:
    """What no credit note takes off any more is owed again."""
    invoices = list(Invoice.objects.select_for_update().filter(pk__in=credited).order_by("pk"))
    for invoice in invoices:
        invoice.credited_minor -= credited[invoice.pk]
    recount(invoices, timezone.now())


def _forget_payments(invoices: set[UUID]) -> None:
    rows = Payment.objects.filter(invoice__in=invoices, import_key__isnull=False)
    gone = list(rows.values_list("pk", flat=True))
    forget(PAYMENT, gone)
    remove_records(gone)
    rows.delete()


INVOICES = ImportKind(
    name="invoices", label=_("Invoices"), base="companies", record_kind="invoice", permission="billing.create_invoice",
    also=("billing.issue_invoice", "billing.record_payment"), targets=OF_INVOICES, line_target="paper_line", together=TOGETHER,
    known=known_words, attach=InvoicesOfFile, take_back=_take_back,
    choices=choices_of_papers, alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
