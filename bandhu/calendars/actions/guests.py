"""Guests of a meeting: invited by mail, told when it changes, told when it is off.

What a guest is sent names the organizer and that guest, nobody else: customers do not learn of one another.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from bandhu.calendars.actions.sending import (
    account_of,
    language_of,
    organizer_of,
    send_letter,
    zone_of,
)
from bandhu.calendars.ics_writing import Guest, Invited, mail_of
from bandhu.calendars.meeting_words import meeting_values
from bandhu.calendars.models import Attendee, Booking, Meeting

INVITATION, MOVED, CANCELLED = "meeting_invitation", "meeting_moved", "meeting_cancelled"


def tell_guests(meeting: Meeting, *, is_moved: bool = False, gone: Iterable[Attendee] = ()) -> None:
    """Invite those who were not invited yet; with `is_moved`, all are asked again. `gone` are told that they are no longer needed."""
    if not meeting.invites:
        return
    for one in gone:
        if one.invited_at is not None:
            _send(meeting, one, CANCELLED, is_off=True)
    for one in guests_of(meeting):
        if is_moved and one.invited_at is not None:
            one.state, one.answered_at = Attendee.State.ASKED, None
            one.save(update_fields=["state", "answered_at"])
            _send(meeting, one, MOVED)
        elif one.invited_at is None and _send(meeting, one, INVITATION):
            one.invited_at = timezone.now()
            one.save(update_fields=["invited_at"])


def tell_guests_off(meeting: Meeting) -> None:
    """It was cancelled: whoever was invited hears of it, also when inviting was switched off since."""
    for one in meeting.attendees.filter(invited_at__isnull=False, user=None).select_related("contact"):
        _send(meeting, one, CANCELLED)


def guests_of(meeting: Meeting) -> list[Attendee]:
    """Who is no colleague and is not told as a visitor: the customer, further contacts, addresses."""
    visitor = Booking.objects.filter(meeting=meeting).values_list("contact", flat=True).first()
    if meeting.contact is not None and meeting.contact_id != visitor:
        Attendee.objects.get_or_create(meeting=meeting, contact=meeting.contact)
    rows = meeting.attendees.filter(user=None).select_related("contact")
    return [one for one in rows if not visitor or one.contact_id != visitor]


def _send(meeting: Meeting, one: Attendee, key: str, *, is_off: bool = False) -> bool:
    account, address = account_of(meeting), mail_of(one)
    if account is None or not address:
        return False
    contact = one.contact
    language = language_of(contact.language if contact else "", meeting.owner.language)
    zone = zone_of(contact.time_zone if contact else "", meeting)
    guest = Guest(address, str(one), one.state)
    mail = send_letter(
        meeting,
        key,
        account=account,
        to=guest,
        contact=contact,
        language=language,
        values=meeting_values(meeting, language=language, zone=zone),
        invited=Invited(organizer_of(meeting, account), [guest], is_off=is_off),
    )
    return mail is not None
