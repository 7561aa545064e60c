"""What billing knows about a person: to tell them. Issued invoices are kept: tax law asks for them, with the name on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.billing.models import Invoice, InvoiceState


def invoices_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every invoice and credit note of the contact with what was paid on it."""
    rows = Invoice.objects.filter(contact=contact_id).prefetch_related("lines", "payments").order_by("pk")
    return [
        {
            "document": one.kind,
            "number": one.number,
            "state": one.state,
            "issued_on": one.issued_on.isoformat() if one.issued_on else None,
            "total": str(one.total),
            "buyer": one.buyer,
            "lines": [line.description for line in one.lines.all()],
            "payments": [f"{paid.received_on} {paid.kind} {paid.amount}" for paid in one.payments.all()],
        }
        for one in rows
    ]


def forget_buyer(contact_id: UUID) -> None:
    """Drafts go. What was issued stays as the law asks, but points to nobody any more."""
    Invoice.objects.filter(contact=contact_id, state=InvoiceState.DRAFT, company=None).delete()
    Invoice.objects.filter(contact=contact_id).update(contact=None)
