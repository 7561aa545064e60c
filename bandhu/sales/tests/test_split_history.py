"""What changed and the trend of a person or a team: a sale that sellers share counts by the part. Figures by hand and by a plain loop."""

import random
from datetime import UTC, datetime
from fractions import Fraction

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity, make_seller, reason_named, stage_named

pytestmark = pytest.mark.django_db
ENDS = ("same", "grown", "shrunk", "won", "lost", "removed")


@pytest.fixture
def house():
    """Rupa and Anik in Dhaka, Mala in Chennai, both under the house; the boss sees all."""
    make_money()
    top = make_team("House")
    dhaka, chennai = make_team("Dhaka", parent=top), make_team("Chennai", parent=top)
    return {
        "boss": make_seller("Boss", team=top), "rupa": make_seller("Rupa", team=dhaka),
        "anik": make_seller("Anik", team=dhaka), "mala": make_seller("Mala", team=chennai),
        "top": top, "dhaka": dhaka, "chennai": chennai,
    }  # fmt: skip


@pytest.fixture
def period():
    return queries.period_of("quarter", timezone.localdate())


def sellers(subject):
    if subject is None:
        return queries.Sellers()
    if hasattr(subject, "parent_id"):
        return queries.Sellers(team_ids=tuple(queries.teams_under(subject)))
    return queries.Sellers(user=subject)


def sale(by, taka, shares=(), **values):
    made = make_opportunity(f"Sale of {taka}", by=by, taka=taka, **values)
    actions.set_splits(made, actor=by, shares=shares)
    return made


def change(one, by, **values):
    return actions.change_opportunity(Opportunity.objects.get(pk=one.pk), actor=by, **values)


def changes(house, subject, snapshot, period):
    whose = sellers(subject)
    asked = queries.ChangesAsked(period, user=whose.user, team_ids=whose.team_ids)
    return queries.forecast_changes(house["boss"], snapshot, asked)


def ways(found):
    return {one.way: (one.count, one.value) for one in found.changes if one.count}


def test_what_changed_counts_for_each_by_the_part(house, period):
    """Rupa's 1,000 (Rupa 50, Anik 30, Mala 20) grew to 1,500: by 250, 150 and 100. Anik's own 100 was won. Mala's 10 with Rupa is new."""
    boss, rupa, anik, mala = (house[name] for name in ("boss", "rupa", "anik", "mala"))
    inside = period.begins
    shared = sale(rupa, "1000", [(rupa, 50), (anik, 30), (mala, 20)], expected_close=inside)
    own = sale(anik, "100", expected_close=inside)
    snapshot = actions.take_snapshot()
    change(shared, boss, amount=Money.of("1500", "BDT"))
    actions.move_opportunity(own, actor=anik, stage=stage_named("Won"))
    sale(mala, "10", [(mala, 50), (rupa, 50)], expected_close=inside)
    told = {
        name: changes(house, house[name], snapshot, period)
        for name in ("rupa", "anik", "mala", "dhaka", "chennai", "top")
    }
    assert ways(told["rupa"]) == {"grown": (1, 25_000), "new": (1, 500)}
    assert ways(told["anik"]) == {"grown": (1, 15_000), "won": (1, -10_000)}
    assert ways(told["mala"]) == {"grown": (1, 10_000), "new": (1, 500)}
    assert ways(told["dhaka"]) == {"grown": (1, 40_000), "won": (1, -10_000), "new": (1, 500)}
    assert ways(told["chennai"]) == ways(told["mala"])
    assert ways(told["top"]) == {"grown": (1, 50_000), "won": (1, -10_000), "new": (1, 1_000)}
    assert ways(told["top"]) == ways(changes(house, None, snapshot, period))
    assert [(told[name].then, told[name].now) for name in ("rupa", "anik", "mala")] == [
        (50_000, 75_500), (40_000, 45_000), (20_000, 30_500),
    ]  # fmt: skip


