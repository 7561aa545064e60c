"""What comes from outside for priced lines, cleaned in one place for pages and API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.models import Currency, Product, TaxClass
from bandhu.catalog.period_values import clean_period, clean_times
from bandhu.catalog.price_values import clean_percent
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.totals import MOST_LINES
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.platform.texts import clean_block, clean_line
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import current_reader

_LARGEST_QUANTITY = Decimal(10) ** 9
LINE_FIELDS = (
    "id", "product", "name", "description", "quantity", "unit", "unit_price", "discount", "tax_class",
)  # fmt: skip
RECURRING_LINE_FIELDS = (*LINE_FIELDS, "recurs", "times")


@dataclass
class LineInput:
    """A line as asked for. `id` names the line it changes (None: a new one). What is None is taken from the product or the book."""

    id: UUID | None = None
    product: Product | None = None
    name: str = ""
    description: str | None = None
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: Money | None = None
    discount: Decimal = Decimal(0)
    tax_class: str | None = None
    recurs: str | None = None
    times: int | None = None


def clean_lines(given: Sequence[Mapping[str, Any]], currency: str) -> list[LineInput]:
    """Each of RECURRING_LINE_FIELDS in every line, checked; raises ValidationError by line and field ("3.quantity")."""
    if len(given) > MOST_LINES:
        raise ValidationError(
            {"lines": _("At most %(limit)s lines at once.") % {"limit": MOST_LINES}}, code="too_many"
        )
    products = _products(given)
    problems: dict[str, Any] = {}
    cleaned = [_line(place, values, currency, products, problems) for place, values in enumerate(given)]
    if problems:
        raise ValidationError(problems)
    return cleaned


def clean_currency(value: Any, _actor: Any = None) -> str:
    """A currency that is in use here; raises ValidationError."""
    code = str(value or "").upper()[:3]
    if not Currency.objects.filter(code=code, is_active=True).exists():
        raise ValidationError(_("Choose a currency that is in use here."), code="unknown")
    return code


def clean_line_quantity(value: Any) -> Decimal:
    """Any number but nought, with at most six decimals: below nought is something taken back. Raises ValidationError."""
    try:
        found = Decimal(to_latin(str(value)).strip().replace(",", "").replace("−", "-"))
    except InvalidOperation:
        raise ValidationError(_("Write the quantity as a number, like 12 or 2.5."), code="invalid") from None
    if not found.is_finite() or found == 0:
        raise ValidationError(_("A quantity of nought sells nothing: take the line out."), code="zero")
    if abs(found) > _LARGEST_QUANTITY or found != round(found, 6):
        raise ValidationError(_("The quantity is too large or has more than six decimals."), code="too_long")
    return found


def _products(given: Sequence[Mapping[str, Any]]) -> dict[UUID, Product]:
    """Every product that is named, in one statement."""
    wanted = {found for one in given if (found := _as_uuid(one.get("product")))}
    rows = Product.objects.filter(pk__in=wanted).select_related("tax_class").prefetch_related("parts__part")
    return {one.pk: one for one in rows}


def _as_uuid(value: Any) -> UUID | None:
    if isinstance(value, Product):
        return value.pk
    try:
        return value if isinstance(value, UUID) or value is None else UUID(str(value))
    except ValueError:
        return None


def _line(
    place: int,
    values: Mapping[str, Any],
    currency: str,
    products: Mapping[UUID, Product],
    problems: dict[str, Any],
) -> LineInput:
    if unknown := set(values) - set(RECURRING_LINE_FIELDS):
        raise TypeError(f"a line has no value {min(unknown)!r}")
    line = LineInput(id=_as_uuid(values.get("id")))
    for name in RECURRING_LINE_FIELDS[1:]:
        try:
            setattr(line, name, _CHECKS[name](values.get(name), currency, products))
        except ValidationError as problem:
            problems[f"{place}.{name}"] = problem
    _check_recurrence(place, line, problems)
    if not line.name and line.product is None and f"{place}.product" not in problems:
        problems[f"{place}.name"] = ValidationError(
            _("Say what this is, or choose a product."), code="required"
        )
    if line.product is None and line.unit_price is None and f"{place}.unit_price" not in problems:
        problems[f"{place}.unit_price"] = ValidationError(_("A price is needed."), code="required")
    return line


def _check_recurrence(place: int, line: LineInput, problems: dict[str, Any]) -> None:
    """What is paid more than once says how often it comes again."""
    period = line.recurs if line.recurs is not None or line.product is None else line.product.recurs
    if not period and (line.times or 1) > 1:
        problems.setdefault(
            f"{place}.times", ValidationError(_("Say how often this amount comes again."), code="required")
        )


def _product(value: Any, _currency: str, products: Mapping[UUID, Product]) -> Product | None:
    if value in (None, ""):
        return None
    found = products.get(_as_uuid(value) or UUID(int=0))
    if found is None:
        raise ValidationError(_("There is no such product."), code="unknown")
    return found


def _unit(value: Any, *_rest: Any) -> str:
    if value and value not in UNITS:
        raise ValidationError(_("This is not one of the choices."), code="no_choice")
    return str(value or "")


def _price(value: Any, currency: str, *_rest: Any) -> Money | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, Money):
        try:
            value = parse_money(str(value), current_reader(), currency=currency)
        except MoneyError as problem:
            raise ValidationError(problem.message, code=problem.code) from None
    if value.currency != currency:
        text = _("The lines are in %(currency)s.") % {"currency": currency}
        raise ValidationError(text, code="currency")
    if value.minor < 0:
        text = _("A price is not below nought. What is taken back has a quantity below nought.")
        raise ValidationError(text, code="negative")
    return value


def _tax_class(value: Any, *_rest: Any) -> str | None:
    if value is None:
        return None
    if value and not TaxClass.objects.filter(key=str(value)[:40]).exists():
        raise ValidationError(_("There is no such tax class."), code="unknown")
    return str(value)


_CHECKS: dict[str, Any] = {
    "product": _product,
    "name": lambda value, *_rest: clean_line(value or "", 300),
    "description": lambda value, *_rest: None if value is None else clean_block(value),
    "quantity": lambda value, *_rest: clean_line_quantity(1 if value in (None, "") else value),
    "unit": _unit,
    "unit_price": _price,
    "discount": lambda value, *_rest: Decimal(0) if value in (None, "") else clean_percent(value),
    "tax_class": _tax_class,
    "recurs": lambda value, *_rest: clean_period(value),
    "times": lambda value, *_rest: clean_times(value),
}
