"""Times in a stage where there are too many departures to sort them all."""

import random
from collections import Counter
from datetime import timedelta
from statistics import quantiles

import pytest

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
