"""What billing knows about a person: to tell them. Issued invoices are kept: tax law asks for them, with the name on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from bandhu.billing.models import Invoice, InvoiceState, Payment, Subscription, SubscriptionState
from bandhu.platform.files import erase_files_of
from bandhu.platform.search.indexing import index_records


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
    Invoice.objects.filter(contact=contact_id, state=InvoiceState.DRAFT).update(custom={})
    _forget_own_fields(Payment.objects.filter(invoice__contact=contact_id, invoice__company=None))
    Invoice.objects.filter(contact=contact_id).update(contact=None)


def _forget_own_fields(payments: QuerySet[Payment]) -> None:
    """What the house wrote beside a person's payments is asked for by no law."""
    filled = list(payments.exclude(custom={}).values_list("pk", flat=True))
    Payment.objects.filter(pk__in=filled).update(custom={})
    erase_files_of(*filled)


def subscriptions_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every subscription of the contact with its lines."""
    rows = Subscription.objects.filter(contact=contact_id).prefetch_related("lines").order_by("pk")
    return [
        {
            "subscription": one.number,
            "state": one.state,
            "starts_on": one.starts_on.isoformat(),
            "ended_on": one.ended_on.isoformat() if one.ended_on else None,
            "period": f"{one.every} {one.interval}",
            "total": str(one.total),
            "lines": [line.name for line in one.lines.all()],
            "reference": one.reference,
            "note": one.note,
        }
        for one in rows
    ]


def forget_subscriber(contact_id: UUID) -> None:
    """A person's own subscriptions end today, without a credit; those of a company go on with the company. None names the person."""
    rows = Subscription.objects.filter(contact=contact_id)
    kept = list(rows.values_list("pk", flat=True))
    today = timezone.localdate()
    running = rows.filter(company=None).exclude(state=SubscriptionState.ENDED)
    running.update(state=SubscriptionState.ENDED, ended_on=today, paused_on=None)
    rows.filter(company=None).update(reference="", note="", end_reason="", problem="", custom={})
    rows.update(contact=None)
    index_records("subscription", kept)
