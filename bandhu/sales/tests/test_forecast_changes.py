"""Snapshots, and what changed since one."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.models import ForecastSnapshot, Opportunity, SnapshotLine
from bandhu.sales.tests.cast import make_opportunity, make_seller, reason_named, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def period():
    return queries.period_of("quarter", timezone.localdate())


def sale(by, name, taka, close, **values):
    return make_opportunity(name, by=by, taka=taka, expected_close=close, **values)


def change(one, by, **values):
    return actions.change_opportunity(Opportunity.objects.get(pk=one.pk), actor=by, **values)


@pytest.fixture
def lived(rupa, period):
    """A snapshot, and one opportunity for every way a forecast changes; returns the snapshot."""
    inside, outside = period.begins, period.ends + timedelta(days=1)
    names = ("same", "grown", "shrunk", "won", "lost", "moved_out", "line_out", "removed")
    made = {name: sale(rupa, name, "1000", inside) for name in names}
    made["moved_in"] = sale(rupa, "moved_in", "300", outside)
    made["line_in"] = sale(rupa, "line_in", "40", inside, forecast="omitted")
    snapshot = actions.take_snapshot()
    change(made["grown"], rupa, amount=Money.of("1500", "BDT"))
    change(made["shrunk"], rupa, amount=Money.of("900", "BDT"))
    actions.move_opportunity(made["won"], actor=rupa, stage=stage_named("Won"))
    actions.move_opportunity(
        made["lost"], actor=rupa, stage=stage_named("Lost"), reason=reason_named("No answer")
    )
    change(made["moved_out"], rupa, expected_close=outside)
    change(made["line_out"], rupa, forecast="omitted")
    actions.delete_opportunity(made["removed"], actor=rupa)
    change(made["moved_in"], rupa, expected_close=inside)
    change(made["line_in"], rupa, forecast="")
    sale(rupa, "new", "7", inside)
    return snapshot


def test_every_change_is_explained_and_they_add_up(rupa, period, lived):
    found = queries.forecast_changes(rupa, lived, queries.ChangesAsked(period))
    values = {one.way: (one.count, one.value) for one in found.changes}
    assert values == {
        "new": (1, 700), "moved_in": (1, 30_000), "line_in": (1, 4_000), "grown": (1, 50_000), "shrunk": (1, -10_000),
        "won": (1, -100_000), "lost": (1, -100_000), "moved_out": (1, -100_000), "line_out": (1, -100_000),
        "removed": (1, -100_000),
    }  # fmt: skip
    assert found.then == 800_000
    assert found.then + sum(one.value for one in found.changes) == found.now
    forecast = queries.forecast(rupa, period).total
    assert found.now == sum(forecast.values[line] for line in queries.ADJUSTED)


def test_each_number_opens_its_records(rupa, period, lived):
    client = Client()
    client.force_login(rupa)
    for way in queries.CHANGE_WAYS:
        page = client.get(reverse("sales:forecast_changes"), {"way": way, "kind": "quarter"})
        assert [one.name for one in page.context["page"].items] == [way]


def test_one_line_counts_what_came_from_and_went_to_others(rupa, period):
    inside = period.begins
    risen, fallen = sale(rupa, "risen", "100", inside), sale(rupa, "fallen", "20", inside, forecast="commit")
    snapshot = actions.take_snapshot()
    change(risen, rupa, forecast="commit")
    change(fallen, rupa, forecast="best_case")
    found = queries.forecast_changes(rupa, snapshot, queries.ChangesAsked(period, line="commit"))
    assert {one.way: one.value for one in found.changes if one.count} == {
        "line_in": 10_000,
        "line_out": -2_000,
    }


def test_only_what_one_may_see_and_asks_for(rupa, period, lived):
    other = make_seller("Mala", role="sales", team=make_team("Chennai"))
    assert queries.forecast_changes(other, lived, queries.ChangesAsked(period)).then == 0
    mine = queries.ChangesAsked(period, user=other)
    assert queries.forecast_changes(rupa, lived, mine).then == 0
    ours = queries.ChangesAsked(period, team_ids=(rupa.team_id,))
    assert queries.forecast_changes(rupa, lived, ours).then == 800_000


def test_one_snapshot_a_week_and_old_ones_go(rupa):
    sale(rupa, "One", "100", None)
    with time_machine.travel("2026-06-02T08:00:00Z", tick=False):
        assert actions.take_snapshot() is not None
        assert actions.take_snapshot() is None
    with time_machine.travel("2026-06-07T23:00:00Z", tick=False):
        assert actions.take_snapshot() is None
    with time_machine.travel("2026-06-08T00:41:00Z", tick=False):
        assert actions.take_snapshot() is not None
    assert SnapshotLine.objects.count() == 2
    with time_machine.travel("2028-01-03T00:41:00Z", tick=False):
        actions.take_snapshot()
    assert ForecastSnapshot.objects.count() == 1


def test_without_a_snapshot_the_page_says_so(rupa):
    client = Client()
    client.force_login(rupa)
    assert "There is no snapshot yet" in client.get(reverse("sales:forecast_changes")).content.decode()
