"""REST: a subscription from its first to its last request, and what is refused."""

import pytest
from django.test import Client

from bandhu.billing.models import Subscription
from bandhu.billing.tests.cast import billed_on, make_house, make_subscription
from bandhu.customers.tests.cast import make_company

pytestmark = pytest.mark.django_db
PLAN = {"name": "Rice plan", "unit_price": {"minor": 310_000, "currency": "BDT"}}


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def client(boss):
    found = Client()
    found.force_login(boss)
    return found


def send(client, method, path, data=None, **headers):
    address = f"/api/v1/subscriptions{path}"
    return getattr(client, method)(address, data or {}, content_type="application/json", headers=headers)


def test_from_the_first_to_the_last_request(boss, client):
    company = make_company(by=boss)
    sent = {"company_id": str(company.pk), "interval": "month", "starts_on": "2026-03-01", "lines": [PLAN]}
    made = send(client, "post", "", sent)
    assert made.status_code == 201, made.content
    body, path = made.json(), f"/{made.json()['id']}"
    assert (body["amount_minor"], body["monthly_minor"], body["state"], body["next_on"]) == (
        310_000,
        310_000,
        "active",
        "2026-03-01",
    )
    assert send(client, "patch", path, {"note": "x"}, if_match='"v9"').status_code == 412
    changed = send(client, "patch", path, {"note": "Thanks", "every": 2}, if_match=made["ETag"])
    assert (changed.json()["note"], changed.json()["monthly_minor"]) == ("Thanks", 155_000)
    billed_on("2026-03-01")
    periods = send(client, "get", f"{path}/periods").json()
    assert [(one["from_on"], one["to_on"]) for one in periods] == [("2026-03-01", "2026-05-01")]
    more = send(client, "put", f"{path}/lines", {"lines": [PLAN | {"quantity": "2"}], "prorates": False})
    assert more.json()["lines"][0]["net_minor"] == 620_000
    assert send(client, "post", f"{path}/pause").json()["state"] == "paused"
    assert send(client, "post", f"{path}/resume").json()["state"] == "active"
    ended = send(
        client, "post", f"{path}/cancellation", {"reason": "Moved", "at_once": True, "credits": False}
    )
    assert (ended.json()["state"], ended.json()["end_reason"]) == ("ended", "Moved")
    listed = send(client, "get", "").json()
    assert [one["id"] for one in listed["items"]] == [body["id"]]


def test_what_is_refused(boss, client):
    made = make_subscription(by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    path = f"/{made.pk}"
    for method, place, data in (
        ("post", "", {"lines": [PLAN]}),
        ("post", "", {"company_id": str(made.company_id), "lines": []}),
        ("post", "", {"company_id": str(made.company_id), "lines": [PLAN], "interval": "day"}),
        ("patch", path, {"starts_on": "2026-03-02"}),
        ("patch", path, {"every": 0}),
        ("put", f"{path}/lines", {"lines": [PLAN | {"quantity": "-1"}]}),
        ("post", f"{path}/cancellation", {"reason": " "}),
    ):
        answer = send(client, method, place, data)
        assert answer.status_code == 422, (place, data, answer.content)
    assert Subscription.objects.count() == 1
