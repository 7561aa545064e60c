"""The statements of the pages of sales: the same for a few opportunities and for many."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.sales import actions
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, reason_named, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold():
    """Twelve opportunities of four companies, moved on, won and lost; returns their seller and one with all its parts."""
    make_money()
    rupa = make_seller("Rupa", team=make_team("Dhaka"))
    firms = [make_company(f"Firm {number}", by=rupa) for number in range(4)]
    people = [make_contact(f"Person {number}", by=rupa, company=firm) for number, firm in enumerate(firms)]
    made = [
        make_opportunity(f"Sale {number}", by=rupa, contact=people[number % 4], company=firms[number % 4], tags=["Rice"])
        for number in range(12)
    ]  # fmt: skip
    for number, one in enumerate(made[1:]):
        stage = stage_named(("Quoted", "Won", "Lost", "Needs understood")[number % 4])
        reason = reason_named("No answer") if stage.kind == "lost" else None
        actions.move_opportunity(one, actor=rupa, stage=stage, reason=reason)
    actions.add_stakeholder(made[0], actor=rupa, contact=people[1], role="decides")
    actions.add_competitor(made[0], actor=rupa, name="Meghna")
    actions.plan_step(made[0], actor=rupa, what="Send the price", due_at=timezone.now() + timedelta(days=3))
    return rupa, made[0]


PAGES = [
    "board",
    "analysis",
    "analysis_moves",
    "forecast",
    "forecast_changes",
    "forecast_trend",
    "hand_overs",
    "selection",
    "opportunities",
    "opportunity",
    "opportunity_new",
    "opportunity_moves",
    "opportunity_lines",
    "opportunity_lines_edit",
    "opportunity_history",
    "contact_opportunities",
    "company_opportunities",
]


OF_ONE = (
    "opportunity",
    "opportunity_moves",
    "opportunity_history",
    "opportunity_lines",
    "opportunity_lines_edit",
)


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_sales(sold, count_queries, name):
    rupa, made = sold
    places = {
        "analysis_moves": [ready_pipeline().stages.get(name="Qualifying").pk],
        "contact_opportunities": [made.contact_id],
        "company_opportunities": [made.company_id],
        **{key: [made.pk] for key in OF_ONE},
    }
    client, address = Client(), reverse(f"sales:{name}", args=places.get(name))
    client.force_login(rupa)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200
