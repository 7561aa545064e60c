"""The month of expected closings: each day its opportunities, the largest first, and every number opens what it counts."""

import json
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.listing import listing_for
from bandhu.sales import actions, queries
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, stage_named

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 10)


@pytest.fixture
def boss():
    make_money()
    return make_seller("Boss", team=make_team("Dhaka"))


def days_of(user, definition=None, text="", first_weekday=6):
    listing = listing_for(user, "opportunity", definition or {}, text=text)
    weeks = queries.closing_weeks(listing, ready_pipeline(), DAY.replace(day=1), first_weekday)
    assert all(len(week) == 7 for week in weeks)
    return {one.day: one for week in weeks for one in week}


def test_each_day_has_its_open_ones_the_largest_first(boss):
    for number in range(6):
        make_opportunity(f"Rice {number}", by=boss, taka=str(1000 + number), expected_close=DAY)
    make_opportunity("Later", by=boss, expected_close=DAY + timedelta(days=40))
    lost = make_opportunity("Won", by=boss, expected_close=DAY)
    actions.move_opportunity(lost, actor=boss, stage=stage_named("Won"))
    found = days_of(boss)
    assert min(found) == date(2027, 2, 28) and max(found) == date(2027, 4, 3)
    assert not found[date(2027, 2, 28)].is_of_month and found[DAY].is_of_month
    day = found[DAY]
    assert (day.count, day.value, day.left_out) == (6, 601_500, 2)
    assert [sale.name for sale in day.sales] == ["Rice 5", "Rice 4", "Rice 3", "Rice 2"]
    assert sum(one.count for one in found.values()) == 6


def test_the_reach_and_the_filter_hold(boss):
    other = make_seller("Rupa", role="sales", team=make_team("Khulna"))
    make_opportunity("Rice", by=boss, expected_close=DAY, source="Fair")
    make_opportunity("Tea", by=boss, expected_close=DAY)
    assert days_of(boss)[DAY].count == 2 and days_of(other)[DAY].count == 0
    assert (
        days_of(boss, {"filter": {"all": [{"field": "source", "op": "is", "value": "Fair"}]}})[DAY].count == 1
    )


def test_the_page_leads_to_what_it_counts_and_to_the_months_beside(boss):
    for number in range(6):
        make_opportunity(f"Rice {number}", by=boss, expected_close=DAY, source="Fair")
    make_opportunity("Tea", by=boss, expected_close=DAY)
    client = Client()
    client.force_login(boss)
    tree = {"all": [{"field": "source", "op": "is", "value": "Fair"}]}
    answer = client.get(reverse("sales:closings"), {"month": DAY.isoformat(), "filter": json.dumps(tree)})
    page = unescape(answer.content.decode())
    assert answer.status_code == 200 and "Rice 0" in page and "Tea" not in page
    assert "month=2027-02-01" in page and "month=2027-04-01" in page
    url = next(part for part in page.split('"') if part.startswith("/opportunities/?filter"))
    shown = json.loads(parse_qs(urlsplit(url).query)["filter"][0])
    assert listing_for(boss, "opportunity", {"filter": shown}).count() == (6, False)
    assert reverse("sales:closings") in client.get(reverse("sales:board")).content.decode()


@pytest.mark.parametrize("month", ["", "nonsense", "2027-13-40", "0001-01-01", "99999-01-01"])
def test_no_month_is_this_one(boss, month):
    client = Client()
    client.force_login(boss)
    assert client.get(reverse("sales:closings"), {"month": month}).status_code == 200
