"""Amounts as people type them: any script's digits, thousands or lakhs, the currency by sign, word or code, or none.

What is not clear is refused with a sentence, never guessed: 1,50 is neither one and a half nor a hundred and fifty.
"""

import re
import unicodedata
from decimal import Decimal
from functools import cache

from babel.core import get_global

from bandhu.ui.digits import to_latin
from bandhu.ui.formats import Reader, currency_exponent

from .money import Money, MoneyError, currencies

MAX_TEXT = 60
# "US$", "A$" and their like are understood everywhere.
_ENGLISH = Reader("en-001")

# What people write for a currency, folded; the codes it may mean, the likeliest first.
_MARKS: dict[str, tuple[str, ...]] = {
    "৳": ("BDT",),
    "tk": ("BDT",),
    "টাকা": ("BDT",),
    "₹": ("INR",),
    "රු": ("LKR",),
    "රු.": ("LKR",),
    "ரூ": ("INR", "LKR"),
    "ரூ.": ("INR", "LKR"),
    "রু": ("INR",),
    "rs": ("INR", "LKR", "PKR", "NPR", "MUR", "SCR"),
    "₨": ("INR", "LKR", "PKR", "NPR", "MUR", "SCR"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"),
    "€": ("EUR",),
    "£": ("GBP", "EGP"),
    "¥": ("JPY", "CNY"),
    "円": ("JPY",),
    "元": ("CNY",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "₩": ("KRW", "KPW"),
    "₺": ("TRY",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "₦": ("NGN",),
    "฿": ("THB",),
    "₪": ("ILS",),
    "zł": ("PLN",),
}
_BIDI_MARKS = dict.fromkeys(
    map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")
)
_SPACES = " \u00a0\u202f\u2009"
_PARTS = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<before>[^\d\s+-]*)\s*(?P<inner>[-+]?)\s*"
    r"(?P<figures>\d[\d.,'’٫٬\s]*?)\s*(?P<after>[^\d\s+\-.,'’٫٬][^\d\s+-]*)?"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})*|\d+")
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")


def parse_money(text: str, reader: Reader, *, currency: str = "") -> Money:
    """An amount as `reader`'s place writes it; `currency` is meant where none is written, and where a sign fits several.

    The currency written wins: whoever accepts only one has to compare. Raises MoneyError.
    """
    cleaned = to_latin(text[: MAX_TEXT + 1]).translate(_BIDI_MARKS).replace("−", "-").strip()
    if not cleaned:
        raise MoneyError("empty")
    found = _PARTS.fullmatch(cleaned) if len(text) <= MAX_TEXT else None
    if found is None or (found["sign"] and found["inner"]):
        raise _not_an_amount(reader, currency)
    before, figures = _without_leading_point(found["before"], found["figures"])
    code = _currency_of([mark for mark in (before, found["after"]) if mark], reader, currency)
    amount = _units(figures, reader, code)
    return Money.of(-amount if "-" in found["sign"] + found["inner"] else amount, code)


def parse_currency(text: str, reader: Reader, *, currency: str = "") -> str:
    """The ISO code for a code, sign or word; `currency` is meant where a sign fits several. Raises MoneyError."""
    return _currency_of([text.strip()], reader, currency)


def _without_leading_point(before: str, figures: str) -> tuple[str, str]:
    """ "$.50" and ".50" have their point before the figures; the point of "Rs.50" belongs to the word."""
    sign, point = before[:-1], before[-1:]
    if point in {".", ",", "٫"} and not (sign and unicodedata.category(sign[-1])[0] in "LM"):
        return sign, f"0{point}{figures}"
    return before, figures


def _currency_of(marks: list[str], reader: Reader, meant: str) -> str:
    if not marks:
        if not meant:
            raise MoneyError("currency_needed")
        return meant
    chosen = {_chosen(mark, reader, meant) for mark in marks}
    if len(chosen) > 1:
        raise MoneyError("mixed", one=min(chosen), other=max(chosen))
    return chosen.pop()


def _chosen(mark: str, reader: Reader, meant: str) -> str:
    codes = _codes_of(mark)
    own = _signs_of(reader).get(mark.casefold())
    if not codes and own is None:
        raise MoneyError("unknown_currency", mark=mark)
    here = _currency_of_country(reader.country)
    for likely in (meant, own, here):
        if likely and (likely in codes or likely == own):
            return likely
    if len(codes) > 1:
        raise MoneyError("which_currency", mark=mark, codes=", ".join(codes[:3]))
    return codes[0]


def _codes_of(mark: str) -> tuple[str, ...]:
    folded = mark.casefold()
    if folded.upper() in currencies():
        return (folded.upper(),)
    marks = _MARKS.get(folded) or _MARKS.get(folded.rstrip("."))
    return marks or tuple(filter(None, [_signs_of(_ENGLISH).get(folded)]))


def _signs_of(reader: Reader) -> dict[str, str]:
    """The signs of the reader's own place, which are clear there: "$" in the United States, "Rs." in Tamil Sri Lanka."""
    signs = reader.locale.currency_symbols
    return {sign.casefold(): code for code, sign in signs.items() if code in currencies() and sign != code}


@cache
def _currency_of_country(country: str) -> str:
    for code, _since, until, is_tender in get_global("territory_currencies").get(country, []):
        if until is None and is_tender:
            return str(code)
    return ""


def _units(figures: str, reader: Reader, currency: str) -> Decimal:
    whole, decimals = _whole_and_decimals(figures, reader)
    if not (_THOUSANDS.fullmatch(whole) or _LAKHS.fullmatch(whole)) or not (
        decimals.isdigit() or not decimals
    ):
        raise MoneyError("grouping", example=_example(reader, currency))
    exponent = currency_exponent(currency)
    # "10.00" yen is what spreadsheets write; longer tails may be thousands of another country's hand.
    if len(decimals) > exponent and (decimals.strip("0") or len(decimals) > 2):
        raise MoneyError("decimals" if exponent else "no_decimals", currency=currency, decimals=exponent)
    return Decimal(f"{whole.replace(',', '')}.{decimals or 0}")


def _whole_and_decimals(figures: str, reader: Reader) -> tuple[str, str]:
    """The two sides of the decimal sign, the groups of the first one parted by commas whatever the place uses."""
    symbols = reader.locale.number_symbols["latn"]
    decimal, group = str(symbols["decimal"]), str(symbols["group"])
    text = figures.replace("٫", decimal)
    whole, _sign, decimals = text.partition(decimal)
    for separator in {group, "٬", "'", "’", *_SPACES} - {decimal}:
        whole = whole.replace(separator, ",")
    return whole, decimals


def _not_an_amount(reader: Reader, currency: str) -> MoneyError:
    return MoneyError("not_an_amount", example=_example(reader, currency))


def _example(reader: Reader, currency: str) -> str:
    code = currency or "BDT"
    return Money(15_000_00 * 10 ** currency_exponent(code) // 100, code).written(reader)
