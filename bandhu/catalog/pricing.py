"""From what was asked for to lines with prices, taxes and sums. Only the server reckons; `catalog.totals` says how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from babel.numbers import get_territory_currencies
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.line_values import LineInput
from bandhu.catalog.models import (
    Currency,
    PaperSums,
    PriceBook,
    PricedLine,
    PricedPaper,
    Product,
    RecurringLine,
)
from bandhu.catalog.queries import (
    Buyer,
    NoPrice,
    PriceFinder,
    base_currency,
    description_of,
    name_of,
    rounding_of,
    taxes_in,
)
from bandhu.catalog.totals import Line, Tax, Totals, counted_together, totals_of
from bandhu.platform.money import Money, MoneyError, Rounding

AnyLine = TypeVar("AnyLine", bound=PricedLine)


@dataclass(frozen=True)
class Terms:
    """What decides about prices and taxes: who asks, for whom, in which language and currency, taxed where ("": not), on which day."""

    user: Any
    buyer: Buyer
    language: str
    currency: str
    country: str
    on: date
    book: PriceBook | None = None


def priced_lines(
    inputs: Sequence[LineInput],
    terms: Terms,
    held: Mapping[UUID, PricedLine] | None = None,
    *,
    of: type[AnyLine],
) -> tuple[list[AnyLine], Totals]:
    """New lines of the class `of` (not saved) in their order, and their sums; `held` are the lines there were, by id.

    A price left empty is the book's. A price nobody changed follows the book when the quantity reaches another tier.
    Raises ValidationError by line and field.
    """
    held = held or {}
    finder = _finder(inputs, terms)
    taxes = taxes_in(terms.country, terms.on) if terms.country else {}
    problems: dict[str, Any] = {}
    lines: list[AnyLine] = []
    for place, asked in enumerate(inputs):
        try:
            line = _line(of, asked, terms, finder, held.get(asked.id) if asked.id else None)
        except NoPrice as problem:
            problems[f"{place}.unit_price"] = problem
            continue
        line.position = place
        _put_tax(line, taxes.get(line.tax_class))
        lines.append(line)
    if problems:
        raise ValidationError(problems)
    return lines, reckon(lines, terms.currency)


def reckon(lines: Sequence[PricedLine], currency: str) -> Totals:
    """Write amounts into the lines (not saved); returns the sums. Raises ValidationError where they are too large or below nought.

    What comes again is reckoned apart from what is paid once, since it is invoiced apart; the sums count it every time agreed on.
    """
    parts: dict[tuple[str, int], list[PricedLine]] = {}
    for line in lines:
        parts.setdefault(recurrence_of(line), []).append(line)
    try:
        reckoned = [(times, _reckon_part(held, currency)) for (_period, times), held in parts.items()]
        totals = counted_together([(max(times, 1), one) for times, one in reckoned], currency)
    except MoneyError as problem:
        raise ValidationError({"lines": problem.message}, code=problem.code) from None
    if any(one.total.minor < 0 for _times, one in reckoned):
        raise ValidationError({"lines": _("The total lies below nought: more is taken back than sold.")})
    return totals


def recurrence_of(line: PricedLine) -> tuple[str, int]:
    """(period, how many of them); ("", 1) for what is paid once."""
    return (line.recurs, line.times) if isinstance(line, RecurringLine) and line.recurs else ("", 1)


def _reckon_part(lines: Sequence[PricedLine], currency: str) -> Totals:
    totals = totals_of([_as_line(line, currency) for line in lines], currency, rounding(currency))
    for line, amounts in zip(lines, totals.lines, strict=True):
        line.gross_minor = amounts.amount.minor
        line.discount_minor = amounts.discount.minor
        line.net_minor = amounts.net.minor
        line.tax_minor = amounts.tax.minor
        line.total_minor = amounts.total.minor
    return totals


def rounding(currency: str) -> Rounding:
    """How less than a minor unit is rounded in this currency."""
    return rounding_of(currency)


def keep_all_sums(paper: PricedPaper, totals: Totals) -> None:
    """Write the sums into a version of a quote (not saved)."""
    paper.gross_minor, paper.total_minor = totals.amount.minor, totals.total.minor
    keep_sums(paper, totals)


def keep_sums(paper: PaperSums, totals: Totals) -> None:
    """Write what every paper repeats of its totals; the total itself is for the caller, who also saves."""
    paper.discount_minor, paper.net_minor = totals.discount.minor, totals.net.minor
    paper.tax_minor = totals.tax.minor
    paper.tax_sums = [
        {
            "name": one.tax.name,
            "percent": f"{one.tax.percent.normalize():f}",
            "is_inclusive": one.tax.is_inclusive,
            "net_minor": one.net.minor,
            "tax_minor": one.amount.minor,
        }
        for one in totals.taxes
    ]


def highest_discount(lines: Sequence[PricedLine]) -> Decimal:
    """The largest discount of any line or of all together, in percent: against the price book's price, so that a lower price typed by hand counts too."""
    sold = (given_away(line) for line in lines if line.quantity > 0)
    return max([*sold, given_away_together(lines)])


def given_away_together(lines: Sequence[PricedLine]) -> Decimal:
    """What lines with a quantity below nought take off, with the discounts of the others, in percent of what the others would cost; 0 without such lines.

    A product that is sold on the same paper, at least as many of it, is taken back at its book's price without counting. What is paid
    once and what comes again are looked at apart, as they are invoiced.
    """
    if all(line.quantity > 0 for line in lines):
        return Decimal(0)
    parts: dict[tuple[str, int], list[PricedLine]] = {}
    for line in lines:
        parts.setdefault(recurrence_of(line), []).append(line)
    return max(_taken_off(part) for part in parts.values())


