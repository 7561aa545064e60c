"""What requests and answers of billing have in common."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from pydantic import Field

from bandhu.platform.money import MAX_MINOR, Money, MoneyError
from bandhu.platform.rest import Given


class MoneyIO(Given):
    """`minor` are whole minor units (paisa, cents) of `currency`, ISO 4217."""

    minor: int = Field(ge=0, le=MAX_MINOR)
    currency: str = Field(min_length=3, max_length=3)


def money_of(sent: MoneyIO, name: str) -> Money:
    """Raises ValidationError for the field `name` where the currency is none."""
    try:
        return Money(sent.minor, sent.currency.upper())
    except MoneyError as problem:
        raise ValidationError({name: problem.message}) from None


def money_out(money: Money) -> dict[str, Any]:
    """A Money as MoneyIO shows it."""
    return {"minor": money.minor, "currency": money.currency}
