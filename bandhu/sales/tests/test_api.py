"""Pipelines and opportunities by program."""

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import EventRecord
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, reason_named, stage_named

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def post(client, path, data, **headers):
    return client.post(f"{API}{path}", data, content_type="application/json", **headers)


def test_from_the_pipeline_to_a_win(client, rupa):
    pipeline = client.get(f"{API}/pipelines").json()["items"][0]
    assert [stage["kind"] for stage in pipeline["stages"]] == ["open"] * 4 + ["won", "lost"]
    sent = {
        "name": "Rice",
        "company_id": str(make_company(by=rupa).pk),
        "amount": {"minor": 1000, "currency": "USD"},
    }
    made = post(client, "/opportunities", sent)
    body = made.json()
    assert (made.status_code, made["ETag"], body["base_amount_minor"], body["state"]) == (
        201,
        '"v1"',
        120_000,
        "open",
    )
    won = {
        "stage_id": pipeline["stages"][4]["id"],
        "from_stage_id": body["stage_id"],
        "reason_id": str(reason_named("Best fit").pk),
    }
    moved = post(client, f"/opportunities/{body['id']}/moves", won).json()
    assert (moved["state"], moved["version"]) == ("won", 2)
    moves = client.get(f"{API}/opportunities/{body['id']}/moves").json()["items"]
    assert [move["from_stage_id"] for move in moves] == [body["stage_id"], None]
    payload = EventRecord.objects.get(name="sales.opportunity_won").payload
    assert (payload["title"], payload["to_stage"], payload["reason"]) == ("Rice", "Won", "Best fit")


def test_what_is_missing_is_named(client, rupa):
    made = make_opportunity(by=rupa, amount=None)
    answer = post(client, f"/opportunities/{made.pk}/moves", {"stage_id": str(stage_named("Quoted").pk)})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["amount"])
    filled = {
        "stage_id": str(stage_named("Quoted").pk),
        "values": {"amount": {"minor": 5, "currency": "BDT"}},
    }
    assert post(client, f"/opportunities/{made.pk}/moves", filled).json()["amount"] == {
        "minor": 5,
        "currency": "BDT",
    }


def test_a_card_that_stands_elsewhere_is_not_moved(client, rupa):
    made = make_opportunity(by=rupa)
    stale = {
        "stage_id": str(stage_named("Quoted").pk),
        "from_stage_id": str(stage_named("Needs understood").pk),
    }
    assert post(client, f"/opportunities/{made.pk}/moves", stale).status_code in (409, 412)
    assert Opportunity.objects.get().stage == made.stage


def test_an_old_version_is_refused_and_a_currency_that_is_none(client, rupa):
    made = make_opportunity(by=rupa)
    patch = lambda data, **headers: client.patch(  # noqa: E731
        f"{API}/opportunities/{made.pk}", data, content_type="application/json", **headers
    )
    assert patch({"name": "More"}, HTTP_IF_MATCH='"v1"').status_code == 200
    assert patch({"name": "Less"}, HTTP_IF_MATCH='"v1"').status_code == 412
    assert patch({"amount": {"minor": 1, "currency": "XXQ"}}).status_code == 422


def test_the_list_filters_as_views_do_and_pages(client, rupa):
    company = make_company(by=rupa)
    for n in range(3):
        make_opportunity(f"Rice {n}", by=rupa, company=company, taka=str(n + 1))
    query = {"limit": 2, "sort": "-amount", "filter": '{"field": "amount", "op": "more", "value": 2}'}
    page = client.get(f"{API}/opportunities", query).json()
    assert [one["name"] for one in page["items"]] == ["Rice 2", "Rice 1"]
    assert page["next"] is None
    assert client.get(f"{API}/opportunities", {"filter": "{"}).status_code == 422


def test_one_key_makes_one_opportunity(client, rupa):
    sent = {"name": "Rice", "company_id": str(make_company(by=rupa).pk)}
    made = [post(client, "/opportunities", sent, HTTP_IDEMPOTENCY_KEY="once-and-only") for _twice in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert Opportunity.objects.count() == 1


def test_into_the_bin_and_back(client, rupa):
    made = make_opportunity(by=rupa)
    assert client.delete(f"{API}/opportunities/{made.pk}").status_code == 204
    assert client.get(f"{API}/opportunities/{made.pk}").status_code == 404
    assert post(client, f"/opportunities/{made.pk}/restoration", {}).json()["name"] == made.name
    assert ready_pipeline().opportunities.get() == made
