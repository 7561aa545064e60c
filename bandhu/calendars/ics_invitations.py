"""Invitations that came with a mail, for whoever reads it: what, when, where, and whether it was moved or called off.

Nothing is entered into a calendar by this; anybody can send an invitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from bandhu.calendars.ics_reading import Found, read_calendar

# An invitation of one meeting has a few thousand bytes; calendars of whole years come as files alone.
MOST_BYTES, MOST_SHOWN = 64_000, 3


@dataclass(frozen=True)
class Invitation:
    """One meeting of a file. `state`: "invited", "changed", "cancelled", "proposed" (a guest would rather meet then), or "unread" with `problem`.

    `ends_at` of whole days is the day after the last; `repeats` where it stands for a series. `moved_from` is when it was to be before, where known.
    """

    state: str
    title: str
    uid: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_all_day: bool = False
    repeats: bool = False
    place: str = ""
    organiser: str = ""
    problem: str = ""
    moved_from: datetime | None = None


def read_invitations(content: bytes, zone: ZoneInfo) -> list[Invitation]:
    """What a file of a mail invites to, the first few; none where it is an answer, too large, or no calendar.

    Times without a zone are of `zone`.
    """
    if len(content) > MOST_BYTES:
        return []
    try:
        reading = read_calendar(content, zone)
    except ValidationError:
        return []
    if reading.method == "REPLY":
        return []
    found = [_invitation(one, reading.method) for group in reading.groups.values() for one in group]
    unread = [Invitation("unread", title, problem=problem) for title, problem in reading.faults]
    return (found + unread)[:MOST_SHOWN]


def _invitation(found: Found, method: str) -> Invitation:
    return Invitation(
        _state(found, method), found.title, found.uid, found.starts_at, found.ends_at, found.is_all_day,
        bool(found.rule), found.place or found.link, found.organiser,
        moved_from=found.replaces if found.replaces != found.starts_at else None,
    )  # fmt: skip


def _state(found: Found, method: str) -> str:
    if method == "CANCEL" or found.is_cancelled:
        return "cancelled"
    if method == "COUNTER":
        return "proposed"
    return "changed" if found.sequence or found.replaces else "invited"
