"""An invoice or credit note goes to its customer by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.billing.actions.telling import KIND, locked
from bandhu.billing.letters import enclosed_paper, recipient_of
from bandhu.billing.models import Invoice, InvoiceState
from bandhu.channels.actions import write_mail
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.queries import same_just_now
from bandhu.identity.acting import action
from bandhu.platform.pdf import PaperError


@action("billing.issue_invoice")
def mail_invoice(
    invoice: Invoice,
    *,
    actor: Any,
    account: MailAccount,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    subject: str,
    body: str,
    is_automatic: bool = False,
    send_at: datetime | None = None,
) -> Mail:
    """Put a mail with the PDF of an issued invoice or credit note into the outbox of `account`; without `to`, for the customer's first address.

    Subject and body as of `letters.invoice_letter`. `is_automatic` marks what a program wrote (reminders). It leaves in ten seconds, or at
    `send_at` (aware); the same words pressed twice within a minute go out once. Raises ValidationError by field, and then keeps nothing.
    """
    invoice = locked(invoice)
    if twin := same_just_now(actor, (KIND, invoice.pk), subject, body):
        return twin
    customer = recipient_of(invoice)
    if invoice.state == InvoiceState.DRAFT:
        raise ValidationError(_("A draft has no number yet: issue it first."), code="state")
    if invoice.state == InvoiceState.VOID:
        raise ValidationError(_("This invoice was made void: nobody owes it."), code="state")
    if customer is None:
        raise ValidationError(_("Its customer is no longer in the book."), code="customer")
    try:
        enclosed = enclosed_paper(invoice)
    except PaperError as problem:
        raise ValidationError(str(problem), code="paper") from None
    mail: Mail = write_mail(
        customer,
        actor=actor,
        account=account,
        to=to or [customer.primary_mail],
        cc=cc,
        subject=subject,
        body=body,
        uploads=[enclosed],
        about=(KIND, invoice.pk),
        is_automatic=is_automatic,
        send_at=send_at,
    )
    return mail
