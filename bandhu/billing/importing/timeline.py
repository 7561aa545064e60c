"""What came with a file stands on the customers' timelines at its own moment, as if it had happened here; no event tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bandhu.billing.models import Invoice, InvoiceKind, Payment
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Entry, forget_entries, log_many
from bandhu.interactions.models import Interaction
from bandhu.quotes.importing.papers import moment_of

_SOURCE, INVOICE, CREDIT_NOTE, PAYMENT = "billing", "invoice_issued", "credit_note_issued", "payment"


def tell_invoices(invoices: Sequence[Invoice]) -> None:
    """Those that somebody here is the customer of, credit notes as such."""
    for kind, named in ((InvoiceKind.INVOICE, INVOICE), (InvoiceKind.CREDIT_NOTE, CREDIT_NOTE)):
        told = [one for one in invoices if one.kind == kind and _has_customer(one)]
        _tell(named, [_entry(named, one, one, one.created_at) for one in told])


def tell_payments(payments: Sequence[Payment]) -> None:
    """On the day the money came in."""
    found = [one for one in payments if _has_customer(one.invoice)]
    _tell(PAYMENT, [_entry(PAYMENT, one, one.invoice, moment_of(one.received_on)) for one in found])


def forget(kind: str, ids: Iterable[UUID]) -> None:
    """The import that brought them is undone."""
    forget_entries(_SOURCE, [f"{kind}:{pk}" for pk in ids])


def _has_customer(invoice: Invoice) -> bool:
    return bool(invoice.contact_id or invoice.company_id)


def _tell(kind: str, entries: Sequence[Entry]) -> None:
    log_many(entries, actor=system_user(), kind=kind, direction=Interaction.Direction.NONE, source=_SOURCE)


def _entry(kind: str, told: Any, invoice: Invoice, at: datetime) -> Entry:
    return Entry(
        contact_id=invoice.contact_id, company_id=None if invoice.contact_id else invoice.company_id, occurred_at=at,
        external_id=f"{kind}:{told.pk}", subject=invoice.number,
        details={"invoice_id": str(invoice.pk), "minor": told.amount_minor, "currency": told.currency},
    )  # fmt: skip
