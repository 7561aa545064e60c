"""Where the boxes of a day and of a week stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from bandhu.calendars.queries.calendar import Entry

QUARTERS = 96
LANES = 6


@dataclass(frozen=True)
class Span:
    """The days a view shows, from the first up to, not including, `end`."""

    view: str
    first: date
    end: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.end - self.first).days)]

    @property
    def before(self) -> date:
        return self.first - (self.end - self.first)

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From midnight to midnight in the reader's zone."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.end, time(), zone)


@dataclass(frozen=True)
class Box:
    """An entry on the grid of a day: quarters of an hour as rows from 1 on, lanes side by side."""

    entry: Entry
    row: int
    rows: int
    lane: int


@dataclass
class DayColumn:
    """One day: what takes all of it or has no length, and the boxes; `entries` is everything in order."""

    day: date
    is_today: bool
    strip: list[Entry] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def span_of(view: str, on: date, first_weekday: int) -> Span:
    """The day, the week that holds it (by the reader's first weekday, Monday 0), or four weeks from it for the list."""
    if view == "day":
        return Span("day", on, on + timedelta(days=1))
    if view == "list":
        return Span("list", on, on + timedelta(days=28))
    first = on - timedelta(days=(on.weekday() - first_weekday) % 7)
    return Span("week", first, first + timedelta(days=7))


def day_columns(span: Span, entries: Sequence[Entry], today: date, zone: tzinfo) -> list[DayColumn]:
    """The days of the span with what stands in them; what lasts longer stands in each of its days."""
    columns = [DayColumn(day, day == today) for day in span.days]
    for column in columns:
        begin = datetime.combine(column.day, time(), zone)
        end = datetime.combine(column.day + timedelta(days=1), time(), zone)
        column.entries = [
            one for one in entries if one.starts < end and (one.ends > begin or one.starts >= begin)
        ]
        whole = [one for one in column.entries if one.is_all_day or (one.starts <= begin and one.ends >= end)]
        column.strip = whole
        column.boxes = _boxes([one for one in column.entries if one not in whole], begin, end)
    return columns


def _boxes(entries: list[Entry], begin: datetime, end: datetime) -> list[Box]:
    """Each in the first lane that is free when it begins."""
    free_from: list[int] = []
    boxes = []
    for one in entries:
        first, last = _quarter(max(one.starts, begin), begin), _quarter(min(one.ends, end), begin, up=True)
        last = min(QUARTERS, max(last, first + 1))
        lane = next((number for number, free in enumerate(free_from) if free <= first), None)
        if lane is None:
            lane = min(len(free_from), LANES - 1)
            free_from.append(0)
        free_from[lane] = last
        boxes.append(Box(one, first + 1, last - first, lane + 1))
    return boxes


def _quarter(moment: datetime, begin: datetime, *, up: bool = False) -> int:
    """By the wall clock: on the days clocks are changed too, nine stands at nine."""
    if moment.date() > begin.date():
        return QUARTERS
    minutes = moment.hour * 60 + moment.minute
    return min(QUARTERS - (0 if up else 1), -(-minutes // 15) if up else minutes // 15)
