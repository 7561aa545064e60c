"""Payments of another system, each on an invoice that is in the book, whoever wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.billing.importing.gate import opened
from bandhu.billing.importing.standing import OWED, recount
from bandhu.billing.importing.timeline import PAYMENT, forget, tell_payments
from bandhu.billing.models import Invoice, InvoiceKind, Payment, PaymentMethod
from bandhu.customers.importing.attached import Trace, check_moment, created, folded, key_of, leave_traces
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem, ValueProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.ids import new_id
from bandhu.platform.money import MoneyError
from bandhu.platform.search.indexing import remove_records
from bandhu.quotes.importing.paper_rows import money_of
from bandhu.quotes.importing.papers import moment_of
from bandhu.sales.importing.rates import Rates

TARGETS = (
    Target("payment_invoice", _("Number of the invoice"), "id", words="invoice|invoice number|invoice no|invoice id|applied to|document number|চালান|விலைப்பட்டி"),
    Target("payment_amount", _("Amount"), words="amount|payment amount|amount paid|amount received|amount applied|paid|পরিমাণ|தொகை"),
    Target("payment_date", _("Received on"), "date", words="date|payment date|paid on|received on|received|created|created at|তারিখ|தேதி"),
    Target("payment_method", _("How it was paid"), words="method|payment method|payment mode|mode|type|payment type|paid by"),
    Target("payment_reference", _("Reference"), words="reference|reference number|transaction id|transaction|payment reference|receipt number|check number"),
    Target("payment_id", _("Id of the payment"), "id", words="payment id|payment number|id"),
    Target("payment_note", _("Note"), words="note|notes|description|memo"),
    Target("payment_line", _("A line of the note"), "line"),
)  # fmt: skip
_METHODS = {
    "bank": PaymentMethod.BANK, "bank transfer": PaymentMethod.BANK, "wire": PaymentMethod.BANK, "transfer": PaymentMethod.BANK,
    "bank remittance": PaymentMethod.BANK, "ach": PaymentMethod.BANK, "cash": PaymentMethod.CASH, "cheque": PaymentMethod.CHEQUE,
    "check": PaymentMethod.CHEQUE, "card": PaymentMethod.CARD, "credit card": PaymentMethod.CARD, "debit card": PaymentMethod.CARD,
    "bkash": PaymentMethod.WALLET, "nagad": PaymentMethod.WALLET, "wallet": PaymentMethod.WALLET, "upi": PaymentMethod.WALLET,
}  # fmt: skip


class PaymentsOfFile:
    """The payments of one run, chunk by chunk."""

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.rates = Rates(takes_later=True)
        self.known: set[str] = set()
        self.fresh: list[Outcome] = []

    def check(self, records: Sequence[Record]) -> None:
        """An amount above nought that is still open on an invoice the actor may take payments on, in its currency."""
        numbers = {record.attached.get("payment_invoice", "") for record in records} - {""}
        rows = Invoice.objects.visible_to(self.run.actor, "billing.record_payment").filter(
            number__in=numbers, kind=InvoiceKind.INVOICE, state__in=OWED
        )
        invoices = {one.number: one for one in rows}
        keys = [self._key(record) for record in records]
        there = Payment.objects.filter(import_key__in=keys).values_list("import_key", flat=True)
        self.known |= {str(key) for key in there}
        for record, key in zip(records, keys, strict=True):
            number = record.attached.get("payment_invoice", "")
            invoice = record.attached["invoice"] = invoices.get(number)
            record.attached["key"] = key
            if invoice is None:
                record.problems.append(CellProblem("no_such_invoice", None, number))
            elif key not in self.known and not record.problems:
                self._check_amount(record, invoice)

    def _key(self, record: Record) -> str:
        """By its id and its invoice, since one payment may be for several; else by everything it says."""
        number, said = record.attached.get("payment_invoice", ""), record.attached.get("payment_id", "")
        return key_of(record, self.policy.source, f"payment\x1f{said}\x1f{number}" if said else "")

    def _check_amount(self, record: Record, invoice: Invoice) -> None:
        """Notes the amount on the invoice as well, so that the rows after it know what is still open."""
        text, at = record.attached.get("payment_amount", ""), check_moment(record, "payment_date")
        try:
            amount = money_of(text, "", invoice.currency)
            converted = self.rates.converted(amount, at.date()) if at else None
        except (ValueProblem, MoneyError) as problem:
            code = problem.code if isinstance(problem, ValueProblem) else "out_of_range"
            record.problems.append(CellProblem(code, None, text))
            return
        if record.problems:
            return
        if at is None:
            record.problems.append(CellProblem("no_paper_date", None, invoice.number))
        elif amount.currency != invoice.currency:
            record.problems.append(CellProblem("other_currency", None, amount.currency))
        elif not amount:
            record.problems.append(CellProblem("negative_amount", None, text))
        elif amount.minor > invoice.balance.minor:
            record.problems.append(CellProblem("more_than_open", None, text))
        elif converted is None:
            record.problems.append(CellProblem("no_rate", None, amount.currency, at.date().isoformat()))
        else:
            invoice.paid_minor += amount.minor
            record.attached["money"] = (amount, converted)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which rows are new payments."""
        self.fresh = []
        for outcome in outcomes:
            if outcome.verb == "failed":
                continue
            key = outcome.record.attached["key"]
            outcome.verb = "skipped" if key in self.known else "created"
            if outcome.verb == "created":
                self.known.add(key)
                self.fresh.append(outcome)

    def write(self, now: datetime) -> None:
        """Payments, and what is open on their invoices."""
        wanted = {one.record.attached["invoice"].pk for one in self.fresh}
        rows = Invoice.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        invoices = {one.pk: one for one in rows}
        made = [
            (one.record, self._payment(one.record, invoices[one.record.attached["invoice"].pk]))
            for one in self.fresh
        ]
        Payment.objects.bulk_create([payment for _record, payment in made], batch_size=2_000)
        recount(list(invoices.values()), now)
        tell_payments([payment for _record, payment in made])
        traces: list[Trace] = [
            created(record.number, payment, {"amount": str(payment.amount), "invoice": str(payment.invoice)})
            for record, payment in made
        ]
        leave_traces(self.run, "payment", traces, now)

    def _payment(self, record: Record, invoice: Invoice) -> Payment:
        said, day = record.attached, record.attached["payment_date"].date()
        word = said.get("payment_method", "")
        notes = [said.get("payment_note", ""), *record.lines] + (
            [word] if word and folded(word) not in _METHODS else []
        )
        payment = Payment(
            id=new_id(moment_of(day)), invoice=invoice, method=_METHODS.get(folded(word), PaymentMethod.OTHER), received_on=day,
            reference=said.get("payment_reference", "")[:200], note=" · ".join(filter(None, notes))[:300],
            created_by=self.run.actor, import_key=said["key"], custom=dict(record.custom),
        )  # fmt: skip
        payment.keep_amount(*said["money"])
        invoice.paid_minor += payment.amount_minor or 0
        return payment


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    """Payments given back since stay; the others go from their invoices. Some may have gone with their invoice already."""
    rows = Payment.objects.filter(pk__in=[one.record_id for one in traces], refunded_by=None)
    by_invoice: dict[Any, list[Payment]] = {}
    for payment in rows:
        by_invoice.setdefault(payment.invoice_id, []).append(payment)
    invoices = list(Invoice.objects.select_for_update().filter(pk__in=by_invoice).order_by("pk"))
    for invoice in invoices:
        invoice.paid_minor -= sum(one.amount_minor or 0 for one in by_invoice[invoice.pk])
    gone = {one.pk for held in by_invoice.values() for one in held}
    with opened():
        Payment.objects.filter(pk__in=gone).delete()
    recount(invoices, timezone.now())
    forget(PAYMENT, gone)
    remove_records(list(gone))
    left = set(Payment.objects.filter(pk__in=[one.record_id for one in traces]).values_list("pk", flat=True))
    return [one for one in traces if one.record_id not in left]


PAYMENTS = ImportKind(
    name="payments", label=_("Payments"), base="companies", record_kind="payment", permission="billing.record_payment", targets=TARGETS,
    line_target="payment_line", attach=PaymentsOfFile, take_back=_take_back, alone="always", defaults={"match": []},
)  # fmt: skip
