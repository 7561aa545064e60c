"""Booking pages, and the times that are free on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from bandhu.calendars.availability import Wish, free_starts, open_ranges
from bandhu.calendars.days_away import days_away
from bandhu.calendars.models import Booking, BookingHost, BookingPage, DayOff, HeldTime, WorkingHours
from bandhu.calendars.queries.calendar import busy_between
from bandhu.calendars.queries.meetings import meetings
from bandhu.calendars.queries.people import colleagues_within
from bandhu.customers.queries import custom_lines
from bandhu.identity.masking import masked, seen
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.tokens import fingerprint
from bandhu.platform.time_zones import zone_named

VIEW, CHANGE = "calendars.view_bookingpage", "calendars.change_bookingpage"
# However far a page looks ahead, no more is computed at once.
MOST_DAYS = 62


@dataclass(frozen=True)
class FreeTime:
    """A beginning, and those who are free then, whose turn it is first."""

    starts: datetime
    hosts: tuple[UUID, ...]


def booking_pages(user: User, permission: str = VIEW) -> QuerySet[BookingPage]:
    """Every booking page the user may see, each once."""
    seen = BookingPage.objects.visible_to(user, permission).values("pk")
    return (
        BookingPage.objects.filter(pk__in=seen)
        .select_related("owner", "team", "purpose")
        .prefetch_related("hosts__user")
    )


def booking_page_for(user: User, pk: UUID) -> BookingPage:
    """One booking page; raises OutOfReach."""
    found = booking_pages(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def bookings_of(user: User, page: BookingPage, *, most: int = 50) -> list[Booking]:
    """The bookings of a page the user may see, the next to come first; the visitor is named to who may see the contact."""
    rows = page.bookings.select_related("meeting__owner", "contact").order_by("-meeting__starts_at")
    return list(rows[:most])


def booking_for(user: User, pk: UUID) -> Booking:
    """One booking of a page the user may see; raises OutOfReach."""
    rows = Booking.objects.filter(page__in=booking_pages(user).values("pk"))
    found = rows.select_related("page", "meeting__owner", "contact").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def bookings_within(user: User, permission: str = VIEW) -> QuerySet[Booking]:
    """The bookings of every page on which the user holds `permission`."""
    # Who is booked is joined: a page of two would give each twice.
    return Booking.objects.filter(page__in=BookingPage.objects.visible_to(user, permission).values("pk"))


def booking_shown(user: User, booking: Booking) -> dict[str, Any]:
    """What its page shows of a booking the user may see: contact and meeting as far as they may be seen, the telephone as it may be read."""
    change = bookings_within(user, "calendars.change_meeting")
    return {
        "booking": booking,
        "contact": seen(user, booking.contact, "customers.view_contact"),
        "phone": masked(user, booking, booking.phone, "phone"),
        "sees_meeting": meetings(user).filter(pk=booking.meeting_id).exists(),
        "fields": custom_lines(user, booking, "booking"),
        "may_change": change.filter(pk=booking.pk).exists(),
    }


def public_page(slug: str) -> BookingPage:
    """The page strangers see; 404 where there is none in use."""
    found = BookingPage.objects.filter(slug=slug, is_active=True).select_related("purpose").first()
    if found is None:
        raise Http404
    return found


def booking_with(secret: str) -> Booking:
    """The booking whose link this is; the secret is the permission. Raises OutOfReach."""
    rows = Booking.objects.select_related("page__purpose", "meeting__owner")
    found = rows.filter(sha256=fingerprint(secret)).first()
    if found is None:
        raise OutOfReach
    return found


def possible_hosts(user: User) -> QuerySet[User]:
    """Whose time the user may offer to strangers: the user's own, and within reach that of colleagues."""
    return colleagues_within(user, CHANGE)


