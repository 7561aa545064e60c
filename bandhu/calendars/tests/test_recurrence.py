"""Rules of repetition: what they give, and what is refused."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from bandhu.calendars.recurrence import (
    begins_at,
    continued_from,
    ended_before,
    last_start,
    read_rule,
    starts_between,
)

BERLIN, DHAKA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Dhaka")
MONDAY = datetime(2026, 3, 2, 9)


def starts(text, first=MONDAY, zone=BERLIN, since="2026-01-01", until="2027-01-01"):
    rule = read_rule(text, zone, first)
    edges = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (since, until))
    return list(starts_between(rule, first, zone, *edges))


def test_nine_stays_nine_when_clocks_are_changed():
    found = starts("FREQ=WEEKLY;COUNT=6")
    assert {one.astimezone(BERLIN).hour for one in found} == {9}
    assert {one.hour for one in found} == {8, 7}


def test_a_time_that_is_left_out_once_does_not_end_the_series():
    found = starts("FREQ=DAILY;COUNT=3", first=datetime(2026, 3, 28, 2, 30))
    assert [one.strftime("%d %H:%M") for one in found] == ["28 01:30", "29 01:30", "30 00:30"]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260312T235959", ["02", "05", "09", "12"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", ["02", "16"]),
        ("FREQ=DAILY;UNTIL=20260304", ["02", "03", "04"]),
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=3", ["02", "06", "04"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", ["31", "30"]),
    ],
)
def test_days(rule, days):
    assert [one.strftime("%d") for one in starts(rule)] == days


def test_until_in_utc_is_read_in_the_zone():
    assert len(starts("FREQ=DAILY;UNTIL=20260304T080000Z")) == 3
    assert len(starts("FREQ=DAILY;UNTIL=20260304T075900Z")) == 2


def test_a_window_far_away_costs_no_more_than_a_near_one():
    rule = read_rule("FREQ=DAILY", DHAKA, datetime(1975, 1, 1, 9))
    began = time.process_time()
    found = list(
        starts_between(
            rule,
            datetime(1975, 1, 1, 9),
            DHAKA,
            datetime(2190, 1, 1, tzinfo=UTC),
            datetime(2190, 1, 8, tzinfo=UTC),
        )
    )
    assert len(found) == 7 and found[0].astimezone(DHAKA).hour == 9
    assert time.process_time() - began < 1


def test_an_interval_keeps_its_step_far_away():
    near = starts("FREQ=WEEKLY;INTERVAL=3", since="2040-01-01", until="2041-01-01")
    first = MONDAY.replace(tzinfo=BERLIN)
    assert near and all((one.astimezone(BERLIN).replace(tzinfo=None) - MONDAY).days % 21 == 0 for one in near)
    assert near[0] > first


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=HOURLY",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;UNTIL=20200101",
        "FREQ=DAILY;UNTIL=99999999",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "",
        "nonsense",
        "FREQ=DAILY;" + "X" * 600,
        "FREQ=DAILY;INTERVAL=٣٣٣٣٣٣٣٣٣",
    ],
)
def test_hostile_and_senseless_rules_are_refused_at_once(rule):
    began = time.process_time()
    with pytest.raises(ValidationError):
        read_rule(rule, BERLIN, MONDAY)
    assert time.process_time() - began < 1


def test_a_rule_survives_being_written_and_read():
    text = "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=-1FR;WKST=SU"
    rule = read_rule(text, BERLIN, MONDAY)
    assert rule.text() == text and read_rule(rule.text(), BERLIN, MONDAY) == rule


def test_cut_in_two_a_series_has_as_many_as_before():
    rule = read_rule("FREQ=WEEKLY;COUNT=10", BERLIN, MONDAY)
    cut = datetime(2026, 4, 6, 7, tzinfo=UTC)
    assert begins_at(rule, MONDAY, BERLIN, cut) and not begins_at(
        rule, MONDAY, BERLIN, cut + timedelta(hours=1)
    )
    before = ended_before(rule, MONDAY, BERLIN, cut)
    after = continued_from(rule, MONDAY, BERLIN, cut)
    assert (before.count, after.count) == (None, 5)
    assert last_start(before, MONDAY, BERLIN) < cut
    assert last_start(rule, MONDAY, BERLIN) == datetime(2026, 5, 4, 7, tzinfo=UTC)
    assert last_start(read_rule("FREQ=DAILY", BERLIN, MONDAY), MONDAY, BERLIN) is None
