"""What the amounts of a file are worth in the base currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from bandhu.catalog.queries import base_currency, first_rate_day, to_base
from bandhu.platform.money import Converted, Money


class Rates:
    """What amounts are worth in the base currency, asked once for each currency and day.

    With `takes_later`, a day before the first rate there is counts by that one; the date of the rate says so.
    """

    def __init__(self, *, takes_later: bool = False) -> None:
        self.base, self.takes_later = base_currency(), takes_later
        self.found: dict[tuple[str, date], Converted | None] = {}

    def converted(self, amount: Money, on: date) -> Converted | None:
        """None where there is no rate that counts for the day."""
        if amount.currency == self.base:
            return Converted(amount, Decimal(1), on)
        place = (amount.currency, on)
        if place not in self.found:
            self.found[place] = self._rate(amount.currency, on)
        known = self.found[place]
        if known is None:
            return None
        return Converted(amount.converted(known.rate, self.base), known.rate, known.rate_date)

    def _rate(self, currency: str, on: date) -> Converted | None:
        later = first_rate_day(currency) if self.takes_later else None
        try:
            return to_base(Money(0, currency), max(on, later) if later else on)
        except ValidationError:
            return None
