"""What requests and answers of calendars look like."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from bandhu.calendars.models import Meeting
from bandhu.platform.rest import Day, Given, Moment, Paging, YesNo


class MeetingGuestOut(Schema):
    """A guest who is no colleague, and the answer: asked, accepted, declined or tentative. An address, or a contact you may see."""

    contact_id: UUID | None
    address: str
    state: str
    invited_at: datetime | None
    answered_at: datetime | None


class MeetingOut(Schema):
    """A meeting or a call; with `rule` (RFC 5545) a series. `replaces` is set for an occurrence that differs from its series."""

    id: UUID
    version: int
    kind: str
    title: str
    note: str
    place: str
    link: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_all_day: bool
    is_private: bool
    is_busy: bool
    invites: bool
    contact_id: UUID | None
    company_id: UUID | None
    about_kind: str
    about_id: UUID | None
    owner_id: UUID
    state: str
    outcome: str
    rule: str
    series_id: UUID | None
    replaces: datetime | None
    uid: str
    sequence: int
    custom: dict[str, Any]
    user_ids: list[UUID]
    addresses: list[str]
    guests: list[MeetingGuestOut]


class MeetingPatch(Given):
    """What is sent is changed; of a series, all of it. With `invites` the customer and the guests are told by mail. A time without an offset is one of `time_zone`."""

    kind: Meeting.Kind | None = None
    title: str | None = Field(None, max_length=300)
    note: str | None = None
    place: str | None = Field(None, max_length=300)
    link: str | None = Field(None, max_length=2000)
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    time_zone: str | None = Field(None, max_length=64)
    is_all_day: YesNo | None = None
    is_private: YesNo | None = None
    is_busy: YesNo | None = None
    invites: YesNo | None = None
    rule: str | None = Field(None, max_length=500)
    user_ids: list[UUID] | None = Field(None, max_length=100)
    addresses: list[str] | None = Field(None, max_length=100)
    custom: dict[str, Any] | None = None


class MeetingIn(MeetingPatch):
    """At most one of contact_id and company_id."""

    title: str = Field(max_length=300)
    starts_at: Moment
    ends_at: Moment
    contact_id: UUID | None = None
    company_id: UUID | None = None


class MeetingsQuery(Paging):
    """Narrowed to an owner, a customer, a state, or to meetings that begin on these days of your zone."""

    owner_id: UUID | None = None
    contact_id: UUID | None = None
    company_id: UUID | None = None
    state: str = Field("", max_length=10)
    since: Day | None = None
    until: Day | None = None


class CalendarEntryOut(Schema):
    """What stands in a calendar: a meeting, an occurrence of a series (`occurrence` names it), a follow-up, or that somebody is busy."""

    kind: str
    id: UUID | None
    occurrence: datetime | None
    title: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool
    state: str


class DaysQuery(Schema):
    """Days in your zone, at most 62; `user_id` is you by default."""

    since: Day
    until: Day
    user_id: UUID | None = None


class FreeDaysQuery(Schema):
    """Days in your zone, at most 62."""

    since: Day
    until: Day


class HeldIn(Given):
    """What came of it."""

    outcome: str = Field("", max_length=120)
    note: str = ""


class MeetingReasonIn(Given):
    """Why it does not take place."""

    reason: str = Field("", max_length=300)


class OccurrenceIn(Given):
    """The moment at which the series has the occurrence."""

    at: Moment
