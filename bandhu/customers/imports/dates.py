"""Dates in the notations of files. Whether 03/04 is in March or April is decided once per column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from babel import Locale

from bandhu.ui.digits import to_latin

TIME = r"(?:[T,\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
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


class Order(NamedTuple):
    """How a column writes numeric dates: how many can only be day first, only month first, or either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0

    @property
    def is_mixed(self) -> bool:
        return bool(self.day_first and self.month_first)

    def wins(self, otherwise: str = "dmy") -> str:
        """ "dmy" or "mdy", as most of the telling dates are; `otherwise` where nothing, or a tie, tells."""
        if self.day_first == self.month_first:
            return otherwise
        return "dmy" if self.day_first > self.month_first else "mdy"


def date_order(values: Iterable[str]) -> Order:
    """Counts the dates of a column by what they prove."""
    day_first = month_first = either = 0
    for value in values:
        if match := NUMERIC.fullmatch(to_latin(value.strip())):
            first, second = int(match["first"]), int(match["second_part"])
            day_first += first > 12 >= second
            month_first += second > 12 >= first
            either += first <= 12 >= second and first != second
    return Order(day_first, month_first, either)


def is_ambiguous(text: str) -> bool:
    """Whether day and month of a date could change places, and it would be another day."""
    return bool(date_order([text]).either)


@lru_cache(maxsize=16384)
def read_date(text: str, order: str = "dmy") -> dt.date | dt.datetime:
    """A date, or a datetime where the text names a time (aware only when it names a zone). Raises ValueError."""
    plain = WEEKDAY.sub("", " ".join(to_latin(text).split()))
    for pattern in (ISO, COMPACT):
        if match := pattern.fullmatch(plain):
            return _made(match, int(match["month"]), int(match["day"]))
    if match := NUMERIC.fullmatch(plain):
        first, second = int(match["first"]), int(match["second_part"])
        # A date that can be read in one way only is read so, whatever the others of its column are.
        is_month_first = second > 12 if (first > 12) != (second > 12) else order == "mdy"
        day, month = (second, first) if is_month_first else (first, second)
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
    microseconds = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    time = dt.time(hour, int(match["minute"]), int(match["second"] or 0), microseconds)
    moment = dt.datetime.combine(date, time)
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
