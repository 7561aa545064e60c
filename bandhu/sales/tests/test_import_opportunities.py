"""Opportunities from files; and the public pipeline file, whose analysis is what pandas counts."""

import json

import pandas
import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.models import Company
from bandhu.customers.tests.importing import bring_in, set_up, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.tests.data_sets import data_set
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity, OpportunityLine, Pipeline, StageMove

pytestmark = pytest.mark.django_db
HEAD = "Deal Name,Account Name,Deal Stage,Amount,Close Date,Create Date,Product,Lost Reason,Colour\n"
WON = "Sacks,Acme Ltd,Closed Won,1500.50,2026-03-10,2026-03-01,,,red\n"
OPEN = "Rice,Acme Ltd,Quoted,$20,2099-03-10,2026-03-05,Rice,,\n"


@pytest.fixture
def rupa():
    make_money()
    return make_user("Rupa", role="administrator", time_zone="UTC")


def test_a_row_becomes_an_opportunity_of_its_company(rupa):
    run = bring_in(rupa, HEAD + WON + OPEN, kind="opportunities")
    assert (run.state, run.created, run.failed) == ("done", 2, 0)
    won, rice = Opportunity.objects.get(name="Sacks"), Opportunity.objects.get(name="Rice")
    assert won.company == rice.company == Company.objects.get()
    assert (won.state, won.base_amount_minor, won.note) == ("won", 150_050, "Colour: red")
    assert (rice.stage.name, rice.currency, rice.base_amount_minor) == ("Quoted", "USD", 240_000)
    assert str(rice.expected_close) == "2099-03-10" and rice.closed_at is None
    told = [(move.to_stage.name, str(move.at.date())) for move in won.moves.order_by("at")]
    assert told == [("Negotiating", "2026-03-01"), ("Won", "2026-03-10")]
    assert won.moves.order_by("at").last().seconds == 9 * 86_400
    assert OpportunityLine.objects.get().opportunity == rice
    assert bring_in(rupa, HEAD + WON + OPEN, kind="opportunities").created == 0


def test_the_campaign_of_a_row_comes_with_it_and_follows(rupa):
    head = "Deal Id,Deal Name,Account Name,Deal Stage,Campaign\n"
    bring_in(rupa, head + "1,Sacks,Acme Ltd,Quoted,Spring\n", kind="opportunities")
    assert Opportunity.objects.get().campaign == "Spring"
    again = bring_in(rupa, head + f"1,Sacks,Acme Ltd,Quoted,{'x' * 300}\n", kind="opportunities")
    assert (again.updated, Opportunity.objects.get().campaign) == (1, "x" * 200)
    take_back(again, rupa)
    assert Opportunity.objects.get().campaign == "Spring"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Tea,Acme Ltd,On the moon,5,,,,,\n", "no_such_choice"),
        ("Tea,Acme Ltd,Lost,5,,2026-03-01,,,\n", "no_closing_day"),
        ("Tea,Acme Ltd,Won,5,2026-02-01,2026-03-01,,,\n", "closed_before_created"),
        ("Tea,Acme Ltd,Won,5,2099-02-01,2026-03-01,,,\n", "in_the_future"),
        ("Tea,Acme Ltd,Quoted,-5,,2026-03-01,,,\n", "negative_amount"),
        ("Tea,Acme Ltd,Quoted,EUR 5,,2026-03-01,,,\n", "no_rate"),
        ("Tea,Acme Ltd,Quoted,1.234567,,2026-03-01,,,\n", "too_many_decimals"),
        ("Tea,,Quoted,5,,2026-03-01,,,\n", "no_name"),
    ],
)
def test_what_cannot_be_is_put_aside_whole(rupa, row, why):
    run = bring_in(rupa, HEAD + row + WON, kind="opportunities")
    assert (run.created, run.failed) == (1, 1)
    assert [one["code"] for one in run.failed_rows.get().problems] == [why]


def test_rows_that_name_no_company_get_the_one_chosen(rupa):
    bring_in(rupa, HEAD + "Tea,,Quoted,5,,,,,\n", kind="opportunities", missing_customer="Unknown buyer")
    assert Opportunity.objects.get().company.name == "Unknown buyer"


def test_undo_leaves_no_trace(rupa):
    run = bring_in(rupa, HEAD + WON + OPEN, kind="opportunities")
    take_back(run, rupa)
    assert (run.state, run.kept) == ("undone", 0)
    for model in (Opportunity, StageMove, OpportunityLine, Company):
        assert not model.objects.exists()


