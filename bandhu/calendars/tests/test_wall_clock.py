"""Clocks that are changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from bandhu.calendars.wall_clock import moment_repeated, moment_typed, wall_of

BERLIN = ZoneInfo("Europe/Berlin")


def test_an_hour_that_is_left_out_is_refused_and_the_next_time_named():
    with pytest.raises(ValidationError) as refusal:
        moment_typed(datetime(2026, 3, 29, 2, 30), BERLIN)
    assert "Europe/Berlin" in refusal.value.messages[0] and "3:30" in refusal.value.messages[0]


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    moment = moment_typed(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert moment == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall_of(moment, BERLIN) == datetime(2026, 10, 25, 2, 30)


def test_a_rule_counts_on_from_before_the_gap():
    assert moment_repeated(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 1970, 2200, 9999])
def test_years_no_business_has_are_refused(year):
    with pytest.raises(ValidationError):
        moment_typed(datetime(year, 5, 1, 9), BERLIN)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("Asia/Kathmandu", (3, 15)), ("Pacific/Kiritimati", (-5, 0)), ("Asia/Kolkata", (3, 30))],
)
def test_odd_zones(zone, moment):
    hours, minutes = moment
    found = moment_typed(datetime(2026, 5, 2, 9), ZoneInfo(zone))
    assert found == datetime(2026, 5, 2 if hours >= 0 else 1, hours % 24, minutes, tzinfo=UTC)
