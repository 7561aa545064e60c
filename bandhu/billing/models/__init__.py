from .accounts import PaymentAccount
from .invoices import (
    OPEN_STATES,
    OVERDUE,
    STANDINGS,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Reminder,
)
from .issuers import InvoiceSeries, Issuer
from .payments import (
    GatewayNotice,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentMethod,
    PaymentState,
)

__all__ = [
    "OPEN_STATES",
    "OVERDUE",
    "STANDINGS",
    "GatewayNotice",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceSeries",
    "InvoiceState",
    "Issuer",
    "Payment",
    "PaymentAccount",
    "PaymentAttempt",
    "PaymentKind",
    "PaymentMethod",
    "PaymentState",
    "Reminder",
]
