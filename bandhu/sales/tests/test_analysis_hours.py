"""Times in a stage where there are too many departures to sort them all, and days whose clocks are changed."""

import random
from collections import Counter
from datetime import UTC, date, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from bandhu.platform.day_spans import Span
from bandhu.sales.queries.analysis import _quantile


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("count", [1, 2, 37, 5000])
def test_hours_are_at_most_an_hour_off(share, count):
    rng = random.Random(count)
    seconds = [round(rng.lognormvariate(12, 1)) for _ in range(count)]
    exact = (
        sorted(seconds)[0]
        if count == 1
        else quantiles(seconds, n=10, method="inclusive")[round(share * 10) - 1]
    )
    told = _quantile(Counter(one // 3600 for one in seconds), share)
    spread = 2 * 3600 if count > 2 else max(seconds) - min(seconds) + 3600
    assert abs(told - timedelta(seconds=exact)) <= timedelta(seconds=spread)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Beirut", date(2026, 3, 29), 23),  # its midnight does not exist
        ("Asia/Dhaka", date(2026, 3, 29), 24),
    ],
)
def test_a_day_has_its_own_hours_and_the_next_begins_where_it_ends(zone, day, hours):
    with timezone.override(ZoneInfo(zone)):
        begin, end = (one.astimezone(UTC) for one in Span(day, day).moments)
        following = Span(day + timedelta(days=1), day + timedelta(days=1)).moments[0].astimezone(UTC)
    assert end - begin == timedelta(hours=hours)
    assert end == following
