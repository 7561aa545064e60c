"""REST: meetings, and the calendar with occurrences of series."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from bandhu.calendars import actions, queries
from bandhu.calendars.actions.meetings import People
from bandhu.calendars.api.shapes import (
    CalendarEntryOut,
    DaysQuery,
    FreeDaysQuery,
    HeldIn,
    MeetingIn,
    MeetingOut,
    MeetingPatch,
    MeetingReasonIn,
    MeetingsQuery,
    OccurrenceIn,
)
from bandhu.calendars.models import Meeting
from bandhu.calendars.wall_clock import moment_typed, zone_for
from bandhu.customers import queries as customers
from bandhu.identity import queries as identity
from bandhu.platform.custom_fields import seen_values
from bandhu.platform.rest import (
    PageOf,
    answers,
    changes_in,
    page_of,
    wanted_version,
    with_version,
)

router = Router(tags=["calendar"])
_LONGEST = 62


@router.get("/meetings", response=answers(PageOf[MeetingOut]))
def list_meetings(request: HttpRequest, asked: Annotated[MeetingsQuery, Query(...)]) -> Any:
    """By their beginning; a series once, by its first."""
    rows = queries.meetings(request.user).select_related("contact", "company").prefetch_related("attendees")
    wanted = {name: getattr(asked, name) for name in ("owner_id", "contact_id", "company_id", "state")}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.since:
        rows = rows.filter(starts_at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(starts_at__lt=_midnight(asked.until) + timedelta(days=1))
    return page_of(rows, ["starts_at"], asked, lambda one: _shape(request, one))


@router.post("/meetings", response=answers(MeetingOut, 201))
def plan_meeting(request: HttpRequest, response: HttpResponse, payload: MeetingIn) -> Any:
    """A new meeting of your own."""
    given, people = _arguments(request, payload)
    given.setdefault("custom", {})
    contact, company = given.pop("contact_id", None), given.pop("company_id", None)
    if contact and company:
        raise ValidationError({"company_id": _("Send one of contact_id and company_id.")})
    if contact:
        given["customer"] = customers.contact_for(request.user, contact)
    elif company:
        given["customer"] = customers.company_for(request.user, company)
    made = actions.plan_meeting(actor=request.user, people=people, **given)
    return Status(201, _answer(request, response, made))


@router.get("/meetings/{meeting_id}", response=answers(MeetingOut))
def get_meeting(request: HttpRequest, response: HttpResponse, meeting_id: UUID) -> Any:
    """One meeting; its version is the ETag."""
    return _answer(request, response, queries.meeting_for(request.user, meeting_id))


@router.patch("/meetings/{meeting_id}", response=answers(MeetingOut))
def change_meeting(
    request: HttpRequest, response: HttpResponse, meeting_id: UUID, payload: MeetingPatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.meeting_for(request.user, meeting_id)
    given, people = _arguments(request, payload, found.time_zone)
    actions.change_meeting(
        found,
        actor=request.user,
        people=people,
        expected_version=wanted_version(request, found.version),
        **given,
    )
    return _answer(request, response, queries.meeting_for(request.user, meeting_id))


@router.post("/meetings/{meeting_id}/occurrences", response=answers(MeetingOut))
def single_out(request: HttpRequest, response: HttpResponse, meeting_id: UUID, payload: OccurrenceIn) -> Any:
    """One occurrence of a series as a meeting of its own, to be changed, cancelled or held by itself."""
    found = queries.meeting_for(request.user, meeting_id)
    one = actions.occurrence_of(found, actor=request.user, at=aware(payload.at, "at", found.time_zone))
    return _answer(request, response, one)


@router.post("/meetings/{meeting_id}/cancellation", response=answers(MeetingOut))
def cancel_meeting(
    request: HttpRequest, response: HttpResponse, meeting_id: UUID, payload: MeetingReasonIn
) -> Any:
    """It does not take place; of a series, none does."""
    found = queries.meeting_for(request.user, meeting_id)
    actions.cancel_meeting(found, actor=request.user, reason=payload.reason)
    return _answer(request, response, found)


@router.post("/meetings/{meeting_id}/restoration", response=answers(MeetingOut))
def restore_meeting(request: HttpRequest, response: HttpResponse, meeting_id: UUID) -> Any:
    """It takes place after all."""
    found = queries.meeting_for(request.user, meeting_id)
    actions.restore_meeting(found, actor=request.user)
    return _answer(request, response, found)


@router.post("/meetings/{meeting_id}/outcome", response=answers(MeetingOut))
def hold_meeting(request: HttpRequest, response: HttpResponse, meeting_id: UUID, payload: HeldIn) -> Any:
    """It was held; with a customer it stands on the timeline, once."""
    found = queries.meeting_for(request.user, meeting_id)
    actions.hold_meeting(found, actor=request.user, **payload.dict())
    return _answer(request, response, found)


@router.get("/calendar", response=answers(PageOf[CalendarEntryOut]))
def calendar(request: HttpRequest, asked: Annotated[DaysQuery, Query(...)]) -> Any:
    """Everything that stands in a calendar on these days, occurrences of series one by one."""
    since, until = window(asked)
    people, _name = queries.people_shown(request.user, str(asked.user_id or ""))
    found = queries.entries_between(request.user, people, since, until)
    return {"items": [_entry(one) for one in found], "next": None}


def _arguments(request: HttpRequest, payload: MeetingPatch, zone: str = "") -> tuple[dict[str, Any], People]:
    given = changes_in(payload)
    ids = given.pop("user_ids", None)
    users = None if ids is None else list(identity.colleagues(request.user).filter(pk__in=ids))
    if ids is not None and len(users or ()) != len({*ids}):
        raise ValidationError({"user_ids": _("There is no such colleague.")})
    for name in ("starts_at", "ends_at"):
        if name in given:
            given[name] = aware(given[name], name, given.get("time_zone", zone))
    return given, People(users=users, addresses=given.pop("addresses", None))


def aware(moment: datetime, field: str, zone: str = "") -> datetime:
    """A time without an offset is one on the clocks of the meeting's zone, else of the user's."""
    if moment.tzinfo:
        return moment
    try:
        return moment_typed(moment, zone_for(zone or timezone.get_current_timezone_name()))
    except ValidationError as problem:
        raise ValidationError({field: problem.messages}) from None


def _midnight(day: Any) -> datetime:
    if not 1971 < day.year < 2199:
        raise ValidationError(
            {"since": _("The year must lie between %(first)s and %(last)s.") % {"first": 1972, "last": 2198}}
        )
    return datetime.combine(day, time(), timezone.get_current_timezone())


def window(asked: DaysQuery | FreeDaysQuery) -> tuple[datetime, datetime]:
    """From the first midnight to the last. Raises ValidationError for days that are none, or too many."""
    if not 0 <= (asked.until - asked.since).days < _LONGEST:
        raise ValidationError(
            {"until": _("At most %(days)d days, the last one not before the first.") % {"days": _LONGEST}}
        )
    return _midnight(asked.since), _midnight(asked.until) + timedelta(days=1)


def _answer(request: HttpRequest, response: HttpResponse, meeting: Meeting) -> dict[str, Any]:
    with_version(response, meeting.version)
    return _shape(request, meeting)


def _shape(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    computed = ("contact_id", "company_id", "user_ids", "addresses", "guests", "custom")
    seen = queries.customers_seen(request.user, meeting)
    people = list(meeting.attendees.all())
    seen_contact = seen["contact"].pk if "contact" in seen else None
    return {name: getattr(meeting, name) for name in MeetingOut.model_fields if name not in computed} | {
        "contact_id": seen_contact,
        "company_id": seen["company"].pk if "company" in seen else None,
        "user_ids": [one.user_id for one in people if one.user_id],
        "addresses": [one.address for one in people if one.address],
        "custom": seen_values(request.user, "meeting", meeting),
        "guests": [one for one in people if not one.user_id and one.contact_id in (None, seen_contact)],
    }


def _entry(one: queries.Entry) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.pk,
        "occurrence": one.starts if one.at else None,
        "title": one.title,
        "starts_at": one.starts,
        "ends_at": one.ends,
        "is_all_day": one.is_all_day,
        "state": one.state,
    }
