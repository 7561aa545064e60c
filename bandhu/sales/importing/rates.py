"""What the amounts of a file are worth in the base currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from bandhu.catalog.queries import base_currency, to_base
from bandhu.platform.money import Converted, Money


class Rates:
    """What amounts are worth in the base currency, asked once for each currency and day."""

    def __init__(self) -> None:
        self.base = base_currency()
        self.found: dict[tuple[str, date], Converted | None] = {}

    def converted(self, amount: Money, on: date) -> Converted | None:
        """None where there is no rate on or before the day."""
        if amount.currency == self.base:
            return Converted(amount, Decimal(1), on)
        place = (amount.currency, on)
        if place not in self.found:
            try:
                self.found[place] = to_base(Money(0, amount.currency), on)
            except ValidationError:
                self.found[place] = None
        known = self.found[place]
        if known is None:
            return None
        return Converted(amount.converted(known.rate, self.base), known.rate, known.rate_date)
