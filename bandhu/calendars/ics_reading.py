"""iCalendar from outside, read as what it is: anything anybody can type.

Definitions of zones inside a file are not used: they may be wrong, endless, or leak from one file into the next. Zones are known by
name (IANA's and those of Windows), or the meeting is refused with the name that nobody knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from icalendar import Calendar, Component

from bandhu.calendars.recurrence import read_rule
from bandhu.calendars.wall_clock import EARLIEST, LATEST, wall_of
from bandhu.platform.time_zones import zone_named

MOST_BYTES, MOST_EVENTS, MOST_EXCEPTIONS, MOST_GUESTS = 1_000_000, 2_000, 366, 100
_FOLDS = re.compile(rb"\r?\n[ \t]")
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass
class Found:
    """One event of a file, in our words. `replaces` is set for an occurrence that differs; `gone` are those that were taken out."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_all_day: bool = False
    rule: str = ""
    gone: list[datetime] = field(default_factory=list)
    replaces: datetime | None = None
    note: str = ""
    place: str = ""
    link: str = ""
    is_private: bool = False
    is_busy: bool = True
    is_cancelled: bool = False
    sequence: int = 0
    modified_at: datetime | None = None
    guests: list[str] = field(default_factory=list)
    organiser: str = ""


@dataclass
class Reading:
    """What was understood, by uid, and what was not: (title, why). `method` is what the file is for: "REQUEST", "CANCEL" (RFC 5546), ""."""

    groups: dict[str, list[Found]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    method: str = ""


def read_calendar(content: bytes, zone: ZoneInfo) -> Reading:
    """The events of an .ics file; times without a zone are of `zone`. Raises ValidationError when the whole is no calendar, or too much."""
    calendar = open_calendar(content)
    events = calendar.walk("VEVENT")
    reading = Reading(method=_text(calendar, "method").strip().upper()[:20])
    for event in events[:MOST_EVENTS]:
        try:
            found = _found(event, zone)
        except ValidationError as problem:
            reading.faults.append((_text(event, "summary")[:300], " ".join(problem.messages)))
        except _UNREADABLE:
            reading.faults.append((_text(event, "summary")[:300], _("This meeting cannot be read.")))
        else:
            reading.groups.setdefault(found.uid, []).append(found)
    return reading


def open_calendar(content: bytes) -> Component:
    """The file as a tree, without its zones. Raises ValidationError when it is no calendar, or too much."""
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("This file is too large for a calendar: at most %(most)d MB.") % {"most": 1}, code="too_large"
        )
    lines = _without_zones(_FOLDS.sub(b"", content.removeprefix(b"\xef\xbb\xbf")).splitlines())
    if sum(line[:6].upper() == b"BEGIN:" for line in lines) > MOST_EVENTS * 2:
        raise ValidationError(
            _("This calendar has too many meetings: at most %(most)d at once.") % {"most": MOST_EVENTS},
            code="too_many",
        )
    try:
        found: Component = Calendar.from_ical(b"\r\n".join(lines))
        found.walk("VEVENT")
    except _UNREADABLE:
        raise ValidationError(_("This is not a calendar file (.ics)."), code="no_calendar") from None
    return found


def _without_zones(lines: list[bytes]) -> list[bytes]:
    kept, inside = [], False
    for line in lines:
        word = line.strip().upper()
        inside = inside or word == b"BEGIN:VTIMEZONE"
        if not inside:
            kept.append(line)
        inside = inside and word != b"END:VTIMEZONE"
    return kept


def _found(event: Component, zone: ZoneInfo) -> Found:
    if event.get("rdate") is not None:
        raise ValidationError(_("Single added dates (RDATE) are not understood."))
    starts, begins_in, is_all_day = _moment(event, "dtstart", zone)
    rule = _rule(event, begins_in, wall_of(starts, begins_in))
    moved = event.get("recurrence-id")
    if moved is not None and (moved.params.get("RANGE") or rule):
        raise ValidationError(_("Changes of “this and all that follow” are not understood."))
    uid = _text(event, "uid").strip()[:255]
    if not uid:
        raise ValidationError(_("This meeting has no id (UID)."))
    return Found(
        uid=uid,
        title=_text(event, "summary").strip()[:300] or _("Without a title"),
        starts_at=starts,
        ends_at=_end(event, starts, begins_in, is_all_day),
        time_zone=begins_in.key,
        is_all_day=is_all_day,
        rule=rule,
        gone=_gone(event, begins_in),
        replaces=_moment(event, "recurrence-id", begins_in)[0] if moved is not None else None,
        note=_text(event, "description")[:20_000],
        place=_text(event, "location")[:300],
        link=_text(event, "url")[:2000],
        is_private=_text(event, "class").upper() in ("PRIVATE", "CONFIDENTIAL"),
        is_busy=_text(event, "transp").upper() != "TRANSPARENT",
        is_cancelled=_text(event, "status").upper() == "CANCELLED",
        sequence=_sequence(event),
        modified_at=_modified(event),
        guests=_guests(event),
        organiser=_organiser(event),
    )


