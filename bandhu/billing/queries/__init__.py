"""The read door of billing."""

from bandhu.billing.queries.invoices import (
    VIEW,
    InvoiceCard,
    home_country,
    invoice_card,
    invoice_for,
    invoices,
    invoices_of,
    issuer,
    issuer_or_new,
    payment_for,
    payments,
    public_invoice,
    taxes_of_today,
    with_standing,
)

__all__ = [
    "VIEW",
    "InvoiceCard",
    "home_country",
    "invoice_card",
    "invoice_for",
    "invoices",
    "invoices_of",
    "issuer",
    "issuer_or_new",
    "payment_for",
    "payments",
    "public_invoice",
    "taxes_of_today",
    "with_standing",
]
