"""What the search knows of invoices: their numbers and customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models import Invoice, InvoiceState
from bandhu.platform.registries import SearchDocument, SearchKind
from bandhu.sales.search_documents import without_customers


def invoice_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of those among `ids` that are issued: a draft has no name."""
    rows = Invoice.objects.filter(pk__in=ids).exclude(state=InvoiceState.DRAFT)
    columns = ("pk", "number", "contact__full_name", "company__name", "reference", "owner_id", "team_id")
    for pk, number, contact, company, reference, owner_id, team_id in rows.values_list(*columns).iterator(
        chunk_size=2_000
    ):
        customers = [one for one in (company, contact) if one]
        yield SearchDocument(
            record_id=pk,
            names=[number],
            detail=" · ".join(customers),
            words=[*customers, *([reference] if reference else [])],
            owner_id=owner_id,
            team_id=team_id,
        )


def _all_ids() -> Any:
    return Invoice.objects.exclude(state=InvoiceState.DRAFT).values_list("pk", flat=True).iterator()


INVOICES = SearchKind(
    name="invoice",
    label=_("Invoice"),
    icon="receipt-text",
    url=lambda pk: reverse("billing:invoice", args=[pk]),
    visible_to=lambda user: Invoice.objects.visible_to(user),
    documents=invoice_documents,
    all_ids=_all_ids,
    view_permission="billing.view_invoice",
    without_related=without_customers(Invoice),
    position=32,
)
