"""A quote goes to its customer by mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.channels.actions import write_mail
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.queries import same_just_now
from bandhu.identity.acting import action
from bandhu.platform.pdf import PaperError
from bandhu.quotes.actions.changes import KIND, locked, paper_of
from bandhu.quotes.actions.sending import send_quote
from bandhu.quotes.letters import enclosed_paper
from bandhu.quotes.models import Quote, QuoteState


@action("quotes.change_quote")
def mail_quote(
    quote: Quote,
    *,
    actor: Any,
    account: MailAccount,
    to: Sequence[str],
    cc: Sequence[str] = (),
    subject: str,
    body: str,
) -> Mail:
    """Put a mail with the quote's PDF into the outbox; a draft becomes sent with it, both or neither.

    One the customer has already is mailed once more as it was sent; the same words pressed twice within a minute go out once. Raises NeedsApproval, or ValidationError by field.
    """
    fresh = locked(quote)
    if twin := same_just_now(actor, (KIND, fresh.pk), subject, body):
        return twin
    if fresh.is_draft:
        fresh = send_quote(fresh, actor=actor)
    elif fresh.state not in (QuoteState.SENT, QuoteState.ACCEPTED):
        raise ValidationError(_("Only a quote that is open or accepted goes out by mail."), code="state")
    if fresh.customer is None:
        raise ValidationError(_("Say whom the quote is for."), code="customer")
    try:
        enclosed = enclosed_paper(fresh, paper_of(fresh))
    except PaperError as problem:
        raise ValidationError(str(problem), code="paper") from None
    mail: Mail = write_mail(
        fresh.customer,
        actor=actor,
        account=account,
        to=to,
        cc=cc,
        subject=subject,
        body=body,
        uploads=[enclosed],
        about=(KIND, fresh.pk),
    )
    return mail