def test_what_stands_now_is_what_the_forecast_shows_for_everybody(house, period):
    """Forty sales shared at random, each changed in one way: then + changes = now = the open lines of the forecast, and a plain loop agrees."""
    rng, boss = random.Random(6), house["boss"]
    people = [house[name] for name in ("rupa", "anik", "mala")]
    told = []
    for number in range(40):
        owner, taka = rng.choice(people), 100 * rng.randint(1, 50)
        cut = sorted(rng.sample(range(10, 91, 5), 2))
        percents = rng.choice([[], [100], [cut[0], 100 - cut[0]], [cut[0], cut[1] - cut[0], 100 - cut[1]]])
        shares = list(zip(rng.sample(people, len(percents)), percents, strict=True))
        told.append(
            (
                sale(owner, str(taka), shares, expected_close=period.begins),
                owner,
                taka,
                shares,
                ENDS[number % 6],
            )
        )
    snapshot = actions.take_snapshot()
    for made, _owner, taka, _shares, end in told:
        _end(made, boss, taka, end)
    for subject in people:
        found = changes(house, subject, snapshot, period)
        expected = {way: [0, Fraction(0)] for way in ENDS[1:]}
        then = Fraction(0)
        for _made, owner, taka, shares, end in told:
            mine = dict(shares).get(subject, 0) if shares else 100 * (owner == subject)
            if not mine:
                continue
            was, now = (
                _minor(taka, mine),
                _minor({"grown": 2 * taka, "shrunk": taka // 2, "same": taka}.get(end, 0), mine),
            )
            then += was
            if end != "same":
                expected[end][0] += 1
                expected[end][1] += now - was
        assert ways(found) == {way: tuple(pair) for way, pair in expected.items() if pair[0]}
        assert found.then == then and found.then + sum(one.value for one in found.changes) == found.now
        rows = {row.user: row for row in queries.forecast(boss, period).rows if row.user}
        assert found.now == sum(rows[subject].values[line] for line in queries.ADJUSTED)


def _minor(taka, percent):
    return Fraction(taka * 100 * percent, 100)


def _end(made, by, taka, end):
    if end == "grown":
        change(made, by, amount=Money.of(str(2 * taka), "BDT"))
    elif end == "shrunk":
        change(made, by, amount=Money.of(str(taka // 2), "BDT"))
    elif end == "won":
        actions.move_opportunity(made, actor=by, stage=stage_named("Won"))
    elif end == "lost":
        actions.move_opportunity(made, actor=by, stage=stage_named("Lost"), reason=reason_named("No answer"))
    elif end == "removed":
        actions.delete_opportunity(made, actor=by)


def test_each_number_opens_the_opportunities_with_the_part(house, period):
    rupa, mala = house["rupa"], house["mala"]
    sale(rupa, "1000", [(rupa, 75), (mala, 25)], expected_close=period.begins)
    snapshot = actions.take_snapshot()
    change(Opportunity.objects.get(), rupa, amount=Money.of("2000", "BDT"))
    client = Client()
    client.force_login(house["boss"])
    asked = {"kind": "quarter", "way": "grown", "snapshot": snapshot.pk}
    page = client.get(reverse("sales:forecast_changes"), asked | {"user": mala.pk})
    [one] = page.context["page"].items
    assert (one.then_value, one.now_value, one.part) == (25_000, 50_000, 25)
    assert "25 %" in page.content.decode()
    [whole] = client.get(reverse("sales:forecast_changes"), asked).context["page"].items
    assert (whole.then_value, whole.now_value, whole.part) == (100_000, 200_000, None)
    other = client.get(reverse("sales:forecast_changes"), asked | {"user": house["anik"].pk})
    assert not other.context["page"].items
    said = client.get("/api/v1/forecast/changes", {"kind": "quarter", "user_id": str(mala.pk)}).json()
    assert (said["then"], said["now"]) == (25_000, 50_000)


def won(by, taka, month, shares=()):
    made = sale(by, taka, shares)
    actions.move_opportunity(made, actor=by, stage=stage_named("Won"))
    Opportunity.objects.filter(pk=made.pk).update(closed_at=datetime(2026, month, 10, tzinfo=UTC))


def test_the_trend_counts_for_each_by_the_part(house):
    """January: 1,000 of Rupa's with Mala (75 and 25). March: 0.10 among three: 3, 3 and 4 poisha, the left over to the largest part."""
    rupa, anik, mala = house["rupa"], house["anik"], house["mala"]
    won(rupa, "1000", 1, [(rupa, 75), (mala, 25)])
    won(rupa, "40", 1)
    won(rupa, "0.10", 3, [(rupa, "33.33"), (anik, "33.33"), (mala, "33.34")])
    expected = {
        "rupa": [(2, 79_000), (0, 0), (1, 3)], "anik": [(1, 3)], "mala": [(1, 25_000), (0, 0), (1, 4)],
        "dhaka": [(2, 79_000), (0, 0), (1, 6)], "top": [(2, 104_000), (0, 0), (1, 10)],
    }  # fmt: skip
    with time_machine.travel("2026-04-20T08:00:00Z", tick=False):
        for name, months in expected.items():
            found = queries.won_trend(house["boss"], "month", sellers(house[name]))
            assert [(one.count, one.value) for one in found.past] == months, name
        whole = queries.won_trend(house["boss"], "month")
        assert [(one.count, one.value) for one in whole.past] == expected["top"]


def test_the_page_and_the_api_of_a_persons_trend(house):
    rupa, mala = house["rupa"], house["mala"]
    for month in range(1, 13):
        made = sale(rupa, "100", [(rupa, 80), (mala, 20)])
        actions.move_opportunity(made, actor=rupa, stage=stage_named("Won"))
        Opportunity.objects.filter(pk=made.pk).update(closed_at=datetime(2025, month, 10, tzinfo=UTC))
    client = Client()
    client.force_login(house["boss"])
    with time_machine.travel("2026-01-20T08:00:00Z"):
        page = client.get(reverse("sales:forecast_trend"), {"kind": "month", "user": mala.pk})
        said = client.get("/api/v1/forecast/trend", {"kind": "month", "user_id": str(mala.pk)}).json()
        team = client.get("/api/v1/forecast/trend", {"kind": "month", "team_id": str(house["top"].pk)}).json()
    assert {one.value for one, _trial, _url in page.context["past"]} == {2_000}
    assert str(mala) in page.content.decode()
    assert (said["forecast"], team["forecast"]) == (2_000, 10_000)


def test_whom_one_may_not_see_has_no_trend(house):
    lone = make_seller("Lone", role="sales", team=make_team("Elsewhere"))
    client = Client()
    client.force_login(lone)
    assert client.get(reverse("sales:forecast_trend"), {"user": house["mala"].pk}).status_code == 404
    assert client.get("/api/v1/forecast/trend", {"user_id": str(house["mala"].pk)}).status_code == 404
