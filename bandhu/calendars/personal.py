"""What calendars know about a person: told on request, and erased with the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bandhu.calendars.models import Attendee, Booking, Meeting
from bandhu.platform.files import erase_files_of

_ERASED = "–"


def meetings_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every meeting planned with the contact or in which the contact takes part, by time."""
    took_part = Attendee.objects.filter(contact=contact_id).values("meeting")
    rows = Meeting.objects.filter(Q(contact=contact_id) | Q(pk__in=took_part)).select_related("owner")
    return [
        {
            "title": one.title,
            "kind": one.kind,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "repeats": one.rule,
            "place": one.place,
            "link": one.link,
            "note": one.note,
            "with": str(one.owner),
            "state": one.state,
            "outcome": one.outcome,
        }
        for one in rows.order_by("starts_at", "pk")
    ]


def forget_meetings(contact_id: UUID) -> None:
    """The time stays taken in the owner's calendar; whatever was written about the person goes."""
    Attendee.objects.filter(contact=contact_id).delete()
    _forget_files(Meeting.objects.filter(contact=contact_id))
    Meeting.objects.filter(contact=contact_id).update(
        contact=None, title=_ERASED, note="", place="", link="", outcome="", reason="", custom={}
    )


def bookings_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every time the contact booked, with what they wrote."""
    rows = Booking.objects.filter(contact=contact_id).select_related("meeting").order_by("created_at")
    return [
        {
            "booked_at": one.created_at,
            "starts_at": one.meeting.starts_at,
            "name": one.name,
            "mail": one.mail,
            "phone": one.phone,
            "note": one.note,
            "time_zone": one.time_zone,
            "state": one.state,
        }
        for one in rows
    ]


def forget_bookings(contact_id: UUID) -> None:
    """That somebody booked stays; who it was, and what they wrote, goes."""
    rows = Booking.objects.filter(contact=contact_id)
    _forget_files(rows)
    rows.update(contact=None, name=_ERASED, mail="", phone="", note="", custom={})


def _forget_files(rows: QuerySet[Meeting] | QuerySet[Booking]) -> None:
    """What was put into their own fields."""
    erase_files_of(*rows.exclude(custom={}).values_list("pk", flat=True))
