"""Public holidays by country and region, and the days on which a country rests.

Names come in the language asked for where the `holidays` package has them, else in English, else as the country writes them.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from bandhu.ui import formats
from bandhu.ui.formats import locale_of

# CLDR has Saturday and Sunday for them.
_FRIDAY_AND_SATURDAY = frozenset({"BD", "MV"})


@lru_cache(maxsize=512)
def holidays_in(country: str, region: str, year: int, language: str = "") -> dict[date, str]:
    """Each holiday of a year with its name; none for a country that is not known. Kept: not to be changed."""
    if not is_known(country):
        return {}
    found = holidays.country_holidays(
        country,
        subdiv=region if region in regions_of(country) else None,
        years=year,
        language=_language(country, language),
    )
    return dict(sorted(found.items()))


def is_holiday(country: str, region: str, day: date) -> bool:
    """Whether the country, or this region of it, has a public holiday then."""
    return day in holidays_in(country, region, day.year)


@lru_cache(maxsize=256)
def regions_of(country: str) -> tuple[str, ...]:
    """The letters of a country's parts that have holidays of their own; in India states: ("AN", "AP", …, "TN", …)."""
    return tuple(_supported().get(country, ()))


def country_name(country: str) -> str:
    """In the reader's language; the letters where it has no name for it."""
    return formats.country(country, formats.current_reader())


@lru_cache(maxsize=256)
def region_names(country: str) -> dict[str, str]:
    """What the parts of a country are called, as the country writes them in Latin letters; the letters of one without a name."""
    names = holidays.country_holidays(country).get_subdivision_aliases() if regions_of(country) else {}
    return {one: (names.get(one) or [one])[0] for one in regions_of(country)}


def is_known(country: str) -> bool:
    return country in _supported()


def known_countries() -> list[str]:
    """Two letters each, in order."""
    return sorted(code for code in _supported() if len(code) == 2)


def weekend_of(country: str) -> frozenset[int]:
    """Weekdays (Monday 0) on which a country rests."""
    code = country.upper()
    if code in _FRIDAY_AND_SATURDAY:
        return frozenset({4, 5})
    known = locale_of("und", code)
    days = (known.weekend_end - known.weekend_start) % 7 + 1
    return frozenset((known.weekend_start + one) % 7 for one in range(days))


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries()


@lru_cache(maxsize=1)
def _localized() -> dict[str, list[str]]:
    return holidays.list_localized_countries()


def _language(country: str, language: str) -> str | None:
    offered = _localized().get(country, [])
    wanted = language.split("-")[0]
    for one in offered:
        if wanted and one.split("_")[0] == wanted:
            return one
    return next((one for one in offered if one.startswith("en")), None)
