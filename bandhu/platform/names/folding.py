"""One form for stored text and for queries: what two people type differently becomes equal here."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# ZWJ and ZWNJ shape conjuncts in Bengali, Tamil and Arabic writing, so stored text keeps them; folding drops them.
_JOINERS = "\u200c\u200d"

# Marks that only decorate letters of alphabets. Vowel signs of Indic scripts are marks too and must stay.
_DECORATIONS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

# Letters that Unicode does not take apart although people type them without the stroke.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "ng",
        "ə": "a",
    }
)

# ASCII controls vanish with the apostrophes, as every invisible character does, unless they count as white space.
_APOSTROPHES = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f'`\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u2018\u2019\u201a\u201b\uff07]"
)
_SPACES = re.compile(r"\s+")
_ASCII_NOT_WORD = re.compile("[^0-9a-z]+")


def normalise(text: str) -> str:
    """Return `text` as it is stored: NFC, no control or invisible characters, single spaces.

    Joiners stay (scripts need them), lone surrogates go (PostgreSQL and UTF-8 refuse them).
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    kept = [" " if character.isspace() else character for character in composed if _is_storable(character)]
    # Dropping an invisible character can bring a letter and its mark together, so compose once more.
    return unicodedata.normalize("NFC", _SPACES.sub(" ", "".join(kept)).strip())


@lru_cache(maxsize=4_096)
def _is_storable(character: str) -> bool:
    if character in _JOINERS or character.isspace():
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn"}


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the form in which two texts are compared: lower case, no accents, Latin digits, no punctuation.

    Idempotent. Apostrophes vanish (O'Brien is obrien), all other punctuation separates words.
    """
    if text.isascii():
        return _ASCII_NOT_WORD.sub(" ", _APOSTROPHES.sub("", text.lower())).strip()
    folded = _fold_once(text)
    # Compatibility forms can fold in two steps (a circled ligature, a title-case digraph); a few rounds settle all.
    for _ in range(4):
        again = _fold_once(folded)
        if again == folded:
            break
        folded = again
    return folded


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _DECORATIONS.sub("", plain).translate(_PLAIN_LETTERS)
    plain = _APOSTROPHES.sub("", plain)
    return " ".join(unicodedata.normalize("NFC", plain.translate(_FOLDED)).split())


class _Folded(dict[int, str]):
    """What each character becomes, worked out when it is first met: `str.translate` is far quicker than a call for each."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 4_096:
            self[code] = folded
        return folded


_FOLDED = _Folded()


def _fold_character(character: str) -> str:
    if character in _JOINERS:
        return ""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] in "LM" or category in {"Nl", "No"}:
        return character
    # Invisible characters join what they stand between; everything else separates.
    return "" if category in {"Cc", "Cf", "Cs", "Cn"} else " "


def latin_digits(text: str) -> str:
    """Return `text` with the decimal digits of every script written 0-9 (amounts, codes, telephone numbers)."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(one)) if not one.isascii() and unicodedata.category(one) == "Nd" else one
        for one in text
    )


def tokens(text: str) -> list[str]:
    """Return the folded words of `text` in their order."""
    return fold(text).split()
