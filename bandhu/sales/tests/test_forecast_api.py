"""The forecast, territories and hand-overs over REST."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.sales import actions
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    """Days are compared here: not at an hour at which it is tomorrow already where the house stands."""
    with time_machine.travel(datetime.now(UTC).replace(hour=9), tick=True):
        yield


API = "/api/v1"


@pytest.fixture
def boss():
    make_money()
    made = make_seller("Boss", team=make_team("Dhaka"))
    make_opportunity("Rice", by=made, taka="500", expected_close=timezone.localdate())
    return made


@pytest.fixture
def client(boss):
    client = Client()
    client.force_login(boss)
    return client


def send(client, method, path, **body):
    return client.generic(method, API + path, json.dumps(body), "application/json")


def test_figures_quota_adjustment_and_changes(client, boss):
    subject = {"user_id": str(boss.pk), "kind": "month", "begins": str(timezone.localdate())}
    assert (
        send(client, "PUT", "/forecast/quotas", **subject, amount_minor=100_000).json()["amount_minor"]
        == 100_000
    )
    said = send(
        client, "POST", "/forecast/adjustments", **subject, amount_minor=30_000, line="pipeline", note="Slips"
    )
    assert (said.status_code, said.json()["figure_minor"]) == (201, 50_000)
    found = client.get(f"{API}/forecast?kind=month").json()
    row = next(one for one in found["rows"] if one["user_id"] == str(boss.pk))
    pipeline = next(one for one in row["lines"] if one["line"] == "pipeline")
    assert (row["quota"], pipeline["value"], pipeline["expected"], found["currency"]) == (
        100_000,
        50_000,
        30_000,
        "BDT",
    )
    assert client.get(f"{API}/forecast/changes").status_code == 422
    actions.take_snapshot()
    make_opportunity("New", by=boss, taka="7", expected_close=timezone.localdate())
    changes = client.get(f"{API}/forecast/changes?kind=month").json()
    assert changes["then"] + sum(one["value"] for one in changes["changes"]) == changes["now"] == 50_700
    assert client.get(f"{API}/forecast/trend?kind=month").json()["forecast"] is None


@pytest.mark.parametrize("query", ["kind=week", "begins=x"])
def test_bad_periods_are_refused(client, query):
    assert client.get(f"{API}/forecast?{query}").status_code == 422


def test_a_quota_is_of_one_subject(client):
    assert send(client, "PUT", "/forecast/quotas", begins="2026-01-01", amount_minor=1).status_code == 422


def test_territories_and_hand_overs(boss):
    admin, deputy = (
        make_seller("Admin", role="administrator"),
        make_seller("Deputy", role="sales", team=boss.team),
    )
    client = Client()
    client.force_login(admin)
    made = send(client, "POST", "/territories", name="All", kind="opportunity", owner_id=str(deputy.pk))
    assert made.status_code == 201
    assert client.get(f"{API}/territories/simulation").json()[0]["lines"][0]["to_owner_id"] == str(deputy.pk)
    run = send(client, "POST", "/territories/runs").json()
    assert send(client, "POST", f"/territories/runs/{run['id']}/undo").status_code == 202
    today = str(timezone.localdate())
    sent = {"from_user_id": str(boss.pk), "to_user_id": str(deputy.pk), "first_day": today, "last_day": today}
    handed = send(client, "POST", "/hand-overs", **sent)
    assert handed.status_code == 201
    assert send(client, "POST", f"/hand-overs/{handed.json()['id']}/return").json()["state"] == "undoing"
