"""REST: booking pages with their free times and bookings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from bandhu.calendars import actions, queries
from bandhu.calendars.api.booking_shapes import (
    BookingAsRead,
    BookingIn,
    BookingMoveIn,
    BookingOut,
    BookingPageIn,
    BookingPageOut,
    BookingPagePatch,
    BookingPatch,
    FreeTimeOut,
)
from bandhu.calendars.api.calendar import aware, window
from bandhu.calendars.api.shapes import FreeDaysQuery, MeetingReasonIn
from bandhu.calendars.models import Booking, BookingPage
from bandhu.identity import queries as identity
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.custom_fields import seen_values_by
from bandhu.platform.rest import (
    PageOf,
    answers,
    changes_in,
    held_as_read,
    renamed,
    stamped,
)
from bandhu.privacy import queries as privacy

router = Router(tags=["calendar"])
_PAGE, _BOOKING = "/booking-pages/{page_id}", "/bookings/{booking_id}"
_MAY_BE_EMPTY = ("daily_limit", "purpose")


@router.get("/booking-pages", response=answers(PageOf[BookingPageOut]))
def list_booking_pages(request: HttpRequest) -> Any:
    """Every booking page you may see, those out of use too."""
    return {"items": queries.booking_pages(request.user)[:500], "next": None}


@router.post("/booking-pages", response=answers(BookingPageOut, 201))
def create_booking_page(request: HttpRequest, response: HttpResponse, payload: BookingPageIn) -> Any:
    """A new page; strangers can book at once."""
    require_anywhere(request.user, "calendars.create_bookingpage")
    values = {"hosts": [request.user], "languages": list(payload.titles)} | _values(request, payload)
    with renamed("hosts", "host_ids"):
        made = actions.create_booking_page(actor=request.user, **values)
    return Status(201, stamped(response, BookingPageOut, queries.booking_page_for(request.user, made.pk)))


@router.get(_PAGE, response=answers(BookingPageOut))
def get_booking_page(request: HttpRequest, response: HttpResponse, page_id: UUID) -> Any:
    """One page; the ETag stands for what it shows."""
    return stamped(response, BookingPageOut, queries.booking_page_for(request.user, page_id))


@router.patch(_PAGE, response=answers(BookingPageOut))
def change_booking_page(
    request: HttpRequest, response: HttpResponse, page_id: UUID, payload: BookingPagePatch
) -> Any:
    """Change what is sent; `is_active` false retires it. Bookings stay as they were made."""
    found = queries.booking_page_for(request.user, page_id)
    require(request.user, "calendars.change_bookingpage", found)
    with held_as_read(request, BookingPageOut, found), renamed("hosts", "host_ids"):
        actions.change_booking_page(found, actor=request.user, **_values(request, payload, found))
    return stamped(response, BookingPageOut, queries.booking_page_for(request.user, page_id))


@router.get(f"{_PAGE}/free-times", response=answers(PageOf[FreeTimeOut]))
def list_free_times(request: HttpRequest, page_id: UUID, asked: Annotated[FreeDaysQuery, Query(...)]) -> Any:
    """Times that can be booked on these days."""
    page = queries.booking_page_for(request.user, page_id)
    found = queries.free_times(page, *window(asked))
    items = [{"starts_at": one.starts, "host_ids": list(one.hosts)} for one in found]
    return {"items": items, "next": None}


@router.get(f"{_PAGE}/bookings", response=answers(PageOf[BookingOut]))
def list_bookings(request: HttpRequest, page_id: UUID) -> Any:
    """The last bookings of the page, the latest meeting first."""
    page = queries.booking_page_for(request.user, page_id)
    rows = queries.bookings_of(request.user, page, most=200)
    own = seen_values_by(request.user, "booking")
    return {"items": [_booking(one, own) for one in rows], "next": None}


@router.post(f"{_PAGE}/bookings", response=answers(BookingOut, 201))
def book(request: HttpRequest, response: HttpResponse, page_id: UUID, payload: BookingIn) -> Any:
    """Book a free time for somebody; 422 on "start" when it is no longer free."""
    page = queries.booking_page_for(request.user, page_id)
    given = payload.dict()
    starts_at, custom = aware(given.pop("starts_at"), "starts_at"), given.pop("custom")
    visitor = actions.Visitor(**given)
    made = actions.book_for(page, actor=request.user, starts_at=starts_at, visitor=visitor, custom=custom)
    return Status(201, _answer(request, response, made.pk))


@router.get(_BOOKING, response=answers(BookingOut))
def get_booking(request: HttpRequest, response: HttpResponse, booking_id: UUID) -> Any:
    """One booking; the ETag stands for its own fields and its meeting."""
    return _answer(request, response, booking_id)


@router.patch(_BOOKING, response=answers(BookingOut))
def change_booking(
    request: HttpRequest, response: HttpResponse, booking_id: UUID, payload: BookingPatch
) -> Any:
    """Fill or correct own fields of a booking; another time is chosen by "move"."""
    found = queries.booking_for(request.user, booking_id)
    require(request.user, "calendars.change_meeting", found.page)
    with held_as_read(request, BookingAsRead, found):
        actions.change_booking(found, actor=request.user, custom=payload.custom)
    return _answer(request, response, booking_id)


@router.post(f"{_BOOKING}/move", response=answers(BookingOut))
def move_booking(
    request: HttpRequest, response: HttpResponse, booking_id: UUID, payload: BookingMoveIn
) -> Any:
    """To another free time of the same people; whoever booked is told. 422 on "start" when it is not free."""
    found = queries.booking_for(request.user, booking_id)
    starts_at = aware(payload.starts_at, "starts_at")
    with held_as_read(request, BookingAsRead, found):
        actions.move_booked(found.meeting, actor=request.user, starts_at=starts_at)
    return _answer(request, response, booking_id)


@router.post(f"{_BOOKING}/cancellation", response=answers(BookingOut))
def cancel_booking(
    request: HttpRequest, response: HttpResponse, booking_id: UUID, payload: MeetingReasonIn
) -> Any:
    """It does not take place; whoever booked is told. Said twice it happens once."""
    found = queries.booking_for(request.user, booking_id)
    with held_as_read(request, BookingAsRead, found):
        actions.cancel_booked(found.meeting, actor=request.user, reason=payload.reason)
    return _answer(request, response, booking_id)


def _values(
    request: HttpRequest, payload: BookingPagePatch, page: BookingPage | None = None
) -> dict[str, Any]:
    """What was sent, as the actions take it; null changes nothing except what may be empty."""
    values = changes_in(payload, *_MAY_BE_EMPTY)
    if values.get("purpose") is not None:
        known = {one.key: one for one in privacy.purposes(request.user)}
        if values["purpose"] not in known:
            raise ValidationError(
                {"purpose": _("There is no purpose “%(key)s”.") % {"key": values["purpose"]}}
            )
        values["purpose"] = known[values["purpose"]]
    if "host_ids" in values:
        wanted = list(dict.fromkeys(values.pop("host_ids")))
        people = {one.user_id: one.user for one in page.hosts.select_related("user")} if page else {}
        people |= {one.pk: one for one in identity.colleagues(request.user).filter(pk__in=wanted)}
        if any(pk not in people for pk in wanted):
            raise ValidationError({"host_ids": _("There is no such colleague.")})
        values["hosts"] = [people[pk] for pk in wanted]
    return values


def _answer(request: HttpRequest, response: HttpResponse, booking_id: UUID) -> dict[str, Any]:
    found = queries.booking_for(request.user, booking_id)
    stamped(response, BookingAsRead, found)
    return _booking(found, seen_values_by(request.user, "booking"))


def _booking(one: Booking, own: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    names = ("id", "meeting_id", "state", "name", "time_zone", "created_at")
    return {name: getattr(one, name) for name in names} | {
        "starts_at": one.meeting.starts_at,
        "ends_at": one.meeting.ends_at,
        "custom": own(one),
    }
