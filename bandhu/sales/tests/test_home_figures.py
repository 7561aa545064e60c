"""The figures of sales on the home page count what their lists show, and stand where they matter."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.listing import listing_for
from bandhu.sales.home_figures import sales_figures
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role, expected", [("manager", [2, 1, 2]), ("sales", [2, 1]), ("service", [])])
def test_each_figure_counts_what_its_list_shows(role, expected):
    make_money()
    today, team = timezone.localdate(), make_team("Dhaka")
    boss = make_seller("Boss", team=team)
    rupa = make_seller("Rupa", role=role, team=team)
    make_opportunity("Rice", by=boss, owner=rupa, team=team, expected_close=today)
    make_opportunity("Tea", by=boss, owner=rupa, team=team, expected_close=today - timedelta(days=40))
    make_opportunity("Salt", by=boss, expected_close=today - timedelta(days=1))
    figures = list(sales_figures(rupa))
    assert [figure.value for figure in figures] == expected
    for figure in figures:
        tree = json.loads(parse_qs(urlsplit(figure.url).query)["filter"][0])
        assert listing_for(rupa, "opportunity", {"filter": tree}).count() == (figure.value, False)
    client = Client()
    client.force_login(rupa)
    words = client.get("/").content.decode()
    assert ("My open opportunities" in words) == bool(expected)
