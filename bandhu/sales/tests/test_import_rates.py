"""Amounts of a file in another currency: the rate that is missing is named with its day, or the first one there is counts."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.imports.problems import sentence_of
from bandhu.customers.tests.importing import bring_in, set_up
from bandhu.identity.tests.cast import make_user
from bandhu.platform.tests.data_sets import data_set
from bandhu.sales import actions
from bandhu.sales.models import Opportunity

pytestmark = pytest.mark.django_db
HEAD = "Deal Name,Account Name,Deal Stage,Amount,Close Date,Create Date\n"
EARLY = "Tea,Acme Ltd,Won,$20,2014-05-03,2014-04-01\n"
LATE = "Rice,Acme Ltd,Quoted,$30,2099-05-03,2026-04-01\n"
ZOHO_STAGES = (
    "Prospect", "Qualification", "Needs Analysis", "Initial Offer", "Proposal/Price Quote", "Negotiation/Review",
)  # fmt: skip


@pytest.fixture
def rupa():
    """A dollar is 120 taka from the first day of 2026 on."""
    make_money()
    return make_user("Rupa", role="administrator", time_zone="UTC")


def test_the_missing_rate_is_named_with_its_currency_and_day(rupa):
    run = bring_in(rupa, HEAD + EARLY + LATE, kind="opportunities")
    assert (run.created, run.failed) == (1, 1)
    [problem] = run.failed_rows.get().problems
    assert (problem["code"], problem["value"], problem["detail"]) == ("no_rate", "USD", "2014-05-03")
    sentence = sentence_of(problem)
    assert "USD" in sentence and "2014-05-03" in sentence


def test_the_first_rate_there_is_counts_where_one_chose_so(rupa):
    run = bring_in(rupa, HEAD + EARLY + LATE, kind="opportunities", missing_rate="first")
    assert (run.created, run.failed) == (2, 0)
    tea = Opportunity.objects.get(name="Tea")
    assert (tea.base_amount_minor, str(tea.rate_date)) == (240_000, "2026-01-01")
    assert str(tea.closed_at.date()) == "2014-05-03"


def test_a_currency_without_any_rate_is_put_aside_all_the_same(rupa):
    row = "Oil,Acme Ltd,Won,EUR 20,2014-05-03,2014-04-01\n"
    run = bring_in(rupa, HEAD + row + LATE, kind="opportunities", missing_rate="first")
    assert (run.created, run.failed) == (1, 1)


def test_the_wizard_offers_it_and_refuses_anything_else(rupa):
    run = set_up(rupa, HEAD + EARLY, kind="opportunities")
    client = Client()
    client.force_login(rupa)
    address = reverse("customers:import_options", args=[run.pk])
    assert "Amounts of days before the first exchange rate" in client.get(address).content.decode()
    sent = {"match": ["name"], "currency": "USD", "pipeline": "", "missing_rate": "first"}
    assert client.post(address, sent).status_code in (302, 303)
    run.refresh_from_db()
    assert run.options["missing_rate"] == "first"
    assert client.post(address, sent | {"missing_rate": "never"}).status_code == 422


def test_the_potentials_of_zoho_come_in_whole(rupa):
    """The public demonstration export; its stages are made first, its rows name no company, its amounts no currency."""
    text = (data_set("zoho_crm_demo_export") / "Potentials.csv").read_text(encoding="utf-8", errors="replace")
    lines = text.splitlines(keepends=True)[:200]
    pipeline = actions.create_pipeline(actor=rupa, name="Zoho")
    for name in ZOHO_STAGES:
        actions.add_stage(pipeline, actor=rupa, name=name, kind="open", probability="0.5")
    run = bring_in(
        rupa, "".join(lines), name="Potentials.csv", pipeline=str(pipeline.pk), missing_customer="Not told", currency="USD",
        missing_rate="first",
    )  # fmt: skip
    assert (run.kind, run.layout) == ("opportunities", "zoho_potentials")
    assert run.created + run.failed == len(lines) - 1
    codes = {one["code"] for row in run.failed_rows.all() for one in row.problems}
    assert codes <= {"no_such_choice", "in_the_future"}
    assert run.created > 100
    first = Opportunity.objects.get(name="Lewis, James")
    assert (first.currency, first.amount_minor, first.stage.name) == ("USD", 2_270_000, "Needs Analysis")
    assert first.base_amount_minor == 2_270_000 * 120