def _moment(event: Component, name: str, zone: ZoneInfo) -> tuple[datetime, ZoneInfo, bool]:
    """(moment, zone of its wall clock, whether it is a whole day)."""
    value = event.get(name)
    if value is None:
        raise ValidationError(_("This meeting has no beginning."))
    return _read_moment(value.dt, str(value.params.get("TZID", "")), zone)


def _read_moment(when: Any, named: str, zone: ZoneInfo) -> tuple[datetime, ZoneInfo, bool]:
    if not isinstance(when, date) or not EARLIEST <= when.year <= LATEST:
        raise ValidationError(
            _("The year must lie between %(first)s and %(last)s.") % {"first": EARLIEST, "last": LATEST}
        )
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), zone).astimezone(UTC), zone, True
    if when.tzinfo is None:
        own = _zone_called(named) if named else zone
        return when.replace(tzinfo=own).astimezone(UTC), own, False
    known = when.tzinfo if isinstance(when.tzinfo, ZoneInfo) and zone_named(when.tzinfo.key) else None
    if named and known is None:
        known = _zone_called(named)
    return when.astimezone(UTC), known if known and named else zone, False


def _zone_called(name: str) -> ZoneInfo:
    """Some programs write a path before the name: "/citadel.org/20260101_1/Asia/Dhaka"."""
    parts = name.strip("/").split("/")
    for length in (len(parts), 3, 2, 1):
        if zone := zone_named("/".join(parts[-length:])):
            return zone
    raise ValidationError(_("There is no time zone called “%(name)s”.") % {"name": name[:60]})


def _end(event: Component, starts: datetime, zone: ZoneInfo, is_all_day: bool) -> datetime:
    if event.get("dtend") is not None:
        return max(starts, _moment(event, "dtend", zone)[0])
    length = event.get("duration")
    if length is not None and isinstance(length.dt, timedelta) and length.dt >= timedelta(0):
        return starts + min(length.dt, timedelta(days=400))
    return starts + timedelta(days=1) if is_all_day else starts


def _rule(event: Component, zone: ZoneInfo, first: datetime) -> str:
    given = event.get("rrule")
    if given is None:
        return ""
    if isinstance(given, list):
        raise ValidationError(_("A meeting with several repetitions is not understood."))
    text = given.to_ical().decode("utf-8", "replace") if hasattr(given, "to_ical") else str(given)
    return read_rule(text, zone, first).text()


def _gone(event: Component, zone: ZoneInfo) -> list[datetime]:
    given = event.get("exdate") or []
    found = [
        _read_moment(value.dt, str(several.params.get("TZID", "")), zone)[0]
        for several in (given if isinstance(given, list) else [given])
        for value in several.dts
    ]
    if len(found) > MOST_EXCEPTIONS:
        raise ValidationError(
            _("This series has too many exceptions: at most %(most)d.") % {"most": MOST_EXCEPTIONS}
        )
    return found


def _text(event: Component, name: str) -> str:
    value = event.get(name)
    value = value[0] if isinstance(value, list) else value
    return "" if value is None else str(value).replace("\x00", "")


def _sequence(event: Component) -> int:
    text = _text(event, "sequence")
    return min(int(text), 1_000_000) if text.isdecimal() and len(text) < 10 else 0


def _modified(event: Component) -> datetime | None:
    for name in ("last-modified", "dtstamp"):
        value = event.get(name)
        when = getattr(value, "dt", None)
        if isinstance(when, datetime) and EARLIEST <= when.year <= LATEST:
            return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    return None


def _guests(event: Component) -> list[str]:
    given = event.get("attendee") or []
    addresses = (
        str(one).lower().removeprefix("mailto:") for one in (given if isinstance(given, list) else [given])
    )
    return [one for one in dict.fromkeys(addresses) if _is_mail(one)][:MOST_GUESTS]


def _organiser(event: Component) -> str:
    """Name and address of who invites, as the file says it."""
    given = event.get("organizer")
    given = given[0] if isinstance(given, list) and given else given
    name = str(getattr(given, "params", {}).get("CN", "")).strip()
    address = "" if given is None else str(given)
    address = address[7:] if address[:7].lower() == "mailto:" else ""
    return " · ".join(filter(None, dict.fromkeys((name, address))))[:300].replace("\x00", "")


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
