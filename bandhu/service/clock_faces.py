"""The arithmetic of a clock with pauses: when it is due, how much of its time has gone. Pure; moments are aware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bandhu.calendars.business_time import Timetable, add_business_time, business_time_between

Pause = tuple[datetime, datetime | None]
"""From when to when a clock stands still; None while it does."""


def time_spent(calendar: Timetable, started: datetime, pauses: Sequence[Pause], until: datetime) -> timedelta:
    """The business time a clock has counted up to a moment."""
    total, at = timedelta(0), started
    for begin, end in pauses:
        if begin >= until:
            break
        total += max(business_time_between(calendar, at, begin), timedelta(0))
        if end is None or end >= until:
            return total
        at = max(end, at)
    return total + max(business_time_between(calendar, at, until), timedelta(0))


def moment_of(
    calendar: Timetable, started: datetime, pauses: Sequence[Pause], minutes: float
) -> datetime | None:
    """When so many business minutes have been counted; None where the clock stands still before that."""
    left, at = timedelta(minutes=minutes), started
    for begin, end in pauses:
        counted = max(business_time_between(calendar, at, begin), timedelta(0))
        if counted >= left:
            break
        left -= counted
        if end is None:
            return None
        at = max(end, at)
    return add_business_time(calendar, at, left / timedelta(minutes=1))


def pauses_read(rows: Sequence[Sequence[str | None]]) -> list[Pause]:
    """As a clock's row keeps them."""
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None)
        for begin, end in rows
        if begin
    ]
