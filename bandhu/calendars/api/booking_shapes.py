"""Schemas of booking pages and bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from ninja import Schema
from pydantic import Field

from bandhu.calendars.models import Booking, BookingPage, Meeting
from bandhu.platform.public_url import absolute
from bandhu.platform.rest import Given, Moment, Whole, YesNo

Texts = dict[str, str]


class BookingPageOut(Schema):
    """`mode`: person, team (all together) or round (in turn). Lengths are minutes, `days_ahead` days, `remind_before` hours.

    Texts are {language: text}. `purpose` is what the visitor may agree to, in the words of `wordings`; `address` is the page itself.
    """

    id: UUID
    slug: str
    address: str
    mode: str
    kind: str
    titles: Texts
    introductions: Texts
    languages: list[str]
    minutes: int
    step: int
    buffer_before: int
    buffer_after: int
    notice: int
    days_ahead: int
    remind_before: int
    daily_limit: int | None
    place: str
    link: str
    purpose: str | None
    wordings: Texts
    is_active: bool
    host_ids: list[UUID]

    @staticmethod
    def resolve_address(page: BookingPage) -> str:
        return absolute(reverse("calendars:book", args=[page.slug]))

    @staticmethod
    def resolve_purpose(page: BookingPage) -> str | None:
        return page.purpose.key if page.purpose else None

    @staticmethod
    def resolve_host_ids(page: BookingPage) -> list[UUID]:
        return [one.user_id for one in page.hosts.all()]


class BookingPagePatch(Given):
    """What is sent is changed; texts and hosts as a whole. `daily_limit` null is no limit, `purpose` null asks for nothing."""

    slug: str | None = Field(None, max_length=60)
    mode: BookingPage.Mode | None = None
    kind: Meeting.Kind | None = None
    titles: Texts | None = None
    introductions: Texts | None = None
    languages: list[str] | None = Field(None, max_length=20)
    minutes: Whole | None = None
    step: Whole | None = None
    buffer_before: Whole | None = None
    buffer_after: Whole | None = None
    notice: Whole | None = None
    days_ahead: Whole | None = None
    remind_before: Whole | None = None
    daily_limit: Whole | None = None
    place: str | None = Field(None, max_length=300)
    link: str | None = Field(None, max_length=2000)
    purpose: str | None = Field(None, max_length=60)
    wordings: Texts | None = None
    is_active: YesNo | None = None
    host_ids: list[UUID] | None = Field(None, max_length=30)


class BookingPageIn(BookingPagePatch):
    """Without `host_ids` your own time is booked; without `languages` those of the titles."""

    titles: Texts


class FreeTimeOut(Schema):
    """A beginning and who is free then."""

    starts_at: datetime
    host_ids: list[UUID]


class BookingIn(Given):
    """Who books which time; the contact is found or made by the duplicate rules. `custom` are own fields by key."""

    starts_at: Moment
    name: str = Field(max_length=200)
    mail: str = Field(max_length=254)
    phone: str = Field("", max_length=60)
    note: str = Field("", max_length=5000)
    time_zone: str = Field("UTC", max_length=64)
    language: str = Field("en", max_length=10)
    custom: dict[str, Any] = {}


class BookingPatch(Given):
    """Own fields by key, null to empty one."""

    custom: dict[str, Any]


class BookingMoveIn(Given):
    """Another free time of the same page."""

    starts_at: Moment


class BookingOut(Schema):
    """One booking and its meeting."""

    id: UUID
    meeting_id: UUID
    state: str
    name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    custom: dict[str, Any]
    created_at: datetime


class BookingAsRead(Schema):
    """What of a booking may become another: its ETag stands for it."""

    id: UUID
    meeting_version: int
    custom: dict[str, Any]

    @staticmethod
    def resolve_meeting_version(booking: Booking) -> int:
        return booking.meeting.version
