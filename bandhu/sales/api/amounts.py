"""Amounts in requests and answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from pydantic import Field

from bandhu.platform.money import MAX_MINOR, Money, MoneyError
from bandhu.platform.rest import Given


class AmountIO(Given):
    """`minor` are whole minor units (paisa, cents) of `currency`, ISO 4217."""

    minor: int = Field(ge=0, le=MAX_MINOR)
    currency: str = Field(min_length=3, max_length=3)


def money_of(sent: dict[str, Any], name: str) -> Money:
    """An AmountIO as Money; raises ValidationError for the field `name` where the currency is none."""
    try:
        return Money(sent["minor"], sent["currency"].upper())
    except MoneyError as problem:
        raise ValidationError({name: problem.message}) from None


def amount_io(money: Money | None) -> dict[str, Any] | None:
    """Money as an AmountIO."""
    return None if money is None else {"minor": money.minor, "currency": money.currency}
