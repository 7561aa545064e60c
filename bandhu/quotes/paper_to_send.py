"""A quote as a paper that goes out by mail, from the screen or by REST."""

from __future__ import annotations

import functools
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from bandhu.channels.paper_mails import PaperToSend
from bandhu.identity.scoping import require
from bandhu.quotes import actions, queries
from bandhu.quotes.letters import file_name_of, quote_letter
from bandhu.quotes.models import Quote
from bandhu.quotes.public_address import public_url


def quote_to_send(user: Any, quote: Quote) -> PaperToSend:
    """With the ready-made letter filled in. Raises Denied, and ValidationError for a quote that is for nobody."""
    require(user, "quotes.change_quote", quote)
    if quote.customer is None:
        raise ValidationError(_("Say whom the quote is for."), code="customer")
    paper = queries.version_of(quote)
    return PaperToSend(
        title=_("Send the quote %(number)s") % {"number": quote.number},
        customer=quote.customer,
        letter=quote_letter(quote, paper, user),
        file_name=file_name_of(quote, paper),
        send=functools.partial(actions.mail_quote, quote, actor=user),
        back=reverse("quotes:quote", args=[quote.pk]),
        link="" if quote.is_draft else public_url(quote),
        without_mail=reverse("quotes:quote_sending", args=[quote.pk]) if quote.is_draft else "",
    )
