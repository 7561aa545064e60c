"""Setting up business calendars. Each change counts the version up and is told, so that clocks are counted anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from bandhu.calendars.business_time import DAY_MINUTES, Minutes
from bandhu.calendars.events import BusinessCalendarChanged
from bandhu.calendars.models import BusinessCalendar, CalendarDay
from bandhu.calendars.public_holidays import is_known, regions_of
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_line
from bandhu.platform.time_zones import zone_named

MANAGE = "calendars.manage_business_calendars"
MOST_RANGES, MOST_OWN_DAYS = 8, 400
Week = Sequence[Sequence[Minutes]]


@action(MANAGE, on_record=False)
def set_business_calendar(
    calendar: BusinessCalendar | None,
    *,
    actor: User,
    name: str,
    time_zone: str,
    week: Week,
    country: str = "",
    region: str = "",
    is_default: bool = False,
) -> BusinessCalendar:
    """A new calendar, or that one changed. Raises ValidationError by field ("day-0" for Monday's hours)."""
    row = calendar or BusinessCalendar(version=0)
    before = _shown(row) if calendar else {}
    row.name, row.time_zone = clean_line(name, 100), time_zone
    row.country, row.region = country, region if country else ""
    _check(row, week)
    row.week = [[list(one) for one in hours] for hours in week]
    if is_default or not BusinessCalendar.objects.exclude(pk=row.pk).filter(is_default=True).exists():
        BusinessCalendar.objects.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
        row.is_default = True
    else:
        row.is_default = False
    row.version += 1
    row.save()
    after = _shown(row)
    changes = {
        field: (before.get(field), value) for field, value in after.items() if before.get(field) != value
    }
    _tell(row, actor, "changed" if calendar else "created", changes)
    return row


@action(MANAGE, on_record=False)
def set_own_day(
    calendar: BusinessCalendar,
    *,
    actor: User,
    day: date,
    hours: Sequence[Minutes] = (),
    name: str = "",
) -> CalendarDay:
    """Closed on that day, or open at other hours than its week and the public holidays say. Raises ValidationError by field."""
    row = _locked(calendar)
    if problem := _fault_of(hours):
        raise ValidationError({"hours": problem})
    if not 2000 <= day.year <= 2199:
        raise ValidationError(
            {"day": _("The year must lie between %(first)s and %(last)s.") % {"first": 2000, "last": 2199}}
        )
    known = CalendarDay.objects.filter(calendar=row)
    if known.count() >= MOST_OWN_DAYS and not known.filter(day=day).exists():
        raise ValidationError({"day": _("At most %(most)s days.") % {"most": MOST_OWN_DAYS}})
    values = {"hours": [list(one) for one in hours], "name": clean_line(name, 120)}
    found, _made = CalendarDay.objects.update_or_create(calendar=row, day=day, defaults=values)
    _count_up(row, actor, {"own_days": (None, f"{day.isoformat()} {found}")})
    return found


@action(MANAGE, on_record=False)
def remove_own_day(calendar: BusinessCalendar, *, actor: User, day: date) -> None:
    """That day is like its week again. One that is not there changes nothing."""
    row = _locked(calendar)
    gone, _kinds = CalendarDay.objects.filter(calendar=row, day=day).delete()
    if gone:
        _count_up(row, actor, {"own_days": (day.isoformat(), None)})


@action(MANAGE, on_record=False)
def delete_business_calendar(calendar: BusinessCalendar, *, actor: User) -> None:
    """Raises ValidationError for the usual one, and for one that something is counted by."""
    row = _locked(calendar)
    if row.is_default:
        raise ValidationError(_("Make another calendar the usual one first."))
    try:
        row.delete()
    except ProtectedError:
        raise ValidationError(_("Service levels are counted by this calendar.")) from None
    record_change(
        "deleted", actor=actor, kind="business_calendar", record_id=calendar.pk, title=calendar.name
    )


def _check(row: BusinessCalendar, week: Week) -> None:
    problems: dict[str, Any] = {
        f"day-{day}": problem for day, hours in enumerate(week) if (problem := _fault_of(hours))
    }
    if not row.name:
        problems["name"] = _("A name is needed.")
    if zone_named(row.time_zone) is None:
        problems["time_zone"] = _("There is no time zone called “%(name)s”.") % {"name": row.time_zone[:60]}
    if row.country and not is_known(row.country):
        problems["country"] = _("Choose one of the list.")
    elif row.region and row.region not in regions_of(row.country):
        problems["region"] = _("Choose one of the list.")
    if len(week) != 7 or not any(week):
        problems["day-0"] = _("At least one day has hours.")
    if problems:
        raise ValidationError(problems)


def _fault_of(hours: Sequence[Minutes]) -> str:
    if len(hours) > MOST_RANGES:
        return _("At most %(most)s ranges a day.") % {"most": MOST_RANGES}
    if any(not 0 <= starts < ends <= DAY_MINUTES for starts, ends in hours):
        return _("The end comes before the beginning.")
    if any(one[1] > other[0] for one, other in pairwise(hours)):
        return _("Hours follow one another and do not overlap.")
    return ""


def _locked(calendar: BusinessCalendar) -> BusinessCalendar:
    return BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)


def _count_up(row: BusinessCalendar, actor: User, changes: dict[str, tuple[Any, Any]]) -> None:
    row.version += 1
    row.save(update_fields=["version"])
    _tell(row, actor, "changed", changes)


def _shown(row: BusinessCalendar) -> dict[str, Any]:
    return {
        name: getattr(row, name) for name in ("name", "time_zone", "week", "country", "region", "is_default")
    }


def _tell(row: BusinessCalendar, actor: User, verb: str, changes: dict[str, tuple[Any, Any]]) -> None:
    record_change(
        verb, actor=actor, kind="business_calendar", record_id=row.pk, title=row.name, changes=changes
    )
    publish(BusinessCalendarChanged(calendar_id=str(row.pk), name_given=row.name), actor=actor)
