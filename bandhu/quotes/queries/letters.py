"""The words with which a quote is sent by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.quotes.documents import document_of, merge_values
from bandhu.quotes.public_address import public_url
from bandhu.quotes.queries.quotes import last_sent, quote_for


def letter_about(user: Any, quote_id: UUID) -> tuple[str, str]:
    """Subject and text in the customer's language, with the address of the quote. Raises OutOfReach, also for one that was not sent."""
    quote = quote_for(user, quote_id)
    values = merge_values(document_of(quote, last_sent(quote)))
    with translation.override(quote.language):
        parts = [
            _("You can read our quote %(number)s over %(total)s here, ask about it and accept it:") % values,
            public_url(quote),
        ]
        if values["valid_until"]:
            parts.append(_("It is valid until %(valid_until)s.") % values)
        return _("Our quote %(number)s") % values, "\n\n".join(parts)
