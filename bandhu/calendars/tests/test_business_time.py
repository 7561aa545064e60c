"""Business time: lunch, weekends, holidays, days clocks are changed; and what must hold whatever the timetable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.calendars.business_time import (
    DAY_MINUTES,
    NeverOpen,
    Timetable,
    add_business_time,
    business_minutes_between,
    business_time_between,
    is_open,
    next_opening,
)
from bandhu.calendars.public_holidays import holidays_in, is_holiday, regions_of, weekend_of
from bandhu.calendars.queries import around_the_clock, timetable_at

DHAKA, BERLIN = ZoneInfo("Asia/Dhaka"), ZoneInfo("Europe/Berlin")
LUNCH = ((540, 780), (840, 1080))
BANGLADESH = Timetable(DHAKA, [() if day in (4, 5) else LUNCH for day in range(7)])


# A loaded machine draws slowly; that says nothing about the arithmetic.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def at(text: str, zone: ZoneInfo = DHAKA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-19 17:00", 60, "2026-11-19 18:00"),  # Thursday, to the minute it closes
        ("2026-11-19 17:00", 61, "2026-11-22 09:01"),  # over Friday and Saturday
        ("2026-11-22 12:30", 60, "2026-11-22 14:30"),  # over lunch
        ("2026-11-20 12:00", 1, "2026-11-22 09:01"),  # from a weekend
        ("2026-11-22 08:00", 480, "2026-11-22 18:00"),
        ("2026-11-21 03:00", 0, "2026-11-21 03:00"),
    ],
)
def test_minutes_are_added_while_the_house_is_open(start, minutes, end):
    assert add_business_time(BANGLADESH, at(start), minutes) == at(end)


def test_a_clock_stands_still_while_the_house_is_closed():
    assert not is_open(BANGLADESH, at("2026-11-22 13:30"))
    assert is_open(BANGLADESH, at("2026-11-22 14:00"))
    assert not is_open(BANGLADESH, at("2026-11-22 18:00"))
    assert next_opening(BANGLADESH, at("2026-11-20 10:00")) == at("2026-11-22 09:00")
    assert next_opening(BANGLADESH, at("2026-11-22 10:10")) == at("2026-11-22 10:10")
    assert business_minutes_between(BANGLADESH, at("2026-11-19 18:00"), at("2026-11-22 09:00")) == 0


def test_own_days_win_over_the_week_and_over_holidays():
    friday, monday, sunday = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 22)
    calendar = Timetable(
        DHAKA, BANGLADESH.week, {friday: ((600, 660),), monday: ()}, lambda day: day in (friday, sunday)
    )
    assert add_business_time(calendar, at("2026-11-19 18:00"), 60) == at("2026-11-20 11:00")
    assert add_business_time(calendar, at("2026-11-20 11:00"), 1) == at("2026-11-24 09:01")


def test_what_never_opens_is_said_instead_of_searched_for_ever():
    closed = Timetable(DHAKA, [()] * 7)
    with pytest.raises(NeverOpen):
        add_business_time(closed, at("2026-11-19 17:00"), 1)
    with pytest.raises(NeverOpen):
        next_opening(closed, at("2026-11-19 17:00"))
    assert business_minutes_between(closed, at("2026-01-01 00:00"), at("2026-12-31 00:00")) == 0


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24)])
def test_a_day_on_which_clocks_are_changed_has_the_hours_it_has(day, hours):
    berlin = Timetable(BERLIN, [((0, DAY_MINUTES),)] * 7)
    begins = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    ends = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=BERLIN)
    assert business_minutes_between(berlin, begins, ends) == hours * 60
    assert add_business_time(berlin, begins, hours * 60) == ends


def test_the_hour_that_is_left_out_is_not_counted_twice():
    calendar = Timetable(
        BERLIN, [((60, 150), (180, 240))] * 7
    )  # 1:00 to 2:30 and 3:00 to 4:00; 2:00 to 3:00 does not exist
    begins = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert business_minutes_between(calendar, begins, begins + timedelta(days=1)) == 120


def test_public_holidays_of_country_and_region_in_a_language():
    victory = date(2026, 12, 16)
    assert is_holiday("BD", "", victory)
    assert not is_holiday("", "", victory) and not is_holiday("XX", "", victory)
    assert holidays_in("BD", "", 2026, "bn")[victory] != holidays_in("BD", "", 2026, "en")[victory]
    assert "TN" in regions_of("IN")
    assert set(holidays_in("IN", "TN", 2026)) > set(holidays_in("IN", "", 2026))
    assert (weekend_of("BD"), weekend_of("IN"), weekend_of("DE")) == ({4, 5}, {6}, {5, 6})
    bangladesh = timetable_at("BD", DHAKA)
    assert add_business_time(bangladesh, at("2026-12-15 17:00"), 1) == at("2026-12-17 09:01")


def ranges(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    cuts = sorted(set(numbers))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


hours = st.lists(st.integers(0, DAY_MINUTES), max_size=6).map(ranges)
zones = st.sampled_from(
    ["Asia/Dhaka", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
timetables = st.builds(
    lambda zone, week, first, off: Timetable(ZoneInfo(zone), [first, *week[1:]], dict.fromkeys(off, ())),
    zones,
    st.lists(hours, min_size=7, max_size=7),
    hours.filter(bool),
    st.sets(st.dates(date(2026, 3, 1), date(2026, 4, 15)), max_size=5),
)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 15), timezones=st.just(UTC))
lengths = st.integers(0, 20_000)


@patient
@given(timetables, moments, moments, moments)
def test_time_adds_up(calendar, a, b, c):
    whole = business_time_between(calendar, a, c)
    assert business_time_between(calendar, a, b) + business_time_between(calendar, b, c) == whole
    assert business_time_between(calendar, c, a) == -whole
    assert abs(whole) <= abs(c - a)


@patient
@given(timetables, moments, lengths, lengths)
def test_adding_is_the_inverse_of_counting_and_never_goes_back(calendar, moment, minutes, more):
    end = add_business_time(calendar, moment, minutes)
    assert business_time_between(calendar, moment, end) == timedelta(minutes=minutes)
    later = add_business_time(calendar, moment, minutes + more)
    assert later >= end >= moment
    assert add_business_time(calendar, end, more) == later
    if minutes:  # the earliest such moment
        assert business_time_between(calendar, moment, end - timedelta(seconds=1)) < timedelta(
            minutes=minutes
        )


@patient
@given(timetables, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar, moment):
    opening = next_opening(calendar, moment)
    assert is_open(calendar, opening)
    assert business_time_between(calendar, moment, opening) == timedelta(0)
    assert (opening == moment) == is_open(calendar, moment)


@patient
@given(moments, lengths)
def test_around_the_clock_is_the_clock_of_the_universe(moment, minutes):
    assert add_business_time(around_the_clock(), moment, minutes) == moment + timedelta(minutes=minutes)
