from .accounts import AccountForm, SettleForm
from .dunning import DunningForm
from .invoices import (
    CreditForm,
    InvoiceForm,
    IssueForm,
    PaymentFieldsForm,
    PaymentForm,
    RefundForm,
    VoidForm,
)
from .issuers import IssuerForm
from .subscriptions import CancelForm, LinesForm, SubscriptionForm

__all__ = [
    "AccountForm",
    "CancelForm",
    "CreditForm",
    "DunningForm",
    "InvoiceForm",
    "IssueForm",
    "IssuerForm",
    "LinesForm",
    "PaymentFieldsForm",
    "PaymentForm",
    "RefundForm",
    "SettleForm",
    "SubscriptionForm",
    "VoidForm",
]
