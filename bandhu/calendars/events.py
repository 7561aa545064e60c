"""What happens in calendars. Moments are ISO 8601 in UTC; ids are texts."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class _Told:
    meeting_id: str
    contact_id: str | None
    company_id: str | None
    owner_id: str
    kind: str
    title: str
    starts_at: str
    ends_at: str
    time_zone: str
    state: str


@dataclass(frozen=True, kw_only=True)
class MeetingPlanned(_Told, Event, name="calendars.meeting_planned", sentence=_("A meeting was planned")):
    """A call counts too: see `kind`."""


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(_Told, Event, name="calendars.meeting_changed", sentence=_("A meeting was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(_Told, Event, name="calendars.meeting_moved", sentence=_("A meeting was moved")):
    was_at: str


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(
    _Told, Event, name="calendars.meeting_cancelled", sentence=_("A meeting was cancelled")
):
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeetingRestored(
    _Told, Event, name="calendars.meeting_restored", sentence=_("A cancelled meeting takes place after all")
):
    pass


@dataclass(frozen=True, kw_only=True)
class MeetingHeld(_Told, Event, name="calendars.meeting_held", sentence=_("A meeting was held")):
    outcome: str
    interaction_id: str | None


@dataclass(frozen=True, kw_only=True)
class MeetingBooked(Event, name="calendars.meeting_booked", sentence=_("A visitor booked a meeting")):
    booking_id: str
    meeting_id: str
    page_id: str
    contact_id: str
    owner_id: str
    starts_at: str


@dataclass(frozen=True, kw_only=True)
class BookingChanged(
    Event, name="calendars.booking_changed", sentence=_("Own fields of a booking were filled")
):
    """`fields` names those that changed ("custom.<key>"); another time or a cancellation is told of the meeting."""

    booking_id: str
    meeting_id: str
    page_id: str
    contact_id: str | None
    state: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class GuestAnswered(Event, name="calendars.guest_answered", sentence=_("A guest answered an invitation")):
    """`state` is accepted, declined or tentative; `contact_id` is empty for a guest who is only an address."""

    meeting_id: str
    contact_id: str | None
    owner_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class BusinessCalendarChanged(
    Event, name="calendars.business_calendar_changed", sentence=_("A business calendar was changed")
):
    """Whatever is counted by it is counted anew."""

    calendar_id: str
    name_given: str


@dataclass(frozen=True, kw_only=True)
class BookingPageChanged(
    Event, name="calendars.booking_page_changed", sentence=_("A booking page was set up")
):
    """`change` is created or changed; `slug` stands in the page's public address."""

    page_id: str
    title: str
    slug: str
    mode: str
    is_active: bool
    change: str
