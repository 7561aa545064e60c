from .invoices import CreditForm, InvoiceForm, IssueForm, PaymentForm, RefundForm, VoidForm
from .issuers import IssuerForm

__all__ = ["CreditForm", "InvoiceForm", "IssueForm", "IssuerForm", "PaymentForm", "RefundForm", "VoidForm"]
