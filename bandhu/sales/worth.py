"""What an amount is worth in the base currency, at writing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bandhu.platform.money import Converted, Money


def base_currency() -> str:
    return "BDT"


def to_base(amount: Money, on: date) -> Converted:
    return Converted(Money(amount.minor, base_currency()), Decimal(1), on)
