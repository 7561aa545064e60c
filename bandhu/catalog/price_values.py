"""What comes from outside for price books, prices, taxes and discount limits, cleaned in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.models import Currency
from bandhu.customers.models import Tag
from bandhu.customers.point_values import clean_country
from bandhu.customers.record_values import clean_day
from bandhu.platform.texts import clean_line
from bandhu.ui.digits import to_latin

BOOK_COLUMNS = ("name", "currency", "country", "tag", "valid_from", "valid_to", "priority", "is_active")
_PRIORITIES = range(-1_000, 1_001)


def clean_book(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of BOOK_COLUMNS in `values`; raises ValidationError by field, TypeError for an unknown name."""
    if unknown := set(values) - set(BOOK_COLUMNS):
        raise TypeError(f"PriceBook has no value {min(unknown)!r}")
    return clean_each(values, _BOOK_CHECKS)


def clean_each(values: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Each value by its check, all problems together; raises ValidationError by field."""
    problems: dict[str, Any] = {}
    cleaned: dict[str, Any] = {}
    for name, value in values.items():
        try:
            cleaned[name] = checks[name](value)
        except ValidationError as problem:
            problems[name] = problem
    if problems:
        raise ValidationError(problems)
    return cleaned


def clean_percent(value: Any, places: int = 4) -> Decimal:
    """0 to 100, with at most `places` decimals; raises ValidationError."""
    try:
        found = Decimal(to_latin(str(value)).strip().rstrip("%").strip())
    except InvalidOperation:
        raise ValidationError(
            _("Write the percentage as a number, like 15 or 7.5."), code="invalid"
        ) from None
    if not found.is_finite() or not 0 <= found <= 100 or found != round(found, places):
        text = _("A percentage lies between 0 and 100 and has at most %(places)s decimals.")
        raise ValidationError(text % {"places": places}, code="out_of_range")
    return found


def needed_day(value: Any) -> date:
    """A day; raises ValidationError where there is none."""
    found = clean_day(value)
    if found is None:
        raise ValidationError(_("A day is needed."), code="required")
    return found


def needed_country(value: Any) -> str:
    """ISO letters; raises ValidationError."""
    found = clean_country(value or "")
    if not found:
        raise ValidationError(_("A country is needed."), code="required")
    return found


def needed_line(value: Any, most: int) -> str:
    """One line of text; raises ValidationError where there is none."""
    found = clean_line(value or "", most)
    if not found:
        raise ValidationError(_("A name is needed."), code="required")
    return found


def check_period(since: date | None, until: date | None) -> None:
    """Raises ValidationError where the end lies before the beginning."""
    if since and until and until < since:
        raise ValidationError({"valid_to": _("The end lies before the beginning.")}, code="order")


def yes_no(value: Any) -> bool:
    """A ticked box or a JSON boolean."""
    return value if isinstance(value, bool) else str(value).strip().casefold() in ("true", "1", "yes", "on")


def _currency(value: Any) -> str:
    code = clean_line(value or "", 3).upper()
    if not Currency.objects.filter(code=code, is_active=True).exists():
        raise ValidationError(_("Choose a currency that is in use here."), code="unknown")
    return code


def _tag(value: Any) -> Tag | None:
    if value in (None, "") or isinstance(value, Tag):
        return value or None
    found = Tag.objects.filter(pk=value).first() if len(str(value)) == 36 else None
    if found is None:
        raise ValidationError(_("There is no such tag."), code="unknown")
    return found


def _priority(value: Any) -> int:
    try:
        found = int(to_latin(str(value or 0)))
    except ValueError:
        raise ValidationError(_("Write a whole number."), code="invalid") from None
    if found not in _PRIORITIES:
        raise ValidationError(_("A priority lies between -1000 and 1000."), code="out_of_range")
    return found


_BOOK_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: needed_line(value, 120),
    "currency": _currency,
    "country": lambda value: clean_country(value) if value else "",
    "tag": _tag,
    "valid_from": clean_day,
    "valid_to": clean_day,
    "priority": _priority,
    "is_active": yes_no,
}
