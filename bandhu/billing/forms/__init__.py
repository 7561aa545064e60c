from .accounts import AccountForm, SettleForm
from .invoices import CreditForm, InvoiceForm, IssueForm, PaymentForm, RefundForm, VoidForm
from .issuers import IssuerForm

__all__ = [
    "AccountForm",
    "CreditForm",
    "InvoiceForm",
    "IssueForm",
    "IssuerForm",
    "PaymentForm",
    "RefundForm",
    "SettleForm",
    "VoidForm",
]
