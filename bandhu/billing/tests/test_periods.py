"""The days of periods and their shares: pure arithmetic."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.billing.periods import local_day, start_of
from bandhu.billing.proration import share
from bandhu.platform.money import Rounding

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
amounts = st.integers(0, 10**12)
roundings = st.sampled_from(list(Rounding))


def begins(anchor, interval, every=1, count=5):
    return [start_of(date.fromisoformat(anchor), interval, every, n).isoformat() for n in range(count)]


def test_the_anchor_day_comes_back_after_short_months():
    assert begins("2026-01-31", "month") == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]
    assert begins("2027-10-30", "month")[3:] == ["2028-01-30", "2028-02-29"]
    assert begins("2028-02-29", "year") == [
        "2028-02-29",
        "2029-02-28",
        "2030-02-28",
        "2031-02-28",
        "2032-02-29",
    ]
    assert begins("2025-11-30", "quarter", count=3) == ["2025-11-30", "2026-02-28", "2026-05-30"]
    assert begins("2026-12-28", "week", 2, 3) == ["2026-12-28", "2027-01-11", "2027-01-25"]
    assert begins("2026-08-31", "month", 18, 2) == ["2026-08-31", "2028-02-29"]


@given(days, st.sampled_from(["week", "month", "quarter", "year"]), st.integers(1, 24), st.integers(0, 40))
def test_periods_follow_one_another_and_none_is_empty(anchor, interval, every, number):
    first, following = (start_of(anchor, interval, every, n) for n in (number, number + 1))
    assert first < following
    assert interval == "week" or first.day <= anchor.day
    assert interval == "week" or first.day == anchor.day or (first + timedelta(days=1)).day == 1


def test_beyond_the_calendar_is_refused():
    with pytest.raises(OverflowError):
        start_of(date(9999, 6, 1), "year", 1, 1)


def test_the_day_is_the_customers():
    moment = datetime(2026, 2, 28, 11, 0, tzinfo=UTC)
    assert local_day("Pacific/Auckland", moment) == date(2026, 3, 1)
    assert local_day("America/Los_Angeles", moment) == date(2026, 2, 28)
    # On this night the clocks of Beirut go from midnight to one o'clock.
    assert local_day("Asia/Beirut", datetime(2026, 3, 28, 21, 59, tzinfo=UTC)) == date(2026, 3, 28)
    assert local_day("Asia/Beirut", datetime(2026, 3, 28, 22, 0, tzinfo=UTC)) == date(2026, 3, 29)
    assert local_day("No/Where", moment) == local_day("Asia/Dhaka", moment)


def test_shares_worked_by_hand():
    march, april = (date(2026, 3, 1), date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 5, 1))
    half_up = Rounding.HALF_UP
    # 1000 yen, changed on 12 March: 1000 * 11 / 31 = 354.8 are used.
    assert share(1000, *march, march[0], date(2026, 3, 12), half_up) == 355
    assert share(1000, *march, date(2026, 3, 12), march[1], half_up) == 645
    # 10 dinars of Bahrain, given up on 8 April: 10.000 * 7 / 30 = 2.3333 are used.
    assert share(10_000, *april, date(2026, 4, 8), april[1], half_up) == 7_667
    # A day outside of the period counts as its first or last; clocks that were put forward take no hour away.
    assert share(3_100, *march, date(2026, 2, 1), date(2026, 3, 11), half_up) == 1_000
    assert share(3_100, *march, date(2026, 3, 28), date(2026, 3, 30), half_up) == 200
    with pytest.raises(ValueError, match="at least one day"):
        share(1, march[0], march[0], march[0], march[0], half_up)


@given(amounts, days, st.integers(1, 400), st.lists(st.integers(0, 400), max_size=8), roundings)
def test_the_parts_of_a_period_are_the_whole_however_it_is_cut(minor, start, length, cuts, rounding):
    end = start + timedelta(days=length)
    edges = sorted({start, end, *(start + timedelta(days=cut % length) for cut in cuts)})
    parts = [share(minor, start, end, since, until, rounding) for since, until in pairwise(edges)]
    assert sum(parts) == minor
    assert all(part >= 0 for part in parts)


@given(amounts, days, st.integers(2, 400), st.lists(st.integers(1, 399), min_size=1, max_size=6), roundings)
def test_what_is_cut_off_and_what_stays_are_the_whole_however_often_it_is_cut(
    minor, start, length, cuts, rounding
):
    """As parts that were billed are cut: each time from the end, what stays is shared by its own days."""
    end, left, given_back = start + timedelta(days=length), minor, 0
    for cut in sorted({one % length for one in cuts} - {0}, reverse=True):
        day = start + timedelta(days=cut)
        back = share(left, start, end, day, end, rounding)
        assert abs(back - left * (end - day).days / (end - start).days) <= 1 + left * 1e-12
        left, given_back, end = left - back, given_back + back, day
    assert left + given_back == minor and left >= 0
