"""Money: whole minor units of one ISO 4217 currency. Exact sums, stated rounding, shares that lose nothing.

How many minor units a unit has, and how an amount is written, is `bandhu.ui.formats`' business; reading what people type is
`money_reading`'s. Rates come from the catalogue of currencies above; here they are only applied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache

from babel.core import get_global
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bandhu.ui.formats import Reader, currency_exponent, current_reader
from bandhu.ui.formats import money as written_money

MAX_MINOR = 2**53 - 1
"""The largest amount: beyond it, programs that read JSON numbers as doubles would lose units."""

# Sixteen digits of an amount times twenty-four of a rate fit with room to spare.
_EXACT = Context(prec=80)

ERRORS: dict[str, Promise] = {
    "empty": _("There is no amount."),
    "not_an_amount": _("This is not an amount. Write it like %(example)s."),
    "grouping": _(
        "The separators stand in odd places, so the amount is not clear. Write it like %(example)s."
    ),
    "decimals": _("%(currency)s has %(decimals)s decimals, this amount has more."),
    "no_decimals": _("%(currency)s has no decimals, this amount has."),
    "too_large": _("The amount is too large."),
    "currency_needed": _("Write the currency with the amount, for example 500 BDT."),
    "which_currency": _(
        "“%(mark)s” is the sign of several currencies. Write the code, for example %(codes)s."
    ),
    "unknown_currency": _("“%(mark)s” is no currency. Write its three letters, for example BDT."),
    "mixed": _(
        "Amounts in %(one)s and %(other)s cannot be counted together. Convert them to one currency first."
    ),
}


class MoneyError(ValueError):
    """No amount, or amounts that do not go together: `code` for programs (a key of ERRORS), `message` translated for people."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.message: str = ERRORS[code] % details if details else str(ERRORS[code])


class CurrencyMismatch(MoneyError):
    """Two currencies met where one is needed."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__("mixed", one=one, other=other)


class Rounding(StrEnum):
    """What becomes of less than a minor unit. Signs do not matter: -0.5 rounds half up to -1, as 0.5 to 1."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
}


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes that are legal tender somewhere today (CLDR)."""
    periods = (period for of_one in get_global("territory_currencies").values() for period in of_one)
    return frozenset(code for code, _since, until, is_tender in periods if until is None and is_tender)


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole minor units (paisa, cents) of `currency`. Raises MoneyError for an unknown currency or an amount beyond MAX_MINOR."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("minor units are whole numbers")
        if self.currency not in currencies():
            raise MoneyError("unknown_currency", mark=self.currency)
        if abs(self.minor) > MAX_MINOR:
            raise MoneyError("too_large")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str, rounding: Rounding | None = None) -> "Money":
        """From units ("12.50", "BDT"). Without `rounding`, more decimals than the currency has raise MoneyError."""
        units = Decimal(amount)
        if not units.is_finite():
            raise MoneyError("not_an_amount", example="1500.00")
        if units.adjusted() > 20:
            raise MoneyError("too_large")
        exponent = currency_exponent(currency)
        minor = _EXACT.scaleb(units, exponent)
        whole = minor.to_integral_value(rounding=_MODES[rounding or Rounding.HALF_UP])
        if rounding is None and whole != minor:
            raise MoneyError("decimals" if exponent else "no_decimals", currency=currency, decimals=exponent)
        return cls(int(whole), currency)

    @property
    def amount(self) -> Decimal:
        """In units, with as many decimals as the currency has."""
        return Decimal(self.minor).scaleb(-currency_exponent(self.currency), _EXACT)

    def written(self, reader: Reader | None = None) -> str:
        """As the reader's place writes it; without one, the reader of this request."""
        return written_money(self.minor, self.currency, reader or current_reader())

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def times(self, factor: Decimal | int | Fraction, rounding: Rounding = Rounding.HALF_UP) -> "Money":
        """The amount times a quantity or share, rounded once, to whole minor units."""
        return Money(rounded(Fraction(self.minor) * Fraction(factor), rounding), self.currency)

    def converted(self, rate: Decimal, currency: str, rounding: Rounding = Rounding.HALF_UP) -> "Money":
        """In another currency; `rate` is how many units of it one unit of this one is."""
        units = _EXACT.multiply(self.amount, rate)
        return Money.of(units, currency, rounding)

    def allocate(self, weights: Sequence[Decimal | int | Fraction]) -> list["Money"]:
        """Shares in proportion to the weights whose sum is this amount, to the unit.

        Largest remainders get the units left over, earlier ones first among equals (Hamilton's method). Raises ValueError for
        negative weights or a sum of nought.
        """
        return [Money(share, self.currency) for share in parted(self.minor, weights)]

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError("money is counted with money only")
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount as the books keep it: in the base currency, with the rate and the rate's own date."""

    base: Money
    rate: Decimal
    rate_date: date


def parted(minor: int, weights: Iterable[Decimal | int | Fraction]) -> list[int]:
    """Whole minor units in proportion to the weights, as `Money.allocate` says; their sum is `minor`."""
    parts = [Fraction(weight) for weight in weights]
    whole = sum(parts)
    if whole <= 0 or any(part < 0 for part in parts):
        raise ValueError("weights must not be negative, and not all nought")
    size, sign = abs(minor), -1 if minor < 0 else 1
    exact = [size * part / whole for part in parts]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[: size - sum(shares)]:
        shares[place] += 1
    return [sign * share for share in shares]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; `currency` says what a sum of nothing is in. Raises CurrencyMismatch for an amount in any other."""
    found = Money(0, currency)
    for amount in amounts:
        found += amount
    return found


def rounded(value: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """A fraction to a whole number, exactly: no binary or decimal approximation on the way."""
    size = abs(value)
    whole, rest = divmod(size.numerator, size.denominator)
    twice = 2 * rest
    up = {
        Rounding.HALF_UP: twice >= size.denominator,
        Rounding.HALF_EVEN: twice > size.denominator or (twice == size.denominator and whole % 2 == 1),
        Rounding.DOWN: False,
        Rounding.UP: rest > 0,
    }[rounding]
    return (-1 if value < 0 else 1) * (whole + up)
