"""Working days where a customer lives: letters go out by day, and not on the weekend of their country."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from bandhu.ui.formats import locale_of

OPENS, CLOSES = time(9), time(17)
# CLDR has Saturday and Sunday for them.
_FRIDAY_AND_SATURDAY = frozenset({"BD", "MV"})


def after_working_days(moment: datetime, days: int, *, country: str = "", zone: str = "") -> datetime:
    """The first working moment at least `days` working days after `moment` (aware), at the customer's place.

    The same time of day where that lies in working hours, else when the day begins. Holidays are not known here.
    """
    local = moment.astimezone(_zone(zone))
    weekend = _weekend(country)
    left = days
    while left:
        local = _next_day(local)
        left -= local.weekday() not in weekend
    if local.time() >= CLOSES:
        local = _at_opening(_next_day(local))
    while local.weekday() in weekend:
        local = _at_opening(_next_day(local))
    return max(local, _at_opening(local))


def _next_day(local: datetime) -> datetime:
    """The same time of the clock, also where the clocks are changed between."""
    return datetime.combine(local.date() + timedelta(days=1), local.time(), local.tzinfo)


def _at_opening(local: datetime) -> datetime:
    return datetime.combine(local.date(), OPENS, local.tzinfo)


def _weekend(country: str) -> set[int]:
    """Days of the week (Monday is 0) on which a country rests."""
    code = (country or settings.DEFAULT_COUNTRY).upper()
    if code in _FRIDAY_AND_SATURDAY:
        return {4, 5}
    known = locale_of("und", code)
    return {
        (known.weekend_start + one) % 7 for one in range((known.weekend_end - known.weekend_start) % 7 + 1)
    }


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
