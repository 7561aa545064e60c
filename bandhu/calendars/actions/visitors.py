"""Mails about bookings: to the visitor, in the visitor's language and on the visitor's clock, and to whoever is booked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.calendars.actions.sending import account_of, language_of, organizer_of, send_letter, zone_of
from bandhu.calendars.booking_links import link_of
from bandhu.calendars.ics_writing import Guest, Invited
from bandhu.calendars.meeting_words import harmless_name, meeting_values, read_by
from bandhu.calendars.models import Attendee, Booking, Meeting
from bandhu.channels.models import MailAccount
from bandhu.identity.models import User
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.person_names import salutation
from bandhu.platform.public_url import absolute
from bandhu.platform.rate_limits import allow

CONFIRMED, MOVED, CANCELLED, REMINDER = (
    "booking_confirmed",
    "booking_moved",
    "booking_cancelled",
    "booking_reminder",
)
# Tokens a second, and at once: strangers may write anybody's address into the form, and nobody is to be flooded through us.
_PER_ADDRESS = (1 / 600, 10)
# As far ahead as a page may remind.
MOST_HOURS = 24 * 14


def tell_booking(booking: Booking, key: str, *, actor: User) -> None:
    """The visitor and who is booked hear of it, but for whoever did it here. Nothing is sent where the owner has no mailbox to write from."""
    meeting = booking.meeting
    account = account_of(meeting)
    if account is None:
        return
    if key == MOVED:
        _skip_late_reminder(booking)
    _tell_visitor(booking, key, account)
    for user in _hosts(meeting):
        if user != actor:
            _tell_host(booking, user, key, account)


def booking_of(meeting: Meeting) -> Booking | None:
    """The booking a meeting was made by."""
    return Booking.objects.filter(meeting=meeting).select_related("page", "contact").first()


def send_reminders(now: datetime | None = None) -> int:
    """Remind the visitors whose meeting comes near, once for each time it has; called by the clock. Returns how many."""
    moment = now or timezone.now()
    near = Booking.objects.filter(
        state=Booking.State.BOOKED,
        page__remind_before__gt=0,
        meeting__state=Meeting.State.PLANNED,
        meeting__starts_at__gt=moment,
        meeting__starts_at__lte=moment + timedelta(hours=MOST_HOURS),
    )
    return sum(_remind(pk, moment) for pk in list(near.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: Any, now: datetime) -> int:
    rows = Booking.objects.select_for_update(of=("self",)).select_related("page", "contact", "meeting__owner")
    booking = rows.get(pk=pk)
    starts = booking.meeting.starts_at
    due = starts - timedelta(hours=booking.page.remind_before)
    # Who booked later than that has just read when it is.
    if now < due or booking.reminded_for == starts or booking.created_at > due:
        return 0
    booking.reminded_for = starts
    booking.save(update_fields=["reminded_for"])
    account = account_of(booking.meeting)
    return int(account is not None and _tell_visitor(booking, REMINDER, account))


def _skip_late_reminder(booking: Booking) -> None:
    """The letter about the new time is reminder enough."""
    starts = booking.meeting.starts_at
    if starts - timedelta(hours=booking.page.remind_before) <= timezone.now():
        booking.reminded_for = starts
        booking.save(update_fields=["reminded_for"])


def _tell_visitor(booking: Booking, key: str, account: MailAccount) -> bool:
    if not allow(f"booking-mail:{mail_key(booking.mail)}", *_PER_ADDRESS)[0]:
        return False
    meeting = booking.meeting
    language, zone = language_of(booking.language), zone_of(booking.time_zone, meeting)
    title = _title(booking, language, zone)
    name = harmless_name(booking.name)
    values = meeting_values(meeting, language=language, zone=zone, title=title) | {
        "booking.greeting": salutation(name, language=language),
        "booking.link": link_of(booking.submission),
    }
    visitor = Guest(booking.mail, name, Attendee.State.ACCEPTED)
    invited = Invited(organizer_of(meeting, account), [visitor], title)
    mail = send_letter(
        meeting,
        key,
        account=account,
        to=visitor,
        contact=booking.contact,
        language=language,
        values=values,
        invited=None if key == REMINDER else invited,
    )
    return mail is not None


def _tell_host(booking: Booking, user: User, key: str, account: MailAccount) -> None:
    meeting = booking.meeting
    language, zone = language_of(user.language), zone_of(user.time_zone, meeting)
    with read_by(language, zone):
        sentences = {
            CONFIRMED: _("%(name)s booked “%(title)s”"),
            MOVED: _("Moved: “%(title)s” with %(name)s"),
            CANCELLED: _("Cancelled: “%(title)s” with %(name)s"),
        }
        news = sentences[key] % {"name": booking.name, "title": str(booking.page)}
    values = meeting_values(meeting, language=language, zone=zone) | {
        "booking.news": news,
        "booking.visitor": "\n".join(filter(None, (booking.name, booking.mail, booking.phone, booking.note))),
        "booking.page": absolute(f"/meetings/{meeting.pk}/"),
    }
    host = Guest(user.email, str(user), Attendee.State.ACCEPTED)
    invited = Invited(organizer_of(meeting, account), [host])
    send_letter(
        meeting, "booking_host", account=account, to=host, language=language, values=values, invited=invited
    )


def _title(booking: Booking, language: str, zone: ZoneInfo) -> str:
    """What the page is called for the visitor: the meeting's own title may hold what a stranger typed."""
    with read_by(language, zone):
        return str(booking.page)


def _hosts(meeting: Meeting) -> list[User]:
    others = [one.user for one in meeting.attendees.select_related("user") if one.user is not None]
    return [one for one in dict.fromkeys([meeting.owner, *others]) if one.is_active and not one.is_system]
