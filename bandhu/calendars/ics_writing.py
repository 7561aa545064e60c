"""Meetings as iCalendar (RFC 5545) and as invitations (RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.wall_clock import wall_of

PRODUCT = "-//Bandhu//Calendar//EN"
_STATES = {
    Attendee.State.ASKED: "NEEDS-ACTION",
    Attendee.State.ACCEPTED: "ACCEPTED",
    Attendee.State.DECLINED: "DECLINED",
    Attendee.State.TENTATIVE: "TENTATIVE",
}


@dataclass(frozen=True)
class Guest:
    """Somebody an invitation names; `state` of an Attendee."""

    address: str
    name: str
    state: str = Attendee.State.ASKED


@dataclass(frozen=True)
class Invited:
    """What one recipient is told: who asks (answers go there), whom the invitation names, what the meeting is called in their language.

    `is_off` for who is no longer asked, though the meeting takes place.
    """

    organizer: Guest
    guests: Sequence[Guest]
    title: str = ""
    is_off: bool = False


def calendar_text(
    meetings: Iterable[Meeting], *, method: str = "", with_guests: bool = True, with_note: bool = True
) -> bytes:
    """An .ics file of meetings; a series comes with its exceptions. `method` is REQUEST or CANCEL for an invitation.

    The note is for the house: what goes to others leaves it out.
    """
    calendar = _empty(method)
    for meeting in meetings:
        for event in _events(meeting, with_guests, with_note):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def invitation_for(meeting: Meeting, invited: Invited) -> str:
    """The .ics of a mail: REQUEST, or CANCEL where the meeting or the guest is off; of a series with its exceptions. Without our note."""
    is_off = invited.is_off or meeting.state == Meeting.State.CANCELLED
    calendar = _empty("CANCEL" if is_off else "REQUEST")
    for event in _events(meeting, with_guests=False, with_note=False):
        if invited.title:
            event["summary"] = vText(invited.title)
        if is_off:
            event["status"] = vText("CANCELLED")
        _add_people(event, invited.organizer, invited.guests)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text.decode()


def _empty(method: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    return calendar


def _events(meeting: Meeting, with_guests: bool, with_note: bool) -> Iterable[Event]:
    exceptions = list(meeting.exceptions.order_by("replaces")) if meeting.rule else []
    event = _event(meeting, with_guests, with_note)
    apart = [one for one in exceptions if one.state != Meeting.State.CANCELLED]
    gone = [one.replaces for one in exceptions if one.state == Meeting.State.CANCELLED]
    if meeting.rule:
        event.add("rrule", _rule(meeting))
        if gone:
            event.add("exdate", [_written(meeting, moment) for moment in gone if moment])
    elif meeting.series is not None and meeting.replaces:
        event.add("recurrence-id", _written(meeting.series, meeting.replaces))
    yield event
    for one in apart:
        yield from _events(one, with_guests, with_note)


def _event(meeting: Meeting, with_guests: bool, with_note: bool) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", meeting.updated_at.astimezone(UTC))
    event.add("last-modified", meeting.updated_at.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("summary", meeting.title)
    event.add("dtstart", _written(meeting, meeting.starts_at))
    event.add("dtend", _written(meeting, _end(meeting)))
    event.add("status", "CANCELLED" if meeting.state == Meeting.State.CANCELLED else "CONFIRMED")
    event.add("transp", "OPAQUE" if meeting.is_busy else "TRANSPARENT")
    if meeting.is_private:
        event.add("class", "PRIVATE")
    for name, text in (
        ("description", meeting.note if with_note else ""),
        ("location", meeting.place),
        ("url", meeting.link),
    ):
        if text:
            event.add(name, text)
    if with_guests:
        _add_guests(event, meeting)
    return event


def _add_guests(event: Event, meeting: Meeting) -> None:
    guests = [
        Guest(address, str(one), one.state) for one in meeting.attendees.all() if (address := mail_of(one))
    ]
    if guests:
        _add_people(event, Guest(meeting.owner.email, str(meeting.owner)), guests)


def _add_people(event: Event, organizer: Guest, guests: Iterable[Guest]) -> None:
    event.add("organizer", _address(organizer), encode=False)
    for one in guests:
        person = _address(one)
        person.params["PARTSTAT"] = vText(_STATES[Attendee.State(one.state)])
        person.params["RSVP"] = vText("TRUE")
        event.add("attendee", person, encode=False)


def mail_of(one: Attendee) -> str:
    """Where an invitation would go; "" where no address is known."""
    if one.user is not None:
        return one.user.email
    if one.address:
        return one.address
    return str(getattr(one.contact, "primary_mail", "") or "")


def _address(one: Guest) -> Any:
    person = vCalAddress(f"mailto:{one.address}")
    # A quote cannot be written inside a parameter (RFC 5545, 3.2).
    person.params["CN"] = vText(one.name.replace('"', "'"))
    return person


def _rule(meeting: Meeting) -> Any:
    """Until is a moment in UTC where the beginning hangs on a zone, a day where it is a day (3.3.10)."""
    rule = meeting.repetition
    assert rule is not None  # asked for series only
    recur = vRecur.from_ical(rule.text())
    if rule.until is not None:
        recur["UNTIL"] = [
            rule.until.date()
            if meeting.is_all_day
            else rule.until.replace(tzinfo=meeting.zone).astimezone(UTC)
        ]
    return recur


def _written(meeting: Meeting, moment: datetime) -> Any:
    """A day; a moment in UTC; for what belongs to a series on the wall clock of its zone, which keeps nine o'clock at nine."""
    if meeting.is_all_day:
        return wall_of(moment, meeting.zone).date()
    if meeting.rule or meeting.series_id:
        return moment.astimezone(meeting.zone)
    return moment.astimezone(UTC)


def _end(meeting: Meeting) -> datetime:
    return (
        max(meeting.ends_at, meeting.starts_at + timedelta(days=1)) if meeting.is_all_day else meeting.ends_at
    )


# What we write ourselves; everything else that stands in a file of another program (alarms, colours, guests) stays as it was.
_OURS = {
    "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "SUMMARY", "DTSTART", "DTEND", "DURATION", "STATUS", "TRANSP", "CLASS",
    "DESCRIPTION", "LOCATION", "URL", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID",
}  # fmt: skip


def text_over(meeting: Meeting, old: str) -> bytes:
    """The file of a meeting, keeping what another program wrote into the one it takes the place of."""
    fresh = Calendar.from_ical(calendar_text([meeting], with_guests=False))
    try:
        known = {_name_of(one): one for one in Calendar.from_ical(old).walk("VEVENT")} if old else {}
    except ValueError:
        known = {}
    for event in fresh.walk("VEVENT"):
        before = known.get(_name_of(event))
        if before is None:
            continue
        for name, value in before.items():
            if name not in _OURS:
                event[name] = value
        for part in before.subcomponents:
            event.add_component(part)
    text: bytes = fresh.to_ical()
    return text


def _name_of(event: Any) -> str:
    """Of an exception the moment it stands for, "" for the whole."""
    moved = event.get("RECURRENCE-ID")
    return moved.dt.isoformat() if moved is not None and hasattr(moved, "dt") else ""
