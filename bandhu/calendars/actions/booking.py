"""What strangers do on booking pages: take a time, change it, give it back.

Nobody is signed in: the system user writes, and every value is hostile. Whoever is to be booked is locked first, in one order
everywhere; what is free is computed behind the lock. Should a lock ever be forgotten, the database still refuses two bookings of
one person that overlap (`HeldTime`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from bandhu.calendars.actions.meetings import People, change_meeting, plan_meeting
from bandhu.calendars.actions.outcomes import cancel_meeting
from bandhu.calendars.actions.visitors import CONFIRMED, tell_booking
from bandhu.calendars.booking_links import secret_of
from bandhu.calendars.events import BookingChanged, MeetingBooked
from bandhu.calendars.models import Attendee, Booking, BookingHost, BookingPage, HeldTime, Meeting
from bandhu.calendars.queries.booking import FreeTime, free_times
from bandhu.calendars.wall_clock import zone_for
from bandhu.customers.actions import contact_behind
from bandhu.customers.models import Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.scoping import require
from bandhu.identity.tokens import fingerprint
from bandhu.interactions.actions import log_interaction
from bandhu.platform.audit import record_change
from bandhu.platform.custom_values import checked_custom, write_custom
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_block, clean_line
from bandhu.privacy.actions import give_consent

KIND = "booking"
_TIMES_A_BOOKING_MOVES = 20


@dataclass(frozen=True)
class Visitor:
    """Who books, as they wrote it, and how they read."""

    name: str
    mail: str
    phone: str = ""
    note: str = ""
    time_zone: str = "UTC"
    language: str = "en"
    agreed: bool = False


@transaction.atomic
def book_time(page: BookingPage, *, submission: str, starts_at: datetime, visitor: Visitor) -> Booking:
    """Book a free time of the page, once per `submission`: sent again, it gives back the first one's booking.

    The contact is found or made by the duplicate rules. Raises ValidationError: on "start" when the time is no longer free, else by field;
    then nothing is kept.
    """
    _lock("booking", submission, 21)
    known = Booking.objects.filter(submission=submission).first()
    if known is not None:
        return known
    free = _still_free(page, list(page.hosts.select_related("user")), starts_at)
    chosen = free.hosts if page.mode == BookingPage.Mode.TEAM else free.hosts[:1]
    users = sorted(User.objects.filter(pk__in=chosen), key=lambda one: chosen.index(one.pk))
    contact = _contact(visitor, users[0])
    meeting = _plan(page, starts_at, users, contact, visitor)
    booking = Booking.objects.create(
        page=page, meeting=meeting, contact=contact, name=clean_line(visitor.name, 200), mail=clean_line(visitor.mail, 254),
        phone=clean_line(visitor.phone, 60), note=clean_block(visitor.note, 5000), time_zone=zone_for(visitor.time_zone).key,
        language=visitor.language[:10], submission=submission, sha256=fingerprint(secret_of(submission)),
    )  # fmt: skip
    _hold(booking, [one.pk for one in users])
    BookingHost.objects.filter(page=page, user__in=users).update(last_booked_at=timezone.now())
    Attendee.objects.create(meeting=meeting, contact=contact, state=Attendee.State.ACCEPTED)
    _tell(booking, contact, visitor)
    tell_booking(booking, CONFIRMED, actor=system_user())
    return booking


@action("calendars.plan_meeting", on_record=False)
def book_for(
    page: BookingPage,
    *,
    actor: User,
    starts_at: datetime,
    visitor: Visitor,
    custom: Mapping[str, Any] | None = None,
) -> Booking:
    """Book a free time of the page for somebody who asked us by telephone or through a program.

    `custom` are own fields by key; where it is None nobody is asked for them. Errors as of `book_time`.
    """
    own = {} if custom is None else checked_custom(KIND, custom, actor, is_new=True)
    booking = book_time(page, submission=get_random_string(40), starts_at=starts_at, visitor=visitor)
    _keep_own(booking, own, actor)
    return booking


@action("calendars.change_meeting", on_record=False)
def change_booking(booking: Booking, *, actor: User, custom: Mapping[str, Any]) -> Booking:
    """Fill or correct own fields of a booking (by key); its time changes by `move_booked`. Raises ValidationError by "custom.<key>"."""
    require(actor, "calendars.change_meeting", booking.page)
    fresh = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    fields = _keep_own(fresh, checked_custom(KIND, custom, actor, is_new=False), actor)
    if fields:
        publish(
            BookingChanged(
                booking_id=str(fresh.pk), meeting_id=str(fresh.meeting_id), page_id=str(fresh.page_id),
                contact_id=str(fresh.contact_id) if fresh.contact_id else None, state=fresh.state, fields=fields,
            ),
            actor=actor,
        )  # fmt: skip
    return fresh


def _keep_own(booking: Booking, values: Mapping[str, Any], actor: User) -> list[str]:
    """Write checked own fields; the names of those that changed."""
    changes = write_custom(booking, values, kind=KIND)
    if changes:
        booking.save(update_fields=["custom"])
        record_change(
            "changed", actor=actor, kind=KIND, record_id=booking.pk, title=booking.name, changes=changes
        )
    return sorted(changes)


@transaction.atomic
def move_booking(booking: Booking, *, starts_at: datetime, actor: User | None = None) -> Booking:
    """The visitor (or `actor`, who was told so) chose another free time of the same people.

    Raises ValidationError when it is not free, or the meeting is over.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("page").get(pk=booking.pk)
    meeting = _open_meeting(booking)
    if meeting.sequence >= _TIMES_A_BOOKING_MOVES:
        raise ValidationError(_("This was moved too often. Please call us."))
    users = list(booking.held.values_list("user", flat=True))
    hosts = list(booking.page.hosts.filter(user__in=users).select_related("user"))
    if not hosts:
        raise ValidationError({"start": _("This time is no longer free. Please choose another.")})
    _still_free(booking.page, hosts, starts_at, leaving_out=booking, together=True)
    who = actor or system_user()
    change_meeting(meeting, actor=who, starts_at=starts_at, ends_at=starts_at + meeting.length)
    return booking


