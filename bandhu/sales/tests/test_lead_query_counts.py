"""The statements of the pages of leads: the same for a few leads and for many."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.sales import actions
from bandhu.sales.tests.cast import make_lead, make_seller, make_web_form

pytestmark = pytest.mark.django_db
PAGES = {
    "leads": False,
    "lead": True,
    "lead_edit": True,
    "lead_log": True,
    "lead_new": False,
    "lead_setup": False,
}


@pytest.fixture
def busy():
    """Twenty leads of different people, points, a rule and a form."""
    make_money()
    boss = make_seller("Boss", role="administrator", team=make_team("Dhaka"))
    make_web_form(by=boss)
    silent = {"all": [{"field": "message", "op": "empty"}]}
    actions.set_score_rule(None, actor=boss, name="Silent", points=-5, conditions=silent)
    actions.set_assignment_rule(None, actor=boss, name="All", people=[(boss, None)])
    leads = [make_lead(f"Lead {number}", by=boss, tags=["vip"]) for number in range(20)]
    return boss, leads[0]


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_leads(busy, count_queries, name):
    boss, lead = busy
    client, address = Client(), reverse(f"sales:{name}", args=[lead.pk] if PAGES[name] else [])
    client.force_login(boss)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200


def test_a_web_form_for_a_stranger(busy, count_queries):
    address = reverse("sales:web_form", args=["offer"])
    Client().get(address)
    with count_queries("web_form"):
        assert Client().get(address).status_code == 200
