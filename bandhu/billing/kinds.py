"""What an invoice is made of, said once: lists, filters, bulk edit and the API read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions import change_invoice
from bandhu.billing.models import STANDINGS, Invoice, InvoiceKind
from bandhu.billing.queries import with_standing
from bandhu.catalog.whole_units import in_units
from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _MONEY, _DATES = _("Invoice"), _("Who"), _("Amount"), _("Dates")


def _standings() -> Sequence[tuple[str, Any]]:
    return STANDINGS


def _kinds() -> Sequence[tuple[str, Any]]:
    return InvoiceKind.choices


def _of_fields() -> list[Field]:
    return [
        Field(name="number", label=_("Number"), path="number", reads="title", needs=("number",), sort="number", group=_WHAT),
        Field(name="kind", label=_("Document"), type="choice", path="kind", choices=_kinds, group=_WHAT),
        Field(
            name="state", label=_("State"), type="choice", path="standing_now", annotate=with_standing,
            choices=_standings, group=_WHAT,
        ),
        Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="company", label=_("Company"), path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
        Field(name="owner", label=_("Owner"), type="user", path="owner", setting="owner", group=_WHO),
        Field(name="team", label=_("Team"), type="team", path="team", setting="team", group=_WHO),
        Field(
            name="amount", label=_("Amount"), type="money", path="invoice_in_units", reads="amount",
            needs=("amount_minor", "currency"), annotate=in_units("invoice_in_units"), sort="base_amount_minor", group=_MONEY,
        ),
        Field(
            name="balance", label=_("Open"), type="money", reads="balance",
            needs=("amount_minor", "currency", "paid_minor", "credited_minor"), group=_MONEY,
        ),
        Field(name="currency", label=_("Currency"), path="currency", group=_MONEY),
        Field(name="issued_on", label=_("Date of issue"), type="date", path="issued_on", sort="issued_on", group=_DATES),
        Field(name="due_on", label=_("Due"), type="date", path="due_on", sort="due_on", group=_DATES),
        Field(name="reference", label=_("Customer's reference"), path="reference", group=_WHAT),
        Field(name="note", label=_("Note"), type="long_text", path="note", group=_WHAT),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at", group=_DATES),
        # Named for the audit trail.
        Field(name="lines", label=_("Lines"), in_list=False),
        Field(name="reason", label=_("Reason"), in_list=False),
        Field(name="payment", label=_("Payment"), in_list=False),
        Field(name="refund", label=_("Refund"), in_list=False),
        Field(name="credited", label=_("Credited"), in_list=False),
    ]  # fmt: skip


def _url(record: Any) -> str:
    return reverse("billing:invoice", args=[getattr(record, "pk", record)])


INVOICE = RecordKind(
    name="invoice",
    label=_("Invoice"),
    plural=_("Invoices"),
    icon="receipt-text",
    model=Invoice,
    view_permission="billing.view_invoice",
    change_permission="billing.change_invoice",
    create_permission="billing.create_invoice",
    url=_url,
    list_url_name="billing:invoices",
    new_url_name="billing:invoice_new",
    fields=_of_fields(),
    default_columns=(
        "number",
        "kind",
        "company",
        "contact",
        "state",
        "amount",
        "balance",
        "issued_on",
        "due_on",
    ),
    default_sort="-created_at",
    change=change_invoice,
    custom_fields=True,
    unmasked=may_see,
    search_hint=_("Number of an invoice or a customer"),
    empty_text=_(
        "What customers owe: invoices, credit notes, and what was paid on them. Write the first one for a customer."
    ),
)
