"""From lines to totals: pure arithmetic on whole minor units, in which nothing is lost.

The rules, for every quote, order and invoice:

1. A line's amount is its unit price times its quantity, rounded once; its discount is a share of that, rounded once.
2. Tax is reckoned on the sum of all lines under one tax, not line by line, so 400 lines are not 400 rounding errors. What falls to
   a line is the growth of the rounded running sum: the parts add up to the whole whatever the signs, and none is more than a unit off.
3. An inclusive tax is taken out of the amount (p / (100 + p)); an exclusive one comes on top (p / 100).
4. Quantity zero is refused. A negative quantity is something taken back: it counts negative, and rounds like its positive twin.
5. All lines are in one currency; less than its smallest unit is rounded as the currency's rounding says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bandhu.platform.money import CurrencyMismatch, Money, Rounding, rounded, total

MOST_LINES = 1_000


class LineError(ValueError):
    """A line nothing can be reckoned with; `code` is "zero_quantity", "discount", "tax" or "too_many"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tax:
    """`percent` of the amount; inclusive when prices contain it already."""

    name: str
    percent: Decimal
    is_inclusive: bool = False

    @property
    def share(self) -> Fraction:
        """Which part of a line's amount the tax is."""
        percent = Fraction(self.percent)
        return percent / (100 + percent) if self.is_inclusive else percent / 100


@dataclass(frozen=True, slots=True)
class Line:
    """What is sold: `discount` is a percentage of the amount, 0 to 100."""

    unit_price: Money
    quantity: Decimal
    discount: Decimal = Decimal(0)
    tax: Tax | None = None


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """A line reckoned: `amount` = price × quantity; `net` + `tax` = `total`."""

    amount: Money
    discount: Money
    net: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One tax over all its lines: `amount` on `net`."""

    tax: Tax
    net: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole: `net` + `tax` = `total`; each is the sum of its lines. `amount` - `discount` is what was asked for before tax rules."""

    lines: tuple[LineAmounts, ...]
    amount: Money
    discount: Money
    net: Money
    taxes: tuple[TaxSum, ...]
    tax: Money
    total: Money


def totals_of(lines: Sequence[Line], currency: str, rounding: Rounding = Rounding.HALF_UP) -> Totals:
    """Reckon the lines by the rules above. Raises LineError or CurrencyMismatch."""
    if len(lines) > MOST_LINES:
        raise LineError("too_many")
    running: dict[Tax, Fraction] = {}
    reckoned = []
    for line in lines:
        _check(line, currency)
        amount = line.unit_price.times(line.quantity, rounding)
        discount = amount.times(Fraction(line.discount) / 100, rounding)
        tax = Money(_next_part(running, line.tax, (amount - discount).minor, rounding), currency)
        reckoned.append(_line(amount, discount, tax, line.tax))
    return _sums(lines, reckoned, currency)


def _check(line: Line, currency: str) -> None:
    if line.unit_price.currency != currency:
        raise CurrencyMismatch(line.unit_price.currency, currency)
    if not line.quantity.is_finite() or line.quantity == 0:
        raise LineError("zero_quantity")
    if not 0 <= line.discount <= 100:
        raise LineError("discount")
    if line.tax is not None and not 0 <= line.tax.percent <= 1_000:
        raise LineError("tax")


def _next_part(running: dict[Tax, Fraction], tax: Tax | None, minor: int, rounding: Rounding) -> int:
    """How much the rounded running sum of the tax grows by this line."""
    if tax is None:
        return 0
    before = running.get(tax, Fraction(0))
    running[tax] = before + minor * tax.share
    return rounded(running[tax], rounding) - rounded(before, rounding)


def _line(amount: Money, discount: Money, tax_amount: Money, tax: Tax | None) -> LineAmounts:
    asked = amount - discount
    if tax is not None and tax.is_inclusive:
        return LineAmounts(amount, discount, net=asked - tax_amount, tax=tax_amount, total=asked)
    return LineAmounts(amount, discount, net=asked, tax=tax_amount, total=asked + tax_amount)


def _sums(lines: Sequence[Line], reckoned: list[LineAmounts], currency: str) -> Totals:
    taxes = dict.fromkeys(line.tax for line in lines if line.tax is not None)
    pairs = list(zip(lines, reckoned, strict=True))
    return Totals(
        lines=tuple(reckoned),
        amount=total((one.amount for one in reckoned), currency),
        discount=total((one.discount for one in reckoned), currency),
        net=total((one.net for one in reckoned), currency),
        taxes=tuple(
            TaxSum(
                tax,
                net=total((one.net for line, one in pairs if line.tax == tax), currency),
                amount=total((one.tax for line, one in pairs if line.tax == tax), currency),
            )
            for tax in taxes
        ),
        tax=total((one.tax for one in reckoned), currency),
        total=total((one.total for one in reckoned), currency),
    )


def counted_together(parts: Sequence[tuple[int, Totals]], currency: str) -> Totals:
    """The sums of several reckonings, each counted so many times; `lines` are those of each, once, in their order.

    One tax that stands in several of them is one sum. Raises MoneyError where a sum is too large.
    """
    nothing = Money(0, currency)
    sums = {
        name: total((getattr(one, name).times(number) for number, one in parts), currency)
        for name in ("amount", "discount", "net", "tax", "total")
    }
    taxes: dict[Tax, TaxSum] = {}
    for number, one in parts:
        for found in one.taxes:
            held = taxes.get(found.tax, TaxSum(found.tax, nothing, nothing))
            taxes[found.tax] = TaxSum(
                found.tax, held.net + found.net.times(number), held.amount + found.amount.times(number)
            )
    return Totals(
        lines=tuple(line for _number, one in parts for line in one.lines), taxes=tuple(taxes.values()), **sums
    )
