"""An invoice or credit note as a paper that goes out by mail, from the screen or by REST."""

from __future__ import annotations

import functools
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from bandhu.billing import actions
from bandhu.billing.letters import invoice_letter, recipient_of
from bandhu.billing.models import Invoice
from bandhu.billing.papers import ELSEWHERE, file_name_of
from bandhu.billing.public_address import public_url
from bandhu.channels.paper_mails import PaperToSend
from bandhu.identity.scoping import require


def invoice_to_send(user: Any, invoice: Invoice) -> PaperToSend:
    """With the ready-made letter filled in. Raises Denied, and ValidationError for a draft or one that is for nobody."""
    require(user, "billing.issue_invoice", invoice)
    if not invoice.number:
        raise ValidationError(_("A draft has no number yet: issue it first."), code="state")
    if invoice.is_from_elsewhere:
        raise ValidationError(ELSEWHERE, code="elsewhere")
    customer = recipient_of(invoice)
    if customer is None:
        raise ValidationError(_("Its customer is no longer in the book."), code="customer")
    is_invoice = invoice.kind == "invoice"
    title = _("Send the invoice %(number)s") if is_invoice else _("Send the credit note %(number)s")
    return PaperToSend(
        title=title % {"number": invoice.number},
        customer=customer,
        letter=invoice_letter(invoice, user),
        file_name=f"{file_name_of(invoice)}.pdf",
        send=functools.partial(actions.mail_invoice, invoice, actor=user),
        back=reverse("billing:invoice", args=[invoice.pk]),
        link=public_url(invoice),
    )
