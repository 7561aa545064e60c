"""Dates in the notations of files. Whether 03/04 is in March or April is decided once per column, never per cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from babel import Locale

from bandhu.ui.digits import to_latin

TIME = r"(?:[T,\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + TIME)
COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + TIME)
NUMERIC = re.compile(r"(?P<first>\d{1,2})[-/.\s](?P<second_part>\d{1,2})[-/.\s](?P<year>\d{4}|\d{2})" + TIME)
DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.\-/]*(?P<name>[^\W\d]\w*[^\d,\s./-]*)\.?[\s.,\-/]*(?P<year>\d{4}|\d{2})"
    + TIME
)
NAME_FIRST = re.compile(
    r"(?P<name>[^\W\d][^\d,\s./-]*)\.?[\s.\-/]*(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.,\-/]+(?P<year>\d{4})"
    + TIME
)
WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s+(?=\d|[^\W\d]+\.?\s+\d)")


def date_order(values: Iterable[str]) -> str:
    """ "dmy" or "mdy" when the column proves it, "mixed" when it proves both, "either" when it proves neither."""
    day_first = month_first = False
    for value in values:
        match = NUMERIC.fullmatch(to_latin(value.strip()))
        if match:
            first, second = int(match["first"]), int(match["second_part"])
            day_first |= first > 12 >= second
            month_first |= second > 12 >= first
    if day_first and month_first:
        return "mixed"
    return "dmy" if day_first else "mdy" if month_first else "either"


@lru_cache(maxsize=16384)
def read_date(text: str, order: str = "dmy") -> dt.date | dt.datetime:
    """A date, or a datetime where the text names a time (aware only when it names a zone). Raises ValueError."""
    plain = WEEKDAY.sub("", " ".join(to_latin(text).split()))
    for pattern in (ISO, COMPACT):
        if match := pattern.fullmatch(plain):
            return _made(match, int(match["month"]), int(match["day"]))
    if match := NUMERIC.fullmatch(plain):
        first, second = int(match["first"]), int(match["second_part"])
        day, month = (first, second) if order != "mdy" else (second, first)
        if order == "mixed" and month > 12:
            day, month = month, day
        return _made(match, month, day)
    for pattern in (DAY_FIRST, NAME_FIRST):
        if match := pattern.fullmatch(plain):
            month = _months().get(match["name"].casefold().rstrip("."), 0)
            if month:
                return _made(match, month, int(match["day"]))
    raise ValueError("no date")


def _made(match: re.Match[str], month: int, day: int) -> dt.date | dt.datetime:
    year = int(match["year"])
    if len(match["year"]) == 2:
        # Two digits: a year within the next nineteen is meant, else one of the last century.
        year += 2000 if year + 2000 <= dt.date.today().year + 19 else 1900
    date = dt.date(year, month, day)
    if match["hour"] is None:
        return date
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour")
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    moment = dt.datetime.combine(date, dt.time(hour, int(match["minute"]), int(match["second"] or 0)))
    return moment.replace(tzinfo=_zone(match["zone"])) if match["zone"] else moment


def _zone(text: str) -> dt.timezone:
    if text in ("Z", "UTC", "GMT"):
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))


@cache
def _months() -> dict[str, int]:
    """Month names, long and short, in the languages of the interface and a few neighbours."""
    names = {"sept": 9}
    for language in ("en", "bn", "ta", "hi", "de", "fr", "es", "pt", "it", "nl"):
        months = Locale(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    names.setdefault(name.casefold().rstrip("."), number)
    return names
