"""Shares of the sellers in the forecast and beside their quotas, worked by hand."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.listing import listing_for
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.forecast_words import cells_of
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """Rupa and Anik in Dhaka, Mala in Chennai, both under the house; the boss sees all."""
    make_money()
    top = make_team("House")
    dhaka, chennai = make_team("Dhaka", parent=top), make_team("Chennai", parent=top)
    return {
        "boss": make_seller("Boss", team=top), "rupa": make_seller("Rupa", team=dhaka),
        "anik": make_seller("Anik", team=dhaka), "mala": make_seller("Mala", team=chennai),
    }  # fmt: skip


@pytest.fixture
def period():
    return queries.period_of("month", timezone.localdate())


def sale(by, taka, stage, shares=(), **values):
    made = make_opportunity(
        f"Sale of {taka}", by=by, taka=taka, expected_close=timezone.localdate(), **values
    )
    actions.set_splits(made, actor=by, shares=shares)
    return (
        actions.move_opportunity(made, actor=by, stage=stage_named(stage)) if stage != "Qualifying" else made
    )


def figures(found, line):
    """Name to (value in poisha, count)."""
    rows = {str(row.user or row.team): (row.values[line], row.counts[line]) for row in found.rows}
    return rows | {"all": (found.total.values[line], found.total.counts[line])}


def test_each_seller_has_the_part_and_each_team_the_sum_of_its_people(house, period):
    """1,000.00 of Rupa's: Rupa 50 %, Anik 30 %, Mala 20 %; and 100.00 of Anik's alone.

    Rupa 500, Anik 300 + 100 = 400, Mala 200; Dhaka 900 in two opportunities, Chennai 200 in one, the house 1,100 in two.
    """
    rupa, anik, mala = house["rupa"], house["anik"], house["mala"]
    sale(rupa, "1000", "Negotiating", [(rupa, 50), (anik, 30), (mala, 20)])
    sale(anik, "100", "Negotiating")
    found = queries.forecast(house["boss"], period)
    assert figures(found, "commit") == {
        "House": (110_000, 2), "Dhaka": (90_000, 2), "Rupa": (50_000, 1), "Anik": (40_000, 2),
        "Chennai": (20_000, 1), "Mala": (20_000, 1), "all": (110_000, 2),
    }  # fmt: skip


def test_what_does_not_divide_is_lost_nowhere(house, period):
    """0.10 among 33.33, 33.33 and 33.34 %: 3.333, 3.333 and 3.334 poisha; the one left over goes to the largest part: 3, 3 and 4."""
    rupa, anik, mala = house["rupa"], house["anik"], house["mala"]
    sale(rupa, "0.10", "Qualifying", [(rupa, "33.33"), (anik, "33.33"), (mala, "33.34")])
    found = figures(queries.forecast(house["boss"], period), "pipeline")
    assert (found["Rupa"][0], found["Anik"][0], found["Mala"][0], found["all"][0]) == (3, 3, 4, 10)


def test_the_owner_without_a_part_has_none(house, period):
    rupa, anik, mala = house["rupa"], house["anik"], house["mala"]
    sale(rupa, "1000", "Negotiating", [(anik, 60), (mala, 40)])
    found = figures(queries.forecast(house["boss"], period), "commit")
    assert "Rupa" not in found and found["Anik"] == (60_000, 1) and found["all"] == (100_000, 1)


def test_parts_of_what_nobody_owns(house, period):
    rupa, mala = house["rupa"], house["mala"]
    sale(rupa, "1000", "Negotiating", [(rupa, 75), (mala, 25)], owner=None)
    found = figures(queries.forecast(house["boss"], period), "commit")
    assert (found["Dhaka"], found["Chennai"], found["all"]) == ((75_000, 1), (25_000, 1), (100_000, 1))


def test_a_won_part_counts_towards_its_sellers_quota(house, period):
    """Of 1,000.00 won, Mala's 40 % are 400 of her quota of 800: half. Rupa's 600 of 1,000: six tenths. The house's quota is the sum: 1,000 of 1,800."""
    boss, rupa, mala = house["boss"], house["rupa"], house["mala"]
    actions.set_quota(mala, actor=boss, period=period, amount=Money.of("800", "BDT"))
    actions.set_quota(rupa, actor=boss, period=period, amount=Money.of("1000", "BDT"))
    sale(rupa, "1000", "Won", [(rupa, 60), (mala, 40)])
    rows = {str(row.user or row.team): row for row in queries.forecast(boss, period).rows}
    assert (rows["Mala"].attained, rows["Rupa"].attained) == (0.5, 0.6)
    assert rows["House"].quota == 180_000 and rows["House"].values["closed"] == 100_000


def test_what_is_left_out_of_the_forecast_is_left_out_in_parts_too(house, period):
    rupa, mala = house["rupa"], house["mala"]
    sale(rupa, "1000", "Qualifying", [(rupa, 60), (mala, 40)], forecast="omitted")
    assert not any(queries.forecast(house["boss"], period).total.counts.values())


def test_every_number_opens_the_opportunities_it_counts(house, period):
    boss, rupa, anik, mala = (house[name] for name in ("boss", "rupa", "anik", "mala"))
    sale(rupa, "1000", "Negotiating", [(anik, 60), (mala, 40)])
    sale(anik, "100", "Negotiating")
    sale(mala, "10", "Won", [(mala, 50), (rupa, 50)])
    for row in queries.forecast(boss, period).rows:
        for cell in cells_of(row, period):
            tree = json.loads(parse_qs(urlsplit(cell.url).query)["filter"][0])
            assert listing_for(boss, "opportunity", {"filter": tree}).count() == (cell.count, False)
