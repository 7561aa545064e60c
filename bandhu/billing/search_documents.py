"""What the search knows of invoices, subscriptions and payments: their numbers, references and customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models import Invoice, InvoiceState, Payment, Subscription
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


def payment_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of those among `ids` that exist: found by the reference, by who pays, and by the invoice."""
    rows = Payment.objects.filter(pk__in=ids).select_related("invoice__contact", "invoice__company")
    for one in rows.iterator(chunk_size=2_000):
        paper = one.invoice
        customers = [str(customer) for customer in (paper.company, paper.contact) if customer]
        yield SearchDocument(
            record_id=one.pk,
            names=[one.reference or paper.number],
            detail=" · ".join([str(one.signed), paper.number, *customers]),
            words=[*customers, paper.number],
            owner_id=paper.owner_id,
            team_id=paper.team_id,
        )


def _without_payers(user: Any, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Those whose invoice is to a customer the user may not see, each with the amount and the number alone."""
    rows = {one.pk: one for one in Payment.objects.filter(pk__in=ids).select_related("invoice")}
    hidden = without_customers(Invoice)(user, [one.invoice_id for one in rows.values()])
    return {
        pk: " · ".join(part for part in (str(one.signed), one.invoice.number, hidden[one.invoice_id]) if part)
        for pk, one in rows.items()
        if one.invoice_id in hidden
    }


def _page_of_payment(pk: UUID) -> str:
    """Where a payment is shown: its invoice."""
    invoice = Payment.objects.filter(pk=pk).values_list("invoice_id", flat=True).first()
    return reverse("billing:invoice", args=[invoice]) if invoice else reverse("billing:payments")


PAYMENTS = SearchKind(
    name="payment",
    label=_("Payment"),
    icon="banknote",
    url=_page_of_payment,
    visible_to=lambda user: Payment.objects.visible_to(user, "billing.view_invoice"),
    documents=payment_documents,
    all_ids=lambda: Payment.objects.values_list("pk", flat=True).iterator(),
    view_permission="billing.view_invoice",
    without_related=_without_payers,
    position=34,
)
