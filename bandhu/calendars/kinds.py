"""What meetings and bookings are made of, said once: lists, filters, own fields and export read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.actions import change_booking, change_meeting
from bandhu.calendars.models import Booking, Meeting
from bandhu.calendars.queries import bookings_within, meetings
from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _WHEN = _("Meeting"), _("Who"), _("When")


def _kinds() -> Sequence[tuple[str, Any]]:
    return Meeting.Kind.choices


def _states() -> Sequence[tuple[str, Any]]:
    return Meeting.State.choices


MEETING = RecordKind(
    name="meeting",
    label=_("Meeting"),
    plural=_("Meetings"),
    icon="calendar-days",
    model=Meeting,
    view_permission="calendars.view_meeting",
    change_permission="calendars.change_meeting",
    create_permission="calendars.plan_meeting",
    url=lambda record: reverse("calendars:meeting", args=[getattr(record, "pk", record)]),
    list_url_name="calendars:meetings",
    new_url_name="calendars:planning",
    # Private ones are read by their owner and by who takes part, here and in exports.
    within=meetings,
    fields=[
        Field(name="title", label=_("Title"), path="title", sort="title", group=_WHAT),
        Field(name="kind", label=_("Kind"), type="choice", path="kind", choices=_kinds, group=_WHAT),
        Field(name="state", label=_("State"), type="choice", path="state", choices=_states, group=_WHAT),
        Field(name="starts_at", label=_("Begins"), type="datetime", path="starts_at", sort="starts_at", needs=("title",), group=_WHEN),
        Field(name="ends_at", label=_("Ends"), type="datetime", path="ends_at", sort="ends_at", group=_WHEN),
        Field(name="time_zone", label=_("Time zone"), type="time_zone", path="time_zone", group=_WHEN),
        Field(name="is_all_day", label=_("All day"), type="boolean", path="is_all_day", group=_WHEN),
        Field(name="rule", label=_("Repeats"), path="rule", group=_WHEN),
        Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="company", label=_("Company"), path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
        Field(name="owner", label=_("Owner"), type="user", path="owner", group=_WHO),
        Field(name="team", label=_("Team"), type="team", path="team", group=_WHO),
        Field(name="place", label=_("Place"), path="place", group=_WHAT),
        Field(name="link", label=_("Link"), type="url", path="link", group=_WHAT),
        Field(name="note", label=_("Note"), type="long_text", path="note", group=_WHAT),
        Field(name="outcome", label=_("Outcome"), path="outcome", group=_WHAT),
        Field(name="reason", label=_("Reason"), path="reason", group=_WHAT),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", group=_WHEN),
    ],
    default_columns=("title", "starts_at", "ends_at", "contact", "company", "owner", "state"),
    default_sort="-starts_at",
    change=change_meeting,
    unmasked=may_see,
    custom_fields=True,
    search_hint=_("Words of the title"),
    empty_text=_("Meetings and calls that were planned, a series once. Plan the first one here or in the calendar."),
)  # fmt: skip


def _booking_states() -> Sequence[tuple[str, Any]]:
    return Booking.State.choices


BOOKING = RecordKind(
    name="booking",
    label=_("Booking"),
    plural=_("Bookings"),
    icon="calendar-check",
    model=Booking,
    view_permission="calendars.view_bookingpage",
    change_permission="calendars.change_meeting",
    create_permission="",
    url=lambda record: reverse("calendars:booking", args=[getattr(record, "pk", record)]),
    list_url_name="calendars:bookings",
    within=bookings_within,
    fields=[
        Field(name="name", label=_("Name"), path="name", group=_WHO),
        Field(name="starts_at", label=_("Begins"), type="datetime", path="meeting__starts_at", group=_WHEN),
        Field(name="ends_at", label=_("Ends"), type="datetime", path="meeting__ends_at", group=_WHEN),
        Field(name="page", label=_("Booking page"), path="page__slug", group=_WHAT),
        Field(name="host", label=_("Owner"), type="user", path="meeting__owner", needs=("meeting__owner",), group=_WHO),
        Field(name="state", label=_("State"), type="choice", path="state", choices=_booking_states, group=_WHAT),
        Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="mail", label=_("Mail address"), path="mail", group=_WHO),
        Field(name="phone", label=_("Telephone"), type="phone", path="phone", masked_by="customers.see_phones", group=_WHO),
        Field(name="note", label=_("Note"), type="long_text", path="note", group=_WHAT),
        Field(name="time_zone", label=_("Time zone"), type="time_zone", path="time_zone", group=_WHEN),
        Field(name="language", label=_("Language"), type="language", path="language", group=_WHO),
        Field(name="created_at", label=_("Booked"), type="datetime", path="created_at", sort="created_at", group=_WHEN),
    ],
    default_columns=("name", "starts_at", "page", "host", "state", "contact", "created_at"),
    default_sort="-created_at",
    # Its own fields alone: the time is moved where everybody concerned is told.
    change=change_booking,
    custom_fields=True,
    unmasked=may_see,
    search_hint=_("Name or mail address of the visitor"),
    empty_text=_("Times that visitors chose on booking pages."),
)  # fmt: skip
