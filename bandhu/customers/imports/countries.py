"""Country names in every language we speak, and the ways people write them, to ISO 3166 codes."""

from __future__ import annotations

from functools import cache

from babel import Locale

from .targets import folded

NAME_LANGUAGES = ("en", "bn", "ta", "hi", "de", "fr", "es", "pt", "it", "nl", "ar")
ALIASES = {
    "usa": "US", "us": "US", "u s a": "US", "u s": "US", "america": "US", "united states of america": "US", "uk": "GB",
    "u k": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "britain": "GB", "korea": "KR", "south korea": "KR", "republic of korea": "KR", "north korea": "KP", "holland": "NL",
    "the netherlands": "NL", "uae": "AE", "emirates": "AE", "russian federation": "RU", "viet nam": "VN", "burma": "MM",
    "czech republic": "CZ", "turkey": "TR", "ivory coast": "CI", "bangla desh": "BD", "bharat": "IN", "ceylon": "LK",
    "peoples republic of china": "CN", "prc": "CN", "taiwan": "TW", "hong kong": "HK", "macau": "MO", "iran": "IR",
    "syria": "SY", "laos": "LA", "macedonia": "MK", "swaziland": "SZ", "cape verde": "CV", "palestine": "PS",
}  # fmt: skip
# Words that name a part of a country, or one of two: what was made of them is said.
READ_FREELY = {
    "korea",
    "england",
    "scotland",
    "wales",
    "northern ireland",
    "america",
    "britain",
    "great britain",
}


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in NAME_LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB"):
                names.setdefault(folded(name), code)
                names.setdefault(code.lower(), code)
    return names | ALIASES


def country_code(text: str) -> str:
    """The two letters of a country named in `text` (a name in one of our languages, or a code); "" when unknown."""
    return _names().get(folded(text), "")


def is_read_freely(text: str) -> bool:
    """Whether the country `country_code` finds is more, or another, than the text says."""
    return folded(text) in READ_FREELY


def country_name(code: str, language: str = "en") -> str:
    return Locale(language).territories.get(code, code) if code else ""
