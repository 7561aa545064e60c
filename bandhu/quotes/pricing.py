"""What decides about the prices of a quote; `catalog.pricing` makes its lines from it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bandhu.catalog.pricing import Terms
from bandhu.catalog.queries import Buyer
from bandhu.quotes.models import Quote


def terms_of(quote: Quote, currency: str, user: Any) -> Terms:
    """What decides about the prices of a quote today."""
    customer = quote.company or quote.contact
    return Terms(
        user=user,
        buyer=Buyer.of(customer) if customer else Buyer(),
        language=quote.language,
        currency=currency,
        country=quote.country,
        on=timezone.localdate(),
        book=quote.price_book,
    )
