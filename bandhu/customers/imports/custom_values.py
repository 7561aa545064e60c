"""Cell text to the value of a custom field, by the type of the field."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from bandhu.ui.formats import currency_exponent

from .dates import read_date
from .problems import ValueProblem
from .values import TAG_BREAK, read_money, read_number, read_url, read_yes_no


@dataclass(frozen=True, slots=True)
class FieldType:
    """A custom field as an import sees it: `choices` maps folded labels and keys to keys."""

    type: str
    title: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    currency: str = ""
    limit: int = 500
    minimum: float | None = None
    maximum: float | None = None


def read_custom(field_type: FieldType, text: str, order: str = "dmy") -> Any:
    """The JSON value to store. Raises ValueProblem."""
    kind = field_type.type
    if kind == "number":
        plain = read_number(text)
        number = int(plain) if re.fullmatch(r"-?\d{1,15}", plain) else float(plain)
        if (field_type.minimum is not None and number < field_type.minimum) or (
            field_type.maximum is not None and number > field_type.maximum
        ):
            raise ValueProblem("out_of_range")
        return number
    if kind == "money":
        amount, currency = read_money(text)
        currency = currency or field_type.currency
        whole, _point, fraction = amount.lstrip("-").partition(".")
        places = currency_exponent(currency)
        if len(fraction.rstrip("0")) > places:
            raise ValueProblem("too_many_decimals")
        minor = int(whole or 0) * 10**places + int(fraction.ljust(places, "0")[:places] or 0)
        return {"amount": -minor if amount.startswith("-") else minor, "currency": currency}
    if kind == "date":
        return _date(text, order)
    if kind == "boolean":
        return read_yes_no(text)
    if kind == "link":
        return read_url(text)
    if kind == "choice":
        return _choice(field_type, text)
    if kind == "choices":
        return [_choice(field_type, part) for part in TAG_BREAK.split(text) if part.strip()]
    if len(text) > field_type.limit:
        raise ValueProblem("too_long")
    return text


def _date(text: str, order: str) -> str:
    try:
        found = read_date(text, order)
    except ValueError as error:
        raise ValueProblem("not_a_date") from error
    return (found.date() if isinstance(found, dt.datetime) else found).isoformat()


def _choice(field_type: FieldType, text: str) -> str:
    found = field_type.choices.get(" ".join(text.casefold().split()))
    if found is None:
        raise ValueProblem("no_such_choice")
    return found
