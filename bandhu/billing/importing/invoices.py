"""Invoices of another system: issued there under their own numbers, with what was paid on them.

They stand beside ours for what is owed and for the record. Our series, reminders, the public page, paper and e-invoice leave them alone:
that paper was made elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions.issuing import state_after
from bandhu.billing.importing.gate import opened
from bandhu.billing.importing.timeline import INVOICE, PAYMENT, forget, tell_invoices, tell_payments
from bandhu.billing.models import (
    Invoice,
    InvoiceLine,
    InvoiceState,
    Payment,
    PaymentMethod,
    Reminder,
)
from bandhu.customers.importing.attached import folded, take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.money import Money
from bandhu.quotes.importing.paper_rows import TARGETS, PaperRow
from bandhu.quotes.importing.papers import (
    CLEAN,
    DEFAULTS,
    Paper,
    PapersOfFile,
    choices_of_papers,
    known_words,
    moment_of,
)

OF_INVOICES = (
    *TARGETS,
    Target("paper_paid", _("Paid"), words="paid|amount paid|paid amount|payment amount|total paid|amount received|পরিশোধিত|செலுத்தியது"),
    Target("paper_paid_on", _("Paid on"), "date", words="paid on|paid at|paid date|payment date|last payment date|date paid"),
    Target("paper_balance", _("Still open"), words="balance|balance due|amount due|open|outstanding|amount remaining|বকেয়া|நிலுவை"),
)  # fmt: skip
_DRAFTS = ("draft", "pro forma", "proforma")
_VOID = ("void", "voided", "cancelled", "canceled", "uncollectible", "written off", "write off", "reversed")
_PAID = ("paid", "closed", "settled", "fully paid", "paid in full", "in payment")


class InvoicesOfFile(PapersOfFile):
    """The invoices of one run, chunk by chunk."""

    kind, model, line_model, link, longest = "invoice", Invoice, InvoiceLine, "invoice", 40

    def __init__(self, run: Import, policy: Policy) -> None:
        super().__init__(run, policy)
        self.said: dict[UUID, tuple[PaperRow, str]] = {}

    def check_row(self, record: Record, row: PaperRow) -> None:
        """Issued, and not paid beyond what it comes to."""
        super().check_row(record, row)
        state = record.attached.get("paper_state", "")
        if folded(state) in _DRAFTS:
            record.problems.append(CellProblem("not_issued_there", None, state))

    def paper(self, outcome: Outcome, row: PaperRow) -> Invoice:
        said = outcome.record.attached
        invoice = Invoice(
            issued_on=row.day, issued_at=moment_of(row.day), due_on=max(row.until or row.day, row.day),
            reference=said.get("paper_reference", "")[:120], reason=said.get("paper_title", ""), note=self.note_of(outcome.record),
            token=secrets.token_urlsafe(32), state=InvoiceState.ISSUED, **self.columns(outcome, row),
        )  # fmt: skip
        invoice.buyer = {"name": outcome.pending.title if outcome.pending else said.get("paper_contact", "")}
        self.said[invoice.pk] = (row, folded(said.get("paper_state", "")))
        return invoice

    def store(self, begun: Sequence[Paper], grown: Sequence[Paper], now: datetime) -> None:
        payments = [one for paper in begun if (one := self._payment(paper.record)) is not None]
        with opened():
            super().store(begun, grown, now)
            Payment.objects.bulk_create(payments, batch_size=2_000)
        tell_invoices([one.record for one in begun])
        tell_payments(payments)

    def _payment(self, invoice: Invoice) -> Payment | None:
        """Settle the state of an invoice; what was paid on it is one payment."""
        row, said = self.said.pop(invoice.pk)
        if said in _VOID:
            invoice.state = InvoiceState.VOID
            return None
        whole = invoice.total if said in _PAID else Money(0, invoice.currency)
        paid = row.paid if row.paid is not None else whole
        invoice.paid_minor = paid.minor
        invoice.state = state_after(invoice)
        if not paid:
            return None
        payment = Payment(
            invoice=invoice, method=PaymentMethod.OTHER, received_on=row.paid_on or row.day, created_by=self.run.actor,
            created_at=invoice.created_at, import_key=invoice.import_key,
        )  # fmt: skip
        payment.keep_amount(paid, self.rates.converted(paid, payment.received_on))
        return payment


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    with opened():
        undone = take_back(
            Invoice, "invoice", traces, own=(InvoiceLine, Payment, Reminder), clear=_forget_payments
        )
    forget(INVOICE, [one.record_id for one in undone])
    return undone


def _forget_payments(invoices: set[UUID]) -> None:
    rows = Payment.objects.filter(invoice__in=invoices, import_key__isnull=False)
    forget(PAYMENT, rows.values_list("pk", flat=True))
    rows.delete()


INVOICES = ImportKind(
    name="invoices", label=_("Invoices"), base="companies", record_kind="invoice", permission="billing.create_invoice",
    targets=OF_INVOICES, line_target="paper_line", known=known_words, attach=InvoicesOfFile, take_back=_take_back,
    choices=choices_of_papers, alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
