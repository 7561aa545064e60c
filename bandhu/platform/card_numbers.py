"""Card numbers have no business here: found in any text, by their check digit, and masked before it is kept."""

import re

from bandhu.ui.digits import to_latin

# 13 to 19 digits of any script (ISO/IEC 7812), with a space, dot or dash between any two.
_CANDIDATE = re.compile(r"(?<![\d+])\d(?:[ \u00a0\u202f.\-–]?\d){12,18}(?!\d)")
_DIGIT = re.compile(r"\d")
# First digits in use by card brands: 2 (Mastercard, Mir), 3 (Amex, Diners, JCB), 4 (Visa), 5 (Mastercard, Maestro), 6 (Discover, RuPay, UnionPay).
_BRAND_STARTS = "23456"
KEPT_DIGITS = 4
_MASK = "•"


def mask_card_numbers(text: str) -> str:
    """The text with all but the last four digits of every card number covered; digits may be Latin, Bengali, Tamil or any other.

    A number counts as a card's when it has 13 to 19 digits, begins as cards do, and its Luhn check digit is right: one other long
    number in ten of those would be covered too, which is the better mistake.
    """
    return _CANDIDATE.sub(_mask, text) if has_enough_digits(text) else text


def has_card_number(text: str) -> bool:
    """Whether the text holds a card number."""
    return any(_is_card(_digits(found.group())) for found in _CANDIDATE.finditer(text))


def has_enough_digits(text: str) -> bool:
    """A cheap question first: most texts have no thirteen digits at all."""
    return sum(map(str.isdecimal, text)) >= 13


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B). Latin digits only."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _mask(found: re.Match[str]) -> str:
    written = found.group()
    digits = _digits(written)
    if not _is_card(digits):
        return written
    covered = len(digits) - KEPT_DIGITS
    return _DIGIT.sub(_MASK, written, count=covered)


def _digits(written: str) -> str:
    return "".join(character for character in to_latin(written) if character.isdecimal())


def _is_card(digits: str) -> bool:
    return digits[0] in _BRAND_STARTS and len(set(digits)) > 1 and passes_luhn(digits)
