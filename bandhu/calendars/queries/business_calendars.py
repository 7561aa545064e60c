"""Business calendars, and the timetables that are counted with. The administrator's lists have no reach: every app asks them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from bandhu.calendars.business_time import DAY_MINUTES, Minutes, Timetable
from bandhu.calendars.models import BusinessCalendar, CalendarDay
from bandhu.calendars.public_holidays import holidays_in, is_holiday, weekend_of
from bandhu.identity.results import OutOfReach
from bandhu.platform.time_zones import zone_named


def business_calendars(_user: Any = None) -> list[BusinessCalendar]:
    """All of them, the usual one first."""
    return list(BusinessCalendar.objects.all())


def business_calendar_for(_user: Any, pk: UUID) -> BusinessCalendar:
    """Raises OutOfReach where there is none."""
    found = BusinessCalendar.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def own_days_of(calendar: BusinessCalendar, since: date | None = None) -> list[CalendarDay]:
    """Its own closed and open days from a day on, a year back by default."""
    first = since or timezone.localdate().replace(month=1, day=1)
    return list(CalendarDay.objects.filter(calendar=calendar, day__gte=first))


def holidays_shown(calendar: BusinessCalendar, year: int, language: str) -> list[tuple[date, str]]:
    """The public holidays of a year in a language; none where the calendar keeps none."""
    return list(holidays_in(calendar.country, calendar.region, year, language).items())


def usual_timetable() -> Timetable:
    """That of the calendar for everything that names no other; around the clock where there is none."""
    found = BusinessCalendar.objects.filter(is_default=True).first()
    return timetable_of(found) if found else around_the_clock()


def timetable_of(calendar: BusinessCalendar) -> Timetable:
    """What is counted with. A second question for the same version reads nothing."""
    return _timetable(calendar.pk, calendar.version)


def timetable_at(
    country: str, zone: ZoneInfo, opens: int = 9 * 60, closes: int = 17 * 60, region: str = ""
) -> Timetable:
    """Of a customer's place: from `opens` to `closes` (minutes of the day), not on its weekend nor its public holidays."""
    rests = weekend_of(country or settings.DEFAULT_COUNTRY)
    week = [() if day in rests else ((opens, closes),) for day in range(7)]
    return Timetable(zone, week, is_holiday=partial(is_holiday, country, region))


def around_the_clock() -> Timetable:
    """Always open."""
    return Timetable(ZoneInfo("UTC"), [((0, DAY_MINUTES),)] * 7)


@lru_cache(maxsize=64)
def _timetable(pk: UUID, _version: int) -> Timetable:
    calendar = BusinessCalendar.objects.get(pk=pk)
    own = {one.day: _pairs(one.hours) for one in CalendarDay.objects.filter(calendar=calendar)}
    zone = zone_named(calendar.time_zone) or ZoneInfo(settings.TIME_ZONE)
    week = [_pairs(hours) for hours in calendar.week]
    return Timetable(zone, week, own, partial(is_holiday, calendar.country, calendar.region))


def _pairs(hours: list[list[int]]) -> tuple[Minutes, ...]:
    return tuple((starts, ends) for starts, ends in hours)