def free_times(
    page: BookingPage,
    since: datetime,
    until: datetime,
    *,
    hosts: Sequence[BookingHost] | None = None,
    leaving_out: Booking | None = None,
) -> list[FreeTime]:
    """Times of a page between two moments, computed from working hours, meetings and bookings; `leaving_out` is one to be moved."""
    hosts = list(page.hosts.filter(user__is_active=True).select_related("user")) if hosts is None else hosts
    now = timezone.now()
    since = max(since, now + timedelta(minutes=page.notice))
    until = min(until, now + timedelta(days=page.days_ahead), since + timedelta(days=MOST_DAYS))
    if since >= until or not hosts:
        return []
    free = {host.user_id: {*_free_of(page, host.user, since, until, leaving_out)} for host in hosts}
    in_turn = sorted(
        hosts,
        key=lambda host: (host.last_booked_at or datetime.min.replace(tzinfo=UTC), host.position, host.pk),
    )
    together = page.mode == BookingPage.Mode.TEAM
    starts = set.intersection(*free.values()) if together else set.union(*free.values())
    return [
        FreeTime(at, tuple(host.user_id for host in in_turn if at in free[host.user_id]))
        for at in sorted(starts)
    ]


def free_days(times: Collection[FreeTime], zone: ZoneInfo) -> dict[date, list[FreeTime]]:
    """By the day they are on in the visitor's zone."""
    days: dict[date, list[FreeTime]] = {}
    for one in times:
        days.setdefault(one.starts.astimezone(zone).date(), []).append(one)
    return days


def _free_of(
    page: BookingPage, user: User, since: datetime, until: datetime, leaving_out: Booking | None
) -> list[datetime]:
    zone = zone_named(user.time_zone) or ZoneInfo(settings.DEFAULT_TIME_ZONE)
    wish = Wish(
        *(timedelta(minutes=one) for one in (page.minutes, page.step, page.buffer_before, page.buffer_after))
    )
    hours = WorkingHours.objects.filter(user=user).values_list("weekday", "starts", "ends")
    off = [*DayOff.objects.filter(user=user).values_list("first_day", "last_day"), *days_away(user.pk)]
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    opened = open_ranges(hours, off, zone, first, last)
    margin = timedelta(days=1)
    skipped = leaving_out.meeting_id if leaving_out else None
    busy = [one[1:] for one in busy_between([user.pk], since - margin, until + margin, without=skipped)]
    held = HeldTime.objects.filter(user=user, during__overlap=(since - margin, until + margin)).exclude(
        booking=leaving_out
    )
    busy += [(one.lower, one.upper) for one in held.values_list("during", flat=True)]
    found = free_starts(opened, busy, wish, since, until)
    full = _full_days(page, user, zone, first, last, leaving_out)
    return [one for one in found if one < until and one.astimezone(zone).date() not in full]


def _full_days(
    page: BookingPage, user: User, zone: ZoneInfo, first: date, last: date, leaving_out: Booking | None
) -> set[date]:
    if page.daily_limit is None:
        return set()
    margin = timedelta(days=1)
    begin = datetime.combine(first, datetime.min.time(), zone) - margin
    end = datetime.combine(last, datetime.min.time(), zone) + 2 * margin
    rows = page.bookings.filter(
        state=Booking.State.BOOKED, held__user=user, meeting__starts_at__range=(begin, end)
    )
    moments = rows.exclude(pk=leaving_out.pk if leaving_out else UUID(int=0)).values_list(
        "meeting__starts_at", flat=True
    )
    counted = Counter(one.astimezone(zone).date() for one in moments)
    return {day for day, number in counted.items() if number >= page.daily_limit}


def hours_of(user: User) -> dict[int, list[Any]]:
    """The user's own working hours by weekday."""
    found: dict[int, list[Any]] = {day: [] for day in range(7)}
    for one in WorkingHours.objects.filter(user=user):
        found[one.weekday].append(one)
    return found


def days_off_of(user: User) -> list[DayOff]:
    """The user's own days off that are not over."""
    return list(DayOff.objects.filter(user=user, last_day__gte=timezone.localdate()))
