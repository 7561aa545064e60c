"""Leads by program."""

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.sales.models import Lead, LeadReason, Opportunity
from bandhu.sales.tests.cast import make_lead, make_seller

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


def test_from_a_person_to_an_opportunity(client, rupa):
    sent = {
        "title": "Rice",
        "person": {"full_name": "Anika", "mail": "anika@example.org"},
        "campaign": "spring",
        "owner_id": str(rupa.pk),
    }
    made = post(client, "/leads", sent)
    body = made.json()
    assert (made.status_code, made["ETag"], body["status"], body["campaign"]) == (
        201,
        '"v1"',
        "new",
        "spring",
    )
    assert client.get(f"{API}/leads", {"q": "Rice"}).json()["items"][0]["id"] == body["id"]
    kept = post(
        client, f"/leads/{body['id']}/nurturing", {"until": "2099-01-01T00:00:00Z", "what": "Ask again"}
    )
    assert kept.json()["nurture_until"] == "2099-01-01"
    converted = post(
        client, f"/leads/{body['id']}/conversion", {"amount": {"minor": 500, "currency": "BDT"}}
    ).json()
    assert converted["opportunity_id"] == str(Opportunity.objects.get().pk)
    again = post(client, f"/leads/{body['id']}/conversion", {}).json()
    assert again == converted
    log = client.get(f"{API}/leads/{body['id']}/status-changes").json()["items"]
    assert [one["to_status"] for one in log] == ["qualified", "nurturing", "new"]


def test_one_key_makes_one_lead_and_nobody_is_refused(client):
    sent = {"title": "Rice", "person": {"full_name": "Anika"}}
    for _twice in range(2):
        assert post(client, "/leads", sent, HTTP_IDEMPOTENCY_KEY="once-and-only").status_code == 201
    assert Lead.objects.count() == 1
    assert post(client, "/leads", {"title": "Tea"}).status_code == 422


def test_closing_opening_giving_and_the_bin(client, rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa)
    at = f"/leads/{lead.pk}"
    assert post(client, f"{at}/closure", {}).status_code == 422
    reason = client.get(f"{API}/lead-reasons").json()["items"][0]
    assert post(client, f"{at}/closure", {"reason_id": reason["id"]}).json()["status"] == "closed"
    assert post(client, f"{at}/work", {}).status_code == 422
    assert post(client, f"{at}/reopening", {}).json()["close_reason_id"] is None
    assert post(client, f"{at}/assignment", {"team_id": str(rupa.team_id)}).json()["owner_id"] is None
    assert (
        client.patch(
            f"{API}{at}", {"title": "Tea"}, content_type="application/json", HTTP_IF_MATCH='"v1"'
        ).status_code
        == 412
    )
    assert client.delete(f"{API}{at}").status_code == 204
    assert client.get(f"{API}{at}").status_code == 404
    assert post(client, f"{at}/restoration", {}).json()["title"] == "Rice"
    assert LeadReason.objects.filter(pk=reason["id"]).exists()


def test_who_does_not_see_the_contact_reads_nothing_of_them(rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa)
    Lead.objects.filter(pk=lead.pk).update(
        answers={"full_name": "Zahra", "phone": "+8801712345678", "message": "Rice?"}
    )
    reader = make_user("Kamal", team=rupa.team)
    grant(reader, "sales.view_lead")
    client = Client()
    client.force_login(reader)
    assert client.get(f"{API}/leads/{lead.pk}").json()["answers"] == {"message": "Rice?"}
    grant(reader, "customers.view_contact")
    reader.forget_reaches()
    seen = client.get(f"{API}/leads/{lead.pk}").json()["answers"]
    assert (seen["full_name"], seen["phone"][-3:], "712345" in seen["phone"]) == ("Zahra", "678", False)
