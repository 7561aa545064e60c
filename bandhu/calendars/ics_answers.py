"""Guests' answers in iCalendar (RFC 5546, 3.2.3): anything anybody can type, read for nothing but who says yes, no or perhaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError

from bandhu.calendars.ics_reading import open_calendar
from bandhu.calendars.models import Attendee

_STATES = {
    "ACCEPTED": Attendee.State.ACCEPTED,
    "DECLINED": Attendee.State.DECLINED,
    "TENTATIVE": Attendee.State.TENTATIVE,
}
_MOST = 10
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Answer:
    """What one guest says of one meeting; `replaces` names an occurrence of a series. `at` is the guest's own clock."""

    uid: str
    address: str
    state: str
    sequence: int
    replaces: datetime | None
    at: datetime | None


def read_answers(content: bytes) -> list[Answer]:
    """The answers of a METHOD:REPLY; none in anything else, and none that is broken or speaks for several."""
    try:
        calendar: Any = open_calendar(content)
        if str(calendar.get("METHOD", "")).upper() != "REPLY":
            return []
        events = calendar.walk("VEVENT")[:_MOST]
    except (ValidationError, *_UNREADABLE):
        return []
    return [answer for event in events if (answer := _answer(event)) is not None]


def _answer(event: Any) -> Answer | None:
    try:
        guest, moved = event["ATTENDEE"], event.get("RECURRENCE-ID")
        if isinstance(guest, list) or (moved is not None and _moment(moved) is None):
            return None
        sequence = str(event.get("SEQUENCE", "0"))
        return Answer(
            uid=str(event["UID"]).strip()[:255],
            address=str(guest).strip().lower().removeprefix("mailto:")[:254],
            state=_STATES[str(guest.params.get("PARTSTAT", "")).upper()],
            sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0,
            replaces=_moment(moved),
            at=_moment(event.get("DTSTAMP")),
        )
    except _UNREADABLE:
        return None


def _moment(value: Any) -> datetime | None:
    """In UTC; None for a day, or for a clock whose zone nobody knows."""
    when = getattr(value, "dt", None)
    return when.astimezone(UTC) if isinstance(when, datetime) and when.tzinfo else None
