"""When somebody is free: pure arithmetic over working hours, days off and what is taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bandhu.calendars.wall_clock import moment_repeated

Range = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wish:
    """What is looked for; all are lengths of time."""

    length: timedelta
    step: timedelta
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)


def open_ranges(
    hours: Iterable[tuple[int, time, time]],
    off: Collection[tuple[date, date]],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> list[Range]:
    """From when to when (UTC) somebody works from the day `first` to `last`, by (weekday, from, to) on the clock of `zone`.

    On the day clocks are changed the clock decides: nine to five may last an hour more or less.
    """
    by_weekday: dict[int, list[tuple[time, time]]] = {}
    for weekday, starts, ends in hours:
        by_weekday.setdefault(weekday, []).append((starts, ends))
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if any(begin <= day <= end for begin, end in off):
            continue
        for starts, ends in by_weekday.get(day.weekday(), []):
            begin, end = (moment_repeated(datetime.combine(day, one), zone) for one in (starts, ends))
            if begin < end:
                found.append((begin, end))
    return sorted(found)


def free_starts(
    opened: Sequence[Range], taken: Iterable[Range], wish: Wish, earliest: datetime, latest: datetime
) -> list[datetime]:
    """Every beginning between `earliest` and `latest` at which the whole length is open and nothing is taken, buffers included.

    Times stand in steps from the beginning of each open range.
    """
    busy = _merged(taken)
    found = []
    for begin, end in opened:
        at = begin
        while at + wish.length <= end and at <= latest:
            if at >= earliest and _is_free(busy, at - wish.before, at + wish.length + wish.after):
                found.append(at)
            at += wish.step
    return sorted(set(found))


def _merged(ranges: Iterable[Range]) -> list[Range]:
    merged: list[Range] = []
    for begin, end in sorted(ranges):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _is_free(busy: list[Range], begin: datetime, end: datetime) -> bool:
    return not any(one[0] < end and one[1] > begin for one in busy)
