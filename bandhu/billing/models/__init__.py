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
from .issuers import DunningEffect, InvoiceSeries, Issuer
from .payments import (
    GatewayNotice,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentMethod,
    PaymentState,
)
from .subscriptions import (
    BILLED_STATES,
    EARNING_STATES,
    BilledPart,
    BilledPeriod,
    Interval,
    Subscription,
    SubscriptionLine,
    SubscriptionState,
)

__all__ = [
    "BILLED_STATES",
    "EARNING_STATES",
    "OPEN_STATES",
    "OVERDUE",
    "STANDINGS",
    "BilledPart",
    "BilledPeriod",
    "DunningEffect",
    "GatewayNotice",
    "Interval",
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
    "Subscription",
    "SubscriptionLine",
    "SubscriptionState",
]
