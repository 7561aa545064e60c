"""The business calendars every installation starts with; an administrator changes them on a screen."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_noop

from bandhu.calendars.models import BusinessCalendar

_DAY = [[9 * 60, 17 * 60]]
_WITH_LUNCH = [[9 * 60, 13 * 60], [14 * 60, 18 * 60]]
_NINE_TO_SIX = [[9 * 60, 18 * 60]]


def _week(hours: list[list[int]], rests: set[int]) -> list[list[list[int]]]:
    return [[] if day in rests else hours for day in range(7)]


# Name, zone, week, country and region of its holidays.
_CALENDARS = (
    (gettext_noop("Monday to Friday"), "", _week(_DAY, {5, 6}), "", ""),
    (gettext_noop("Bangladesh"), "Asia/Dhaka", _week(_WITH_LUNCH, {4, 5}), "BD", ""),
    (gettext_noop("India (Tamil Nadu)"), "Asia/Kolkata", _week(_NINE_TO_SIX, {5, 6}), "IN", "TN"),
)


def ensure_business_calendars() -> None:
    """Make the calendars where there are none; that of the house's country is the usual one. Safe to repeat."""
    if BusinessCalendar.objects.exists():
        return
    at_home = any(country == settings.DEFAULT_COUNTRY for *_rest, country, _region in _CALENDARS)
    usual = settings.DEFAULT_COUNTRY if at_home else ""
    BusinessCalendar.objects.bulk_create(
        BusinessCalendar(
            name=name, time_zone=zone or settings.TIME_ZONE, week=week, country=country, region=region, is_default=country == usual,
        )
        for name, zone, week, country, region in _CALENDARS
    )  # fmt: skip
