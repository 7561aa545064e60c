"""REST: when the house is open (business calendars with their own days), and when somebody can be booked.

Hours are [from, to] in minutes of the day on the wall clock; a week is seven lists of them, Monday first.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.calendars import actions, queries
from bandhu.calendars.models import BusinessCalendar
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.public_url import absolute
from bandhu.platform.rest import (
    Day,
    Given,
    PageOf,
    Whole,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    stamped,
)

router = Router(tags=["calendar"])
MANAGE, PLAN, SEE = "calendars.manage_business_calendars", "calendars.plan_meeting", "calendars.view_meeting"
_ONE, _DAY = "/business-calendars/{calendar_id}", "/business-calendars/{calendar_id}/days/{day}"
Minute = Annotated[Whole, Field(ge=0, le=1440)]
Hours = Annotated[list[Annotated[list[Minute], Field(min_length=2, max_length=2)]], Field(max_length=8)]
Week = Annotated[list[Hours], Field(min_length=7, max_length=7)]
# The end of a day that people mean by midnight, as a clock can say it.
_LAST = 24 * 60 - 1


class OwnDayOut(Schema):
    """A day unlike its week: closed (no `hours`), or open at other hours."""

    day: date
    name: str
    hours: list[list[int]]


class BusinessCalendarOut(Schema):
    """`country` and `region` say whose public holidays it keeps ("" for none). `days` are its own closed and open days from this year on."""

    id: UUID
    name: str
    time_zone: str
    week: list[list[list[int]]]
    country: str
    region: str
    is_default: bool
    days: list[OwnDayOut]

    @staticmethod
    def resolve_days(calendar: BusinessCalendar) -> list[Any]:
        return queries.own_days_of(calendar)


class BusinessCalendarIn(Given):
    """With `is_default` it is the one for everything that names no other; there is always one."""

    name: str = Field(max_length=100)
    time_zone: str = Field(max_length=64)
    week: Week
    country: str = Field("", max_length=2)
    region: str = Field("", max_length=10)
    is_default: YesNo = False


class BusinessCalendarPatch(Given):
    """What is not sent stays. Service levels are counted anew."""

    name: str | None = Field(None, max_length=100)
    time_zone: str | None = Field(None, max_length=64)
    week: Week | None = None
    country: str | None = Field(None, max_length=2)
    region: str | None = Field(None, max_length=10)
    is_default: YesNo | None = None


class OwnDayIn(Given):
    """No `hours`: closed."""

    hours: Hours = Field(default_factory=list)
    name: str = Field("", max_length=120)


class WorkingHoursIO(Given):
    """When the caller can be booked, on the wall clock of their own zone."""

    week: Week


class DayOffOut(Schema):
    """Days on which somebody is not booked; both count."""

    id: UUID
    first_day: date
    last_day: date


class DayOffIn(Given):
    """At most a year."""

    first_day: Day
    last_day: Day


class FeedOut(Schema):
    """The secret address of the caller's calendar (iCalendar); it is told once."""

    address: str


@router.get("/business-calendars", response=answers(PageOf[BusinessCalendarOut]))
def list_business_calendars(request: HttpRequest) -> Any:
    """All of them, the usual one first."""
    require_anywhere(request.user, MANAGE)
    return {"items": queries.business_calendars(request.user), "next": None}


@router.post("/business-calendars", response=answers(BusinessCalendarOut, 201))
def create_business_calendar(
    request: HttpRequest, response: HttpResponse, payload: BusinessCalendarIn
) -> Any:
    """A new one. 422 names the day of the week as `day-0` (Monday) to `day-6`."""
    made = actions.set_business_calendar(None, actor=request.user, **payload.dict())
    return Status(201, stamped(response, BusinessCalendarOut, made))


@router.get(_ONE, response=answers(BusinessCalendarOut))
def get_business_calendar(request: HttpRequest, response: HttpResponse, calendar_id: UUID) -> Any:
    """One calendar."""
    return stamped(response, BusinessCalendarOut, _found(request, calendar_id))


@router.patch(_ONE, response=answers(BusinessCalendarOut))
def change_business_calendar(
    request: HttpRequest, response: HttpResponse, calendar_id: UUID, payload: BusinessCalendarPatch
) -> Any:
    """Change what is sent."""
    found = _found(request, calendar_id)
    with held_as_read(request, BusinessCalendarOut, found):
        names = ("name", "time_zone", "week", "country", "region", "is_default")
        whole = {name: getattr(found, name) for name in names} | changes_in(payload)
        changed = actions.set_business_calendar(found, actor=request.user, **whole)
    return stamped(response, BusinessCalendarOut, changed)


