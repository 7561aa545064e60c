"""Working days where a customer lives: letters go out by day, and not on the weekend or the public holidays of their country."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings

from bandhu.calendars.business_time import Timetable, next_opening
from bandhu.calendars.queries import timetable_at
from bandhu.calendars.wall_clock import moment_repeated
from bandhu.platform.time_zones import zone_named

OPENS, CLOSES = time(9), time(17)


def after_working_days(moment: datetime, days: int, *, country: str = "", zone: str = "") -> datetime:
    """The first working moment at least `days` working days after `moment` (aware), at the customer's place.

    The same time of day where that lies in working hours, else when the next working day begins.
    """
    place = zone_named(zone or settings.TIME_ZONE) or zone_named(settings.TIME_ZONE)
    assert place is not None
    home = country or settings.DEFAULT_COUNTRY
    hours = timetable_at(home, place, OPENS.hour * 60, CLOSES.hour * 60)
    local = moment.astimezone(place)
    left = days
    while left:
        local = _next_day(local, hours)
        left -= bool(hours.hours_on(local.date()))
    return next_opening(hours, local).astimezone(place)


def _next_day(local: datetime, hours: Timetable) -> datetime:
    """The same time of the clock, also where the clocks are changed between."""
    wall = datetime.combine(local.date() + timedelta(days=1), local.time())
    return moment_repeated(wall, hours.zone).astimezone(hours.zone)
