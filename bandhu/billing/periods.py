"""The days of a subscription: when each period begins. Calendar days only, so no clock that is put forward or back matters."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.conf import settings

from bandhu.platform.time_zones import zone_named

WEEK, MONTH, QUARTER, YEAR = "week", "month", "quarter", "year"
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
# How many of an interval are in a year: a week is 7 of 365.2425 days.
A_YEAR_HAS = {WEEK: Fraction("52.1775"), MONTH: Fraction(12), QUARTER: Fraction(4), YEAR: Fraction(1)}


def start_of(anchor: date, interval: str, every: int, number: int) -> date:
    """The first day of period `number` (0 is the one that begins on `anchor`), each `every` intervals long.

    Reckoned from the anchor, never from the period before: what begins on the 31st begins on 28 February, and on 31 March again.
    Raises OverflowError beyond the year 9999.
    """
    if interval == WEEK:
        return anchor + timedelta(weeks=every * number)
    months = anchor.month - 1 + _MONTHS[interval] * every * number
    year, month = anchor.year + months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError("beyond the calendar")
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def local_day(zone: str, now: datetime) -> date:
    """The date in a zone at an aware moment; an unknown zone is the installation's."""
    return now.astimezone(zone_named(zone) or ZoneInfo(settings.DEFAULT_TIME_ZONE)).date()
