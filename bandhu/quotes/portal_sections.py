"""A customer's own quotes in the portal: those that were sent, with their public addresses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bandhu.knowledge.portal import PortalRow, PortalSection, Visitor
from bandhu.quotes.models import Quote, QuoteState
from bandhu.quotes.public_address import public_url
from bandhu.ui.formats import current_reader

_MOST = 200
_TONES = {
    QuoteState.SENT: "info",
    QuoteState.ACCEPTED: "success",
    QuoteState.DECLINED: "neutral",
    QuoteState.EXPIRED: "warning",
}


def quote_rows(visitor: Visitor) -> list[PortalRow]:
    """The customer's own quotes, the newest first. One that is being rewritten is shown as it was sent: without a sum, which may have changed."""
    rows = Quote.objects.filter(contact=visitor.contact_id, deleted_at=None, sent_at__isnull=False)
    return [_row(one) for one in rows.order_by("-sent_at", "-pk")[:_MOST]]


def open_quotes(visitor: Visitor) -> int:
    """How many wait for the customer's decision."""
    rows = Quote.objects.filter(contact=visitor.contact_id, deleted_at=None, state=QuoteState.SENT)
    return rows.exclude(token_hash="").count()


def _row(quote: Quote) -> PortalRow:
    is_rewritten = quote.state not in _TONES
    amount = quote.amount
    return PortalRow(
        title=quote.number,
        detail=quote.title,
        moment=quote.sent_at,
        amount="" if is_rewritten or amount is None else amount.written(current_reader()),
        badge=_("Is being rewritten") if is_rewritten else QuoteState(quote.state).label,
        tone=_TONES.get(QuoteState(quote.state), "neutral"),
        url=public_url(quote),
    )


OWN_QUOTES = PortalSection(
    name="quotes",
    label=_("Quotes"),
    icon="file-text",
    position=30,
    text=_("Read, accept, ask"),
    rows=quote_rows,
    count=open_quotes,
    empty_text=_("There is no quote for you yet."),
)
