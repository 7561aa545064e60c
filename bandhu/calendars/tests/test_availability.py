"""Arithmetic of free times."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bandhu.calendars.availability import Wish, free_starts, open_ranges

BERLIN = ZoneInfo("Europe/Berlin")
HALF = timedelta(minutes=30)
NINE_TO_FIVE = [(day, time(9), time(17)) for day in range(7)]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours_hang_on_the_wall_clock_when_clocks_are_changed():
    opened = open_ranges(NINE_TO_FIVE, [], BERLIN, date(2026, 3, 28), date(2026, 3, 29))
    assert [one[0].hour for one in opened] == [8, 7]
    night = open_ranges([(6, time(1), time(4))], [], BERLIN, date(2026, 3, 29), date(2026, 3, 29))
    assert night[0][1] - night[0][0] == timedelta(hours=2)
    longer = open_ranges([(6, time(1), time(4))], [], BERLIN, date(2026, 10, 25), date(2026, 10, 25))
    assert longer[0][1] - longer[0][0] == timedelta(hours=4)


def test_a_range_that_lies_in_the_gap_is_no_time():
    assert open_ranges([(6, time(2), time(3))], [], BERLIN, date(2026, 3, 29), date(2026, 3, 29)) == []


def test_days_off_are_left_out():
    off = [(date(2026, 11, 23), date(2026, 11, 24))]
    opened = open_ranges(NINE_TO_FIVE, off, BERLIN, date(2026, 11, 22), date(2026, 11, 25))
    assert [one[0].day for one in opened] == [22, 25]


def starts(taken, wish, opened=(("2026-11-23 09:00", "2026-11-23 12:00"),)):
    ranges = [(at(begin), at(end)) for begin, end in opened]
    busy = [(at(begin), at(end)) for begin, end in taken]
    found = free_starts(ranges, busy, wish, at("2026-11-23 00:00"), at("2026-11-24 00:00"))
    return [f"{one:%H:%M}" for one in found]


def test_what_is_taken_and_its_buffers():
    taken = [("2026-11-23 10:00", "2026-11-23 10:30")]
    assert starts(taken, Wish(HALF, HALF)) == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    assert starts(taken, Wish(HALF, HALF, before=HALF)) == ["09:00", "09:30", "11:00", "11:30"]
    assert starts(taken, Wish(HALF, HALF, after=HALF)) == ["09:00", "10:30", "11:00", "11:30"]
    assert starts(taken, Wish(timedelta(hours=2), HALF)) == []


def test_overlapping_and_touching_times_are_one():
    taken = [
        ("2026-11-23 09:00", "2026-11-23 10:00"),
        ("2026-11-23 09:30", "2026-11-23 11:00"),
        ("2026-11-23 11:00", "2026-11-23 11:30"),
    ]
    assert starts(taken, Wish(HALF, HALF)) == ["11:30"]
