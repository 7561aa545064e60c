"""What every change of an invoice tells: the audit trail, the search, events, and pages that are open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.billing.models import Invoice
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.events import Event, publish
from bandhu.platform.search.indexing import index_records

KIND = "invoice"
Changes = dict[str, tuple[Any, Any]]


def locked(invoice: Invoice) -> Invoice:
    """The row as it is now, held until the transaction ends; raises OutOfReach for one that is gone."""
    # No joins: after waiting for the lock they would still show what the row pointed to before.
    fresh = Invoice.objects.select_for_update().filter(pk=invoice.pk).first()
    if fresh is None:
        raise OutOfReach
    return fresh


def announce(
    invoice: Invoice,
    verb: str,
    *,
    actor: Any,
    events: tuple[Event, ...] = (),
    changes: Changes | None = None,
    searched: bool = False,
) -> None:
    """In the transaction of the change. With `searched`, what the search knows of it is written anew."""
    audit.record_change(
        verb, actor=actor, kind=KIND, record_id=invoice.pk, title=title_of(invoice), changes=changes
    )
    if searched:
        index_records(KIND, [invoice.pk])
        index_records("payment", list(invoice.payments.values_list("pk", flat=True)))
    for event in events:
        publish(event, actor=actor)
    live.hint(f"{KIND}:{invoice.pk}")


def title_of(invoice: Invoice) -> str:
    """Its number; a draft is named by what it is."""
    return invoice.number or f"{invoice.get_kind_display()} ({invoice.get_state_display()})"


def facts_of(invoice: Invoice) -> dict[str, Any]:
    """What every event about an invoice carries."""
    return {
        "invoice_id": str(invoice.pk),
        "contact_id": _text(invoice.contact_id),
        "company_id": _text(invoice.company_id),
        "opportunity_id": _text(invoice.opportunity_id),
        "number": invoice.number,
        "amount_minor": invoice.amount_minor,
        "currency": invoice.currency,
        "owner_id": _text(invoice.owner_id),
    }


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