def _taken_off(lines: Sequence[PricedLine]) -> Decimal:
    held: dict[UUID | None, Decimal] = {}
    for line in lines:
        held[line.product_id] = held.get(line.product_id, Decimal(0)) + line.quantity
    full = paid = Decimal(0)
    for line in lines:
        book = line.list_price_minor or 0
        paid += line.quantity * line.unit_price_minor * (100 - line.discount) / 100
        if line.quantity > 0:
            full += line.quantity * max(book, line.unit_price_minor)
        elif line.product_id is not None and held[line.product_id] >= 0:
            full += line.quantity * min(book, line.unit_price_minor)
    if paid >= full:
        return Decimal(0)
    return (
        (100 - max(paid, Decimal(0)) / full * 100).quantize(Decimal("0.0001")) if full > 0 else Decimal(100)
    )


def given_away(line: PricedLine) -> Decimal:
    """What is taken off the price book's price, in percent: by the discount, and by a lower price typed by hand."""
    if not line.list_price_minor or line.unit_price_minor >= line.list_price_minor:
        return line.discount
    paid = Decimal(line.unit_price_minor) / line.list_price_minor * (100 - line.discount)
    return (100 - paid).quantize(Decimal("0.0001"))


def currency_for(customer: Any) -> str:
    """The currency of the customer's country where it is in use here, else the base currency; `customer` may be None."""
    country = customer.country if customer else ""
    for code in get_territory_currencies(country, tender=True) if country else []:
        if Currency.objects.filter(code=code, is_active=True).exists():
            return str(code)
    return base_currency()


def paper_language(*customers: Any) -> str:
    """What we write in: the first language one of the customers speaks, where the interface has it, else English."""
    spoken = next((one.language for one in customers if one is not None and one.language), "en").split("-")[0]
    return spoken if spoken in dict(settings.LANGUAGES) else "en"


def percent_text(value: Decimal | None) -> str:
    """12.5 for 12.5000, 0 for nothing."""
    return f"{(value or Decimal(0)).normalize():f}"


def _finder(inputs: Sequence[LineInput], terms: Terms) -> PriceFinder:
    products = list({one.product.pk: one.product for one in inputs if one.product is not None}.values())
    return PriceFinder(
        terms.user, products, buyer=terms.buyer, currency=terms.currency, on=terms.on, first=terms.book
    )


def _line(
    of: type[AnyLine], asked: LineInput, terms: Terms, finder: PriceFinder, held: PricedLine | None
) -> AnyLine:
    product = asked.product
    if held is not None and held.product_id != (product.pk if product else None):
        held = None
    line = of(quantity=asked.quantity, discount=asked.discount)
    if isinstance(line, RecurringLine):
        line.recurs, line.times = _recurrence(asked)
    if held is not None:
        line.id = held.id
    if product is not None:
        _describe(line, product, terms.language)
        line.list_price_minor = _list_price(finder, product, asked, held, recurrence_of(line)[0])
    line.name = asked.name or line.name
    if asked.description is not None:
        line.description = asked.description
    line.unit = asked.unit or line.unit
    if asked.tax_class is not None:
        line.tax_class = asked.tax_class
    line.unit_price_minor = _unit_price(line, asked, held)
    return line


def _recurrence(asked: LineInput) -> tuple[str, int]:
    """As asked for, else as the product is usually sold."""
    product = asked.product
    period = asked.recurs if asked.recurs is not None else product.recurs if product is not None else ""
    if not period:
        return "", 1
    if asked.times is not None:
        return period, asked.times
    return period, product.times if product is not None and product.recurs == period else 0


def _describe(line: PricedLine, product: Product, language: str) -> None:
    line.product = product
    line.code = product.code
    line.name = name_of(product, language)[:300]
    line.description = description_of(product, language)
    line.unit = product.unit
    line.tax_class = product.tax_class.key if product.tax_class else ""
    line.parts = [
        {"name": name_of(part.part, language), "quantity": f"{part.quantity.normalize():f}"}
        for part in product.parts.all()
    ]


def _list_price(
    finder: PriceFinder, product: Product, asked: LineInput, held: PricedLine | None, period: str
) -> int | None:
    """What the books say now; where they say nothing, a price typed (or kept) stands alone. Raises NoPrice where there is neither."""
    try:
        return finder.price(product, asked.quantity, period).amount.minor
    except NoPrice:
        if asked.unit_price is None and held is None:
            raise
        return None


def _unit_price(line: PricedLine, asked: LineInput, held: PricedLine | None) -> int:
    if asked.unit_price is None:
        return line.list_price_minor if line.list_price_minor is not None else _kept(held)
    untouched = held is not None and asked.unit_price.minor == held.unit_price_minor == held.list_price_minor
    if untouched and line.list_price_minor is not None and held and _costs_anew(line, held):
        return line.list_price_minor
    return asked.unit_price.minor


def _costs_anew(line: PricedLine, held: PricedLine) -> bool:
    """Another quantity may reach another tier, and another period has a price of its own."""
    return line.quantity != held.quantity or recurrence_of(line)[0] != recurrence_of(held)[0]


def _kept(held: PricedLine | None) -> int:
    assert held is not None  # `_list_price` has raised where there is neither
    return held.unit_price_minor


def _put_tax(line: PricedLine, tax: Tax | None) -> None:
    line.tax_name = tax.name if tax else ""
    line.tax_percent = tax.percent if tax else None
    line.tax_is_inclusive = bool(tax and tax.is_inclusive)


def _as_line(line: PricedLine, currency: str) -> Line:
    tax = None
    if line.tax_percent is not None:
        tax = Tax(line.tax_name, line.tax_percent, line.tax_is_inclusive)
    return Line(Money(line.unit_price_minor, currency), line.quantity, line.discount, tax)
