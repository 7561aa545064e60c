"""Business time: when a house is open, and how long until, between and after. Pure arithmetic; nothing here reads the database.

A `Timetable` is a week of open ranges on the wall clock of a zone, days of its own, and public holidays. Everything is counted on
the clock of the universe: on the day clocks are changed nine to five may last an hour more or less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bandhu.calendars.wall_clock import moment_repeated

Minutes = tuple[int, int]
"""From and to in minutes of the day, 0 to 1440."""
Range = tuple[datetime, datetime]

DAY_MINUTES = 24 * 60
# A house that opens on no day of so many in a row never opens.
LONGEST_CLOSED = 400
_DAY = timedelta(days=1)


class NeverOpen(ValueError):
    """The timetable has no open minute within more than a year."""


def no_holidays(_day: date) -> bool:
    return False


@dataclass(frozen=True)
class Timetable:
    """`week`: open ranges by weekday (Monday 0), sorted and apart. `own_days`: ranges of single days, which win over week and holidays."""

    zone: ZoneInfo
    week: Sequence[Sequence[Minutes]]
    own_days: Mapping[date, Sequence[Minutes]] = field(default_factory=dict)
    is_holiday: Callable[[date], bool] = no_holidays

    def hours_on(self, day: date) -> Sequence[Minutes]:
        """The open ranges of a day; none where it is closed."""
        own = self.own_days.get(day)
        if own is not None:
            return own
        ranges = self.week[day.weekday()]
        return () if not ranges or self.is_holiday(day) else ranges

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def is_open(calendar: Timetable, moment: datetime) -> bool:
    """Whether an aware moment lies in an open range; its end is closed already."""
    begin, _end = next(_open_from(calendar, moment), (None, None))
    return begin is not None and begin <= moment


def next_opening(calendar: Timetable, moment: datetime) -> datetime:
    """The first open moment from this one on (UTC); the moment itself when it is open. Raises NeverOpen."""
    return max(_first(calendar, moment)[0], moment.astimezone(UTC))


def add_business_time(calendar: Timetable, moment: datetime, minutes: float) -> datetime:
    """The earliest moment (UTC) by which so many open minutes have passed since `moment`; nought gives the moment itself.

    Raises NeverOpen, and ValueError for less than nought.
    """
    left = timedelta(minutes=minutes)
    if left < timedelta(0):
        raise ValueError("business time is counted forward")
    at = moment.astimezone(UTC)
    if not left:
        return at
    for begin, end in _open_from(calendar, at):
        begin = max(begin, at)
        if begin + left <= end:
            return begin + left
        left -= end - begin
    raise NeverOpen


def business_time_before(calendar: Timetable, moment: datetime, minutes: float) -> datetime:
    """The latest moment (UTC) from which so many open minutes pass until `moment`; nought gives the moment itself.

    Raises NeverOpen, and ValueError for less than nought.
    """
    left = timedelta(minutes=minutes)
    if left < timedelta(0):
        raise ValueError("business time is counted in minutes from nought on")
    at = moment.astimezone(UTC)
    if not left:
        return at
    for begin, end in _open_until(calendar, at):
        end = min(end, at)
        if end - left >= begin:
            return end - left
        left -= end - begin
    raise NeverOpen


def business_minutes_between(calendar: Timetable, a: datetime, b: datetime) -> float:
    """Open minutes from `a` to `b`; less than nought where `b` is the earlier."""
    return business_time_between(calendar, a, b) / timedelta(minutes=1)


def business_time_between(calendar: Timetable, a: datetime, b: datetime) -> timedelta:
    """As `business_minutes_between`, exact."""
    if b < a:
        return -business_time_between(calendar, b, a)
    first, last, total = a.astimezone(UTC), b.astimezone(UTC), timedelta(0)
    for begin, end in _days(calendar, calendar.local_day(first) - _DAY, calendar.local_day(last) + _DAY):
        total += max(min(end, last) - max(begin, first), timedelta(0))
    return total


def _first(calendar: Timetable, moment: datetime) -> Range:
    for found in _open_from(calendar, moment):
        return found
    raise NeverOpen


def _open_from(calendar: Timetable, moment: datetime) -> Iterator[Range]:
    """Open ranges that end after `moment`, in order, until none comes for LONGEST_CLOSED days."""
    # A day before: where clocks are put back, yesterday's last range may reach into today.
    day = calendar.local_day(moment) - _DAY
    while True:
        found = False
        for begin, end in _days(calendar, day, day + timedelta(days=LONGEST_CLOSED)):
            if end > moment:
                found = True
                yield begin, end
        if not found:
            return
        day += timedelta(days=LONGEST_CLOSED + 1)


def _open_until(calendar: Timetable, moment: datetime) -> Iterator[Range]:
    """Open ranges that begin before `moment`, the latest first, until none comes for LONGEST_CLOSED days."""
    last, step = calendar.local_day(moment) + _DAY, timedelta(days=14)
    closed = 0
    while closed <= LONGEST_CLOSED:
        closed += step.days
        for begin, end in reversed(list(_days(calendar, last - step + _DAY, last))):
            if begin < moment:
                closed = 0
                yield begin, end
        last -= step


def _days(calendar: Timetable, first: date, last: date) -> Iterator[Range]:
    """Open ranges (UTC) of the days from `first` to `last`, both included, in order and never overlapping."""
    reached = datetime.min.replace(tzinfo=UTC)
    day = first
    while day <= last:
        for starts, ends in calendar.hours_on(day):
            # Where clocks are put forward, what ends in the hour left out reaches into what begins after it.
            begin = max(_moment(day, starts, calendar.zone), reached)
            end = _moment(day, ends, calendar.zone)
            if begin < end:
                reached = end
                yield begin, end
        day += _DAY


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minutes, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    return moment_repeated(wall, zone)
