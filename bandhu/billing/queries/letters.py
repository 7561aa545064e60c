"""The words with which an invoice or a credit note is sent by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.billing.models import Invoice, InvoiceKind
from bandhu.billing.queries.invoices import invoice_for
from bandhu.identity.results import OutOfReach
from bandhu.platform.public_url import absolute
from bandhu.ui.formats import Reader, day


def public_address(invoice: Invoice) -> str:
    """Where the customer reads it; "" for a draft."""
    return absolute(reverse("billing:public_invoice", args=[invoice.token])) if invoice.number else ""


def letter_about(user: Any, invoice_id: UUID) -> tuple[str, str]:
    """Subject and text in the customer's language, with the address. Raises OutOfReach, also for a draft."""
    invoice = invoice_for(user, invoice_id)
    if not invoice.number:
        raise OutOfReach
    reader = Reader(invoice.language, country=str(invoice.buyer.get("country") or ""))
    values = {"number": invoice.number, "total": invoice.total.written(reader)}
    with translation.override(invoice.language):
        if invoice.kind == InvoiceKind.CREDIT_NOTE:
            text = _("You can read our credit note %(number)s over %(total)s here:") % values
            return _("Our credit note %(number)s") % values, f"{text}\n\n{public_address(invoice)}"
        parts = [
            _("You can read our invoice %(number)s over %(total)s here and pay it:") % values,
            public_address(invoice),
        ]
        if invoice.due_on:
            parts.append(_("It is due on %(day)s.") % {"day": day(invoice.due_on, reader, "long")})
        return _("Our invoice %(number)s") % values, "\n\n".join(parts)
