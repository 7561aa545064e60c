"""What a payment is made of, said once: its list, filters and export read it. It is shown on the page of its invoice."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Case, F, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions import change_payment
from bandhu.billing.models import Payment, PaymentKind, PaymentMethod, PaymentState
from bandhu.catalog.whole_units import in_units
from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind

_WHAT, _MONEY, _FACTS = _("Payment"), _("Amount"), _("Facts")
# What names a payment and leads to its invoice.
_NAMED = ("invoice", "kind", "amount_minor", "currency")


def _signed() -> Case:
    """A refund is below nought."""
    return Case(
        When(kind=PaymentKind.REFUND, then=-F("base_amount_minor")),
        default=F("base_amount_minor"),
        output_field=BigIntegerField(),
    )


def _url(record: Any) -> str:
    return reverse("billing:invoice", args=[record.invoice_id])


PAYMENT = RecordKind(
    name="payment",
    label=_("Payment"),
    plural=_("Payments"),
    icon="banknote",
    model=Payment,
    view_permission="billing.view_invoice",
    change_permission="billing.record_payment",
    create_permission="",
    url=_url,
    list_url_name="billing:payments",
    fields=[
        Field(name="received_on", label=_("Came in on"), type="date", path="received_on", sort="received_on", needs=_NAMED, group=_WHAT),
        Field(name="kind", label=_("Payment or refund"), type="choice", path="kind", choices=lambda: PaymentKind.choices, group=_WHAT),
        Field(name="invoice", label=_("Invoice"), path="invoice__number", group=_WHAT),
        Field(
            name="amount", label=_("Amount"), type="money", path="payment_in_units", reads="signed", needs=_NAMED,
            annotate=in_units("payment_in_units", _signed), group=_MONEY,
        ),
        Field(name="currency", label=_("Currency"), path="currency", group=_MONEY),
        Field(name="method", label=_("Way of payment"), type="choice", path="method", choices=lambda: PaymentMethod.choices, group=_WHAT),
        Field(name="state", label=_("State"), type="choice", path="state", choices=lambda: PaymentState.choices, group=_WHAT),
        Field(name="reference", label=_("Reference"), path="reference", group=_FACTS),
        Field(name="account", label=_("Payment account"), path="account__name", group=_FACTS),
        Field(name="note", label=_("Note"), path="note", group=_FACTS),
        Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_FACTS),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", group=_FACTS),
    ],
    default_columns=("received_on", "invoice", "kind", "amount", "method", "state", "reference"),
    default_sort="-received_on",
    # Its own fields alone: what came in stays as it came.
    change=change_payment,
    custom_fields=True,
    unmasked=may_see,
    search_hint=_("Reference, number of the invoice, or who paid"),
    empty_text=_("What customers paid on their invoices, and what went back to them. A payment is written down on the page of its invoice."),
)  # fmt: skip
