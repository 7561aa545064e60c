"""Where the customer reads an invoice."""

from __future__ import annotations

from django.urls import reverse

from bandhu.billing.models import Invoice
from bandhu.platform.public_url import absolute


def public_url(invoice: Invoice) -> str:
    """The full address to give to the customer; "" for a draft, and for one whose paper lies in another system."""
    is_ours = invoice.number and not invoice.is_from_elsewhere
    return absolute(reverse("billing:public_invoice", args=[invoice.token])) if is_ours else ""
