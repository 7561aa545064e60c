"""Invoices of another system: issued there under their own numbers, with what was paid on them.

They stand beside ours for what is owed and for the record. Our series, reminders, the public page, paper and e-invoice leave them alone:
that paper was made elsewhere.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions.issuing import state_after
from bandhu.billing.importing.gate import opened
from bandhu.billing.importing.timeline import INVOICE, PAYMENT, forget, tell_invoices, tell_payments
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
from bandhu.customers.importing.plan import Outcome
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
    # A credit note of theirs takes back a part of an issued invoice: here it has a number of our series, and is issued on that invoice.
    below_nought = "credit_note_there"

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
        return [] if self._paid(record, sums) == known.paid else [("known_other_paid", str(known.paid))]

    def _paid(self, record: Record, sums: Sums) -> Money:
        """What the rows say was paid: their own column, else the total without what is still open, else what the state says."""
        head, state = sums.head, self.state_of(record)
        if state == _VOID:
            return Money(0, head.currency)
        if head.paid is not None:
            return head.paid
        if head.balance is not None:
            return sums.total - head.balance
        return sums.total if state == _PAID else Money(0, head.currency)

    def record(self, outcome: Outcome, sums: Sums, columns: dict[str, Any]) -> Invoice:
        record, row = outcome.record, sums.head
        said, paid = record.attached, self._paid(outcome.record, sums)
        return Invoice(
            issued_on=row.day, issued_at=moment_of(row.day), due_on=max(row.until or row.day, row.day), paid_minor=paid.minor,
            reference=said.get("paper_reference", "")[:120], reason=said.get("paper_title", ""), note=self.note_of(record),
            buyer={"name": outcome.pending.title if outcome.pending else said.get("paper_contact", "")},
            token=secrets.token_urlsafe(32), state=_VOID if self.state_of(record) == _VOID else _ISSUED, **columns,
        )  # fmt: skip

    def keep_sums(self, paper: Paper, taxes: list[dict[str, Any]]) -> None:
        """With the state that follows from what was paid; nothing to pay is paid."""
        super().keep_sums(paper, taxes)
        invoice = paper.record
        if invoice.state != _VOID:
            invoice.state = state_after(invoice) if invoice.amount_minor else _PAID

    def store(self, papers: Sequence[Paper], now: datetime) -> None:
        super().store(papers, now)
        payments = [self._payment(one.record, one.sums.head) for one in papers if one.record.paid_minor]
        Payment.objects.bulk_create(payments, batch_size=2_000)
        index_records("payment", [one.pk for one in payments])
        _pass_over([one.record.number for one in papers])
        tell_invoices([one.record for one in papers])
        tell_payments(payments)

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


def _pass_over(numbers: Sequence[str]) -> None:
    """Numbers that look like our next ones are not given again: the series of their year goes on behind them."""
    seller = issuer()
    if seller is None:
        return
    ours = re.compile(re.escape(seller.invoice_prefix) + r"(\d{4})-(\d{5,6})")
    last: dict[int, int] = {}
    for found in filter(None, map(ours.fullmatch, numbers)):
        last[int(found[1])] = max(last.get(int(found[1]), 0), int(found[2]))
    with connection.cursor() as cursor:
        for year, number in sorted(last.items()):
            cursor.execute(_RAISE, [InvoiceKind.INVOICE, year, number])


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    with opened():
        undone = take_back(
            Invoice, "invoice", traces, own=(InvoiceLine, Payment, Reminder), clear=_forget_payments
        )
    forget(INVOICE, [one.record_id for one in undone])
    return undone


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