@transaction.atomic
def cancel_booking(booking: Booking, *, reason: str = "", actor: User | None = None) -> Booking:
    """The visitor (or `actor`) calls it off; a second call changes nothing. Raises ValidationError when the meeting is over."""
    booking = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if booking.state == Booking.State.BOOKED:
        why = reason if actor else reason or _("Cancelled by the visitor")
        cancel_meeting(_open_meeting(booking), actor=actor or system_user(), reason=why)
        booking.refresh_from_db()
    return booking


@action("calendars.change_meeting")
def move_booked(meeting: Meeting, *, actor: User, starts_at: datetime) -> Booking:
    """Another free time for whoever booked this meeting and called us; they are told. Errors as of `move_booking`."""
    return move_booking(meeting.booking, starts_at=starts_at, actor=actor)


@action("calendars.change_meeting")
def cancel_booked(meeting: Meeting, *, actor: User, reason: str = "") -> Booking:
    """Call off what somebody booked; they are told. Errors as of `cancel_booking`."""
    return cancel_booking(meeting.booking, reason=reason, actor=actor)


def count_refused(page: BookingPage) -> None:
    """A program fell into the trap."""
    BookingPage.objects.filter(pk=page.pk).update(refused=F("refused") + 1)


def _still_free(
    page: BookingPage,
    hosts: list[BookingHost],
    starts_at: datetime,
    *,
    leaving_out: Booking | None = None,
    together: bool = False,
) -> FreeTime:
    for user_id in sorted(str(host.user_id) for host in hosts):
        _lock("host", user_id, 22)
    # Read behind the lock: whose turn it is may have changed while we waited.
    hosts = list(
        page.hosts.filter(pk__in=[one.pk for one in hosts], user__is_active=True).select_related("user")
    )
    found = free_times(
        page, starts_at, starts_at + timedelta(seconds=1), hosts=hosts, leaving_out=leaving_out
    )
    free = next((one for one in found if one.starts == starts_at), None)
    if free is None or (together and len(free.hosts) < len(hosts)):
        raise ValidationError(
            {"start": _("This time is no longer free. Please choose another.")}, code="taken"
        )
    return free


def _lock(what: str, text: str, seed: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"{what}:{text}", seed])


def _contact(visitor: Visitor, owner: User) -> Contact:
    person: Mapping[str, str] = {
        "full_name": visitor.name, "mail": visitor.mail, "phone": visitor.phone, "language": visitor.language,
    }  # fmt: skip
    return contact_behind(person, actor=system_user(), owner=owner, team=owner.team)


def _plan(
    page: BookingPage, starts_at: datetime, users: list[User], contact: Contact, visitor: Visitor
) -> Meeting:
    planned: Meeting = plan_meeting(
        actor=system_user(),
        owner=users[0],
        title=_("%(title)s with %(name)s")
        % {"title": str(page)[:150], "name": clean_line(visitor.name, 140)},
        kind=page.kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=page.minutes),
        customer=contact,
        people=People(users=users[1:]),
        place=page.place,
        link=page.link,
        note=clean_block(visitor.note, 5000),
        source="booking",
    )
    return planned


def _tell(booking: Booking, contact: Contact, visitor: Visitor) -> None:
    actor, page, meeting = system_user(), booking.page, booking.meeting
    log_interaction(
        contact, actor=actor, kind="booking", direction="in", subject=meeting.title, body=booking.note,
        outcome=str(page)[:120], details={"meeting_id": str(meeting.pk)}, source="calendars", external_id=f"booking:{booking.pk}",
    )  # fmt: skip
    if visitor.agreed and page.purpose is not None:
        give_consent(
            contact, actor=actor, purpose=page.purpose, method="form", wording=page.text(page.wordings),
            language=visitor.language, note=str(page)[:120],
        )  # fmt: skip
    record_change("created", actor=actor, kind=KIND, record_id=booking.pk, title=booking.name)
    publish(
        MeetingBooked(
            booking_id=str(booking.pk), meeting_id=str(meeting.pk), page_id=str(page.pk), contact_id=str(contact.pk),
            owner_id=str(meeting.owner_id), starts_at=meeting.starts_at.isoformat(),
        ),
        actor=actor,
    )  # fmt: skip


def _hold(booking: Booking, users: Iterable[UUID]) -> None:
    page, meeting = booking.page, booking.meeting
    before, after = (timedelta(minutes=one) for one in (page.buffer_before, page.buffer_after))
    during = (meeting.starts_at - before, meeting.ends_at + after)
    try:
        with transaction.atomic():
            HeldTime.objects.bulk_create(
                HeldTime(booking=booking, user_id=one, during=during) for one in users
            )
    except IntegrityError:
        raise ValidationError(
            {"start": _("This time is no longer free. Please choose another.")}, code="taken"
        ) from None


def _open_meeting(booking: Booking) -> Meeting:
    meeting = booking.meeting
    if meeting.state != Meeting.State.PLANNED or meeting.starts_at <= timezone.now():
        raise ValidationError(_("This meeting can no longer be changed."))
    return meeting
