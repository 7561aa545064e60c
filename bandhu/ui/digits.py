"""Digits of other scripts, both ways. Babel prints Latin digits even when told otherwise, so the mapping is ours."""

import unicodedata
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError

LATIN = "0123456789"
SYSTEMS = {
    "latn": LATIN,
    "beng": "০১২৩৪৫৬৭৮৯",
    "taml": "௦௧௨௩௪௫௬௭௮௯",
    "deva": "०१२३४५६७८९",
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
}
"""The numbering systems offered, by their names in CLDR."""

_TO_SYSTEM = {name: str.maketrans(LATIN, digits) for name, digits in SYSTEMS.items()}


@cache
def default_system(language: str) -> str:
    """The numbering system that CLDR gives a language ("bn" → "beng", "ta" → "latn"); "latn" for one it does not know."""
    try:
        system = Locale.parse(language.replace("-", "_")).default_numbering_system
    except (UnknownLocaleError, ValueError):
        return "latn"
    return system if system in SYSTEMS else "latn"


def to_system(text: str, system: str) -> str:
    """Latin digits of the text in another system; everything else stays. Raises KeyError for a system that is not offered."""
    return text if system == "latn" else text.translate(_TO_SYSTEM[system])


def to_latin(text: str) -> str:
    """Decimal digits of any script as 0-9; everything else stays, so the length does too."""
    if text.isascii():
        return text
    return "".join(_latin(character) for character in text)


def _latin(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
