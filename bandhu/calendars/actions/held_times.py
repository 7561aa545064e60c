"""A booking follows its meeting, whoever moved or cancelled that."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from bandhu.calendars.models import Booking, HeldTime, Meeting


def follow_meeting(meeting: Meeting) -> None:
    """Hold the time the meeting has now, or give it free. A colleague may move it onto another booking: then the meeting alone takes the time."""
    booking = Booking.objects.filter(meeting=meeting).select_related("page").first()
    if booking is None:
        return
    stands = meeting.state != Meeting.State.CANCELLED
    booking.state = Booking.State.BOOKED if stands else Booking.State.CANCELLED
    booking.save(update_fields=["state"])
    users = {*booking.held.values_list("user", flat=True)} or _people_of(meeting)
    booking.held.all().delete()
    if not stands:
        return
    page = booking.page
    begin = meeting.starts_at - timedelta(minutes=page.buffer_before)
    end = meeting.ends_at + timedelta(minutes=page.buffer_after)
    for user in users:
        try:
            with transaction.atomic():
                HeldTime.objects.create(booking=booking, user_id=user, during=(begin, end))
        except IntegrityError:
            continue


def _people_of(meeting: Meeting) -> set[UUID]:
    others = meeting.attendees.filter(user__isnull=False).values_list("user", flat=True)
    return {meeting.owner_id, *(one for one in others if one)}