@router.delete(_ONE, response=answers(None, 204))
def delete_business_calendar(request: HttpRequest, calendar_id: UUID) -> Any:
    """Only one that is not the usual one and that nothing is counted by (422)."""
    found = _found(request, calendar_id)
    with held_as_read(request, BusinessCalendarOut, found):
        actions.delete_business_calendar(found, actor=request.user)
    return Status(204, None)


@router.put(_DAY, response=answers(BusinessCalendarOut))
def set_own_day(
    request: HttpRequest, response: HttpResponse, calendar_id: UUID, day: Day, payload: OwnDayIn
) -> Any:
    """Closed on that day, or open at other hours than its week and the public holidays say."""
    found = _found(request, calendar_id)
    with held_as_read(request, BusinessCalendarOut, found):
        actions.set_own_day(found, actor=request.user, day=day, **payload.dict())
    return stamped(response, BusinessCalendarOut, _found(request, calendar_id))


@router.delete(_DAY, response=answers(None, 204))
def remove_own_day(request: HttpRequest, calendar_id: UUID, day: Day) -> Any:
    """That day is like its week again."""
    found = _found(request, calendar_id)
    with held_as_read(request, BusinessCalendarOut, found):
        actions.remove_own_day(found, actor=request.user, day=day)
    return Status(204, None)


def _found(request: HttpRequest, calendar_id: UUID) -> BusinessCalendar:
    require_anywhere(request.user, MANAGE)
    return queries.business_calendar_for(request.user, calendar_id)


@router.get("/me/working-hours", response=answers(WorkingHoursIO))
def get_working_hours(request: HttpRequest) -> Any:
    """When the caller can be booked."""
    require_anywhere(request.user, PLAN)
    return {"week": _week_of(request.user)}


@router.put("/me/working-hours", response=answers(WorkingHoursIO))
def set_working_hours(request: HttpRequest, payload: WorkingHoursIO) -> Any:
    """The whole week anew. 422 names the day as `day-0` (Monday) to `day-6`."""
    hours = {
        day: [(_clock(one[0]), _clock(one[1])) for one in ranges] for day, ranges in enumerate(payload.week)
    }
    actions.set_working_hours(actor=request.user, hours=hours)
    return {"week": _week_of(request.user)}


def _week_of(user: Any) -> list[list[list[int]]]:
    held = queries.hours_of(user)
    return [[[_minutes(one.starts), _minutes(one.ends)] for one in held[day]] for day in range(7)]


def _clock(minutes: int) -> time:
    whole = min(minutes, _LAST)
    return time(whole // 60, whole % 60)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


@router.get("/me/days-off", response=answers(PageOf[DayOffOut]))
def list_days_off(request: HttpRequest) -> Any:
    """The caller's own that are not over."""
    require_anywhere(request.user, PLAN)
    return {"items": queries.days_off_of(request.user), "next": None}


@router.post("/me/days-off", response=answers(DayOffOut, 201))
def add_day_off(request: HttpRequest, payload: DayOffIn) -> Any:
    """Nobody books the caller on these days."""
    return Status(201, actions.add_day_off(actor=request.user, **payload.dict()))


@router.delete("/me/days-off/{day_off_id}", response=answers(None, 204))
def remove_day_off(request: HttpRequest, day_off_id: UUID) -> Any:
    """One of the caller's own."""
    require_anywhere(request.user, PLAN)
    if all(one.pk != day_off_id for one in queries.days_off_of(request.user)):
        raise OutOfReach
    actions.remove_day_off(actor=request.user, pk=day_off_id)
    return Status(204, None)


@router.post("/me/calendar-feed", response=answers(FeedOut, 201))
def make_calendar_feed(request: HttpRequest) -> Any:
    """A new address; the one before stops working."""
    secret = actions.make_feed(actor=request.user)
    return Status(201, {"address": absolute(reverse("calendars:feed", args=[secret]))})


@router.delete("/me/calendar-feed", response=answers(None, 204))
def revoke_calendar_feed(request: HttpRequest) -> Any:
    """The address stops working at once."""
    actions.revoke_feed(actor=request.user)
    return Status(204, None)
