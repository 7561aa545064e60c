"""What the search knows of invoices and subscriptions: their numbers and customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models import Invoice, InvoiceState, Subscription
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


def subscription_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of those among `ids` that exist."""
    rows = Subscription.objects.filter(pk__in=ids).prefetch_related("lines")
    for one in rows.select_related("contact", "company"):
        customers = [str(customer) for customer in (one.company, one.contact) if customer]
        yield SearchDocument(
            record_id=one.pk,
            names=[one.number],
            detail=" · ".join(customers),
            words=[*customers, *(line.name for line in one.lines.all()), *([one.reference] if one.reference else [])],
            owner_id=one.owner_id,
            team_id=one.team_id,
        )  # fmt: skip


SUBSCRIPTIONS = SearchKind(
    name="subscription",
    label=_("Subscription"),
    icon="repeat",
    url=lambda pk: reverse("billing:subscription", args=[pk]),
    visible_to=lambda user: Subscription.objects.visible_to(user),
    documents=subscription_documents,
    all_ids=lambda: Subscription.objects.values_list("pk", flat=True).iterator(),
    view_permission="billing.view_subscription",
    without_related=without_customers(Subscription),
    position=33,
)
