"""The trend: tried on the past in the order of time, beside repeating the last period."""

import random
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named
from bandhu.sales.trend import FEWEST, REPEAT, SEASON, SMOOTHED, trend_of


def test_too_short_a_history_says_nothing():
    found = trend_of([100.0] * (FEWEST - 1), 12)
    assert not found.is_known
    assert (found.forecast, found.error, found.low) == (None, None, None)


def test_noise_around_a_level_is_smoothed_and_beats_repeating():
    rng = random.Random(3)
    found = trend_of([1000 + rng.uniform(-300, 300) for _ in range(48)], 12)
    assert found.is_better
    assert found.method == SMOOTHED
    assert found.error < found.repeat_error
    assert abs(found.forecast - 1000) < 150


def test_a_year_that_comes_again_is_found():
    year = [100, 120, 90, 300, 80, 60, 500, 110, 95, 70, 40, 900]
    rng = random.Random(5)
    values = [month * rng.uniform(0.95, 1.05) for _year in range(4) for month in year]
    found = trend_of(values, 12)
    assert found.method == SEASON
    assert found.forecast == pytest.approx(100, rel=0.1)


def test_a_random_walk_is_repeated_and_that_is_said():
    rng, level, values = random.Random(11), 10_000.0, []
    for _ in range(60):
        level += rng.gauss(0, 500)
        values.append(level)
    found = trend_of(values, 12)
    assert found.method == REPEAT or found.is_better
    if not found.is_better:
        assert found.forecast == values[-1]


def test_a_forecast_never_looks_ahead():
    """What came later changes no earlier trial."""
    rng = random.Random(7)
    values = [rng.uniform(0, 100) for _ in range(30)]
    early, late = trend_of(values[:20], 12), trend_of(values, 12)
    assert late.trials[: len(early.trials)] == early.trials


def test_intervals_hold_about_four_fifths():
    held = judged = 0
    for seed in range(30):
        rng = random.Random(seed)
        found = trend_of([1000 + rng.gauss(0, 100) for _ in range(48)], 12)
        held, judged = held + found.held, judged + found.judged
    assert 0.74 < held / judged < 0.9


@pytest.mark.django_db
class TestOfSales:
    @pytest.fixture
    def rupa(self):
        make_money()
        return make_seller("Rupa", team=make_team("Dhaka"))

    def _won(self, rupa, taka, at):
        made = make_opportunity(by=rupa, taka=taka)
        actions.move_opportunity(made, actor=rupa, stage=stage_named("Won"))
        Opportunity.objects.filter(pk=made.pk).update(closed_at=at)

    def test_periods_without_a_win_count_as_nought_and_the_running_one_not_at_all(self, rupa):
        self._won(rupa, "100", datetime(2026, 1, 10, tzinfo=UTC))
        self._won(rupa, "50", datetime(2026, 3, 10, tzinfo=UTC))
        self._won(rupa, "999", datetime(2026, 5, 2, tzinfo=UTC))
        with time_machine.travel("2026-05-20T08:00:00Z", tick=False):
            found = queries.won_trend(rupa, "month")
        assert [(one.period.begins.month, one.value) for one in found.past] == [
            (1, 10_000),
            (2, 0),
            (3, 5_000),
            (4, 0),
        ]

    def test_the_page_says_that_the_history_is_too_short(self, rupa):
        client = Client()
        client.force_login(rupa)
        assert "The history is too short" in client.get(reverse("sales:forecast_trend")).content.decode()

    def test_the_page_shows_both_errors(self, rupa):
        for month in range(1, 13):
            self._won(rupa, str(100 + month % 3), datetime(2025, month, 10, tzinfo=UTC))
        client = Client()
        client.force_login(rupa)
        with time_machine.travel("2026-01-20T08:00:00Z"):
            page = client.get(reverse("sales:forecast_trend"), {"kind": "month"})
        trend = page.context["won"].trend
        assert trend.periods == 12
        text = page.content.decode()
        assert "Average error of this forecast" in text
        assert "Error of repeating the last period" in text