def test_the_wizard_asks_for_the_pipeline(rupa):
    run = set_up(rupa, HEAD + WON, kind="opportunities")
    client = Client()
    client.force_login(rupa)
    page = client.get(reverse("customers:import_options", args=[run.pk])).content.decode()
    assert "Company for rows that name none" in page and Pipeline.objects.get().label in page
    sent = {"match": ["name"], "missing_customer": "Nobody yet", "currency": "USD", "pipeline": ""}
    assert client.post(reverse("customers:import_options", args=[run.pk]), sent).status_code in (302, 303)
    run.refresh_from_db()
    assert (run.options["missing_customer"], run.options["currency"]) == ("Nobody yet", "USD")
    refused = client.patch(
        f"/api/v1/imports/{run.pk}",
        json.dumps({"options": {"own": {"owner": "x"}}}),
        content_type="application/json",
    )
    assert refused.status_code == 422


@pytest.fixture
def maven(rupa):
    """The public file of 8,800 opportunities, imported into a pipeline with its stages; returns the pipeline and the file as pandas reads it."""
    pipeline = actions.create_pipeline(actor=rupa, name="Maven")
    actions.change_stage(pipeline.stages.get(kind="open"), actor=rupa, name="Prospecting")
    actions.add_stage(pipeline, actor=rupa, name="Engaging", kind="open", probability="0.5")
    path = data_set("b2b_pipeline_maven") / "sales_pipeline.csv"
    run = bring_in(
        rupa, path.read_bytes(), name=path.name, pipeline=str(pipeline.pk), missing_customer="Not told"
    )
    assert (run.kind, run.state, run.created, run.failed) == ("opportunities", "done", 8_800, 0)
    return pipeline, pandas.read_csv(path, parse_dates=["engage_date", "close_date"])


def test_the_public_pipeline_comes_in_as_it_is(rupa, maven):
    pipeline, table = maven
    rows = Opportunity.objects.filter(pipeline=pipeline)
    assert rows.count() == len(table)
    assert Company.objects.count() == table["account"].nunique() + 1
    for stage, count in table["deal_stage"].value_counts().items():
        assert rows.filter(stage__name=stage).count() == count
    assert (
        sum(rows.values_list("amount_minor", flat=True).filter(state="won"))
        == table["close_value"].sum() * 100
    )
    for product, count in table["product"].value_counts().items():
        assert rows.filter(lines__name=product).count() == count


@pytest.mark.parametrize(("since", "until"), [("2017-04-01", "2017-09-30"), ("2017-10-01", "2017-12-31")])
def test_its_analysis_is_what_pandas_counts(rupa, maven, since, until):
    pipeline, table = maven
    span = queries.span_of(since, until)
    found = queries.analysis(pipeline, listing_for(rupa, "opportunity", {}), span)
    flow = next(flow for flow in found.flows if flow.stage.name == "Engaging")
    entered = table[table["engage_date"].between(since, until)]
    closed = table[table["close_date"].between(since, until)]
    ends = closed["deal_stage"].value_counts()
    assert flow.counts == {
        "entered": len(entered), "left": len(closed), "passed": ends["Won"], "lost": ends["Lost"], "back": 0,
    }  # fmt: skip
    lasted = closed["close_date"] - closed["engage_date"]
    assert flow.median == lasted.median().to_pytimedelta()
    assert flow.slowest.total_seconds() == pytest.approx(lasted.quantile(0.9).total_seconds())
    won = closed[closed["deal_stage"] == "Won"]
    assert found.results.won == len(won) and found.results.won_value == won["close_value"].sum() * 100
    cycle = (won["close_date"] - won["engage_date"]).mean()
    assert found.results.cycle.total_seconds() == pytest.approx(cycle.total_seconds())
    months = entered.groupby([entered["engage_date"].dt.to_period("M"), "deal_stage"]).size()
    for cohort in found.cohorts:
        for state in ("won", "lost"):
            month = pandas.Period(cohort.month, "M")
            assert cohort.counts[state] == months.get((month, state.title()), 0)


def test_a_product_narrows_the_analysis_as_in_pandas(rupa, maven):
    pipeline, table = maven
    definition = {"filter": {"all": [{"field": "product", "op": "is", "value": "GTX Basic"}]}}
    span = queries.span_of("2017-04-01", "2017-09-30")
    found = queries.analysis(pipeline, listing_for(rupa, "opportunity", definition), span)
    mine = table[table["product"].eq("GTX Basic") & table["close_date"].between("2017-04-01", "2017-09-30")]
    ends = mine["deal_stage"].value_counts()
    assert (found.results.won, found.results.lost) == (ends["Won"], ends["Lost"])
