"""Bytes to ORDER BY, so that names of every script come in the order people expect, on any PostgreSQL.

The Unicode Collation Algorithm (UTS 10) with the weights of DUCET through pyuca, at two levels: letters, then accents.
Case and punctuation do not count: "(rahman)" stands at "Rahman". The embedded PostgreSQL has no ICU, hence keys stored beside the text.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from pyuca import Collator

MAX_SORT_KEY_BYTES = 120
"""Enough for about 50 letters; what is longer is ordered by its beginning."""

_SPACE = b"\x02\x09"
_LEVEL_END = b"\x00"
_COMMON_ACCENT = 0x20
_MAX_CHARACTERS = 200

# DUCET 9.0 primary weights of 0-9 and a-z. Almost all Latin names need nothing else, so the collator's table is not even loaded for them.
_ASCII_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ASCII_WEIGHTS = (
    "1c3d 1c3e 1c3f 1c40 1c41 1c42 1c43 1c44 1c45 1c46 "
    "1c47 1c60 1c7a 1c8f 1caa 1ce5 1cf4 1d18 1d32 1d4c 1d65 1d77 1daa "
    "1db9 1ddd 1e0c 1e21 1e33 1e71 1e95 1eb5 1ee3 1ef5 1eff 1f0b 1f21"
)
_ASCII_TABLE = {
    ord(letter): bytes.fromhex(weight).decode("latin-1")
    for letter, weight in zip(_ASCII_LETTERS, _ASCII_WEIGHTS.split(), strict=True)
}


def sort_key(text: str) -> bytes:
    """The key of a name or title: comparing keys as bytes compares the texts by the collation of Unicode. At most 120 bytes.

    An empty text gives an empty key; a text of nothing but punctuation is ordered by that punctuation, before all letters.
    """
    words = _words(text[:_MAX_CHARACTERS])
    if not words:
        return b""
    keys = [_word_key(word) for word in words]
    primary = _SPACE.join(key[0] for key in keys)
    accents = bytes([1]).join(key[1] for key in keys).rstrip(b"\x01")
    key = primary + _LEVEL_END + accents if accents else primary
    return key[:MAX_SORT_KEY_BYTES]


def _words(text: str) -> list[str]:
    """Words as they count for the order: hyphens part words, other punctuation is dropped."""
    if text.isalnum():
        return [text]
    return "".join(_counting(character) for character in text).split() or text.split()


def _counting(character: str) -> str:
    if character.isalnum():
        return character
    category = unicodedata.category(character)
    if category == "Pd" or category[0] == "Z" or character.isspace():
        return " "
    return "" if category[0] in "PC" else character


@lru_cache(maxsize=20_000)
def _word_key(word: str) -> tuple[bytes, bytes]:
    if word.isascii() and word.isalnum():
        return word.lower().translate(_ASCII_TABLE).encode("latin-1"), b"\x01" * len(word)
    return _weights(_collator().collation_elements(unicodedata.normalize("NFD", word)))


def _weights(elements: Iterable[list[int]]) -> tuple[bytes, bytes]:
    primary, accents = bytearray(), bytearray()
    for weights in elements:
        if weights[0]:
            primary += weights[0].to_bytes(2, "big")
        if weights[1]:
            accents.append(min(weights[1] - _COMMON_ACCENT + 1, 0xFF))
    return bytes(primary), bytes(accents)


@cache
def _collator() -> Collator:
    """11 MB and 0.1 s, so only when the first name needs it."""
    return Collator()
