"""The pages of leads."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.actions import create_contact
from bandhu.identity.tests.cast import make_team
from bandhu.sales.models import Lead, LeadReason, Opportunity
from bandhu.sales.tests.cast import make_lead, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def test_writing_one_down_finds_the_contact(client, rupa):
    known = create_contact(actor=rupa, full_name="Anika Rahman", mails=["anika@example.org"])
    hint = client.get(
        reverse("sales:lead_typed"), {"full_name": "Anika Rahmann", "mail": "anika@example.org"}
    )
    assert "Anika Rahman" in hint.content.decode()
    assert client.get(reverse("sales:lead_new"), {"contact": known.pk}).status_code == 200
    sent = {"title": "Rice", "full_name": "Anika Rahman", "mail": "anika@example.org", "tags": "vip, new"}
    made = client.post(reverse("sales:lead_new"), sent)
    lead = Lead.objects.get()
    assert made["Location"] == reverse("sales:lead", args=[lead.pk])
    assert (lead.contact, {tag.name for tag in lead.tags.all()}) == (known, {"vip", "new"})
    empty = client.post(reverse("sales:lead_new"), {"title": "Rice"})
    assert empty.status_code == 422


def test_the_page_and_its_parts(client, rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa, message="<b>Two hundred</b>", campaign="spring")
    page = client.get(reverse("sales:lead", args=[lead.pk])).content.decode()
    assert "&lt;b&gt;Two hundred" in page
    assert "spring" in page
    for name in (
        "lead_log",
        "lead_history",
        "lead_assignment",
        "lead_nurturing",
        "lead_closure",
        "lead_conversion",
        "lead_steps",
        "lead_edit",
    ):
        assert client.get(reverse(f"sales:{name}", args=[lead.pk])).status_code == 200, name
    assert "Rice" in client.get(reverse("sales:leads")).content.decode()
    panel = client.get(reverse("sales:contact_leads", args=[lead.contact_id])).content.decode()
    assert reverse("sales:lead", args=[lead.pk]) in panel


def test_from_new_to_the_board(client, rupa):
    lead = make_lead("Rice", by=rupa, team=rupa.team)
    client.post(reverse("sales:lead_work", args=[lead.pk]))
    answer = client.post(
        reverse("sales:lead_conversion", args=[lead.pk]),
        {"name": "Rice for Anika", "amount": "500", "currency": "BDT"},
    )
    made = Opportunity.objects.get()
    assert answer["Location"] == reverse("sales:opportunity", args=[made.pk])
    assert (made.lead, str(made.amount), made.owner) == (lead, "500.00 BDT", rupa)
    assert "Rice for Anika" in client.get(reverse("sales:board")).content.decode()


def test_closing_keeping_giving_and_the_bin(client, rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa)
    at = lambda name: reverse(f"sales:{name}", args=[lead.pk])  # noqa: E731
    assert client.post(at("lead_closure"), {"reason": ""}).status_code == 422
    later = timezone.localtime() + timedelta(days=3)
    kept = client.post(at("lead_nurturing"), {"what": "Ask again", "until": later.strftime("%Y-%m-%dT%H:%M")})
    assert kept.status_code == 204
    assert client.post(at("lead_closure"), {"reason": LeadReason.objects.first().pk}).status_code == 204
    client.post(at("lead_reopening"))
    assert client.post(at("lead_assignment"), {"owner": "", "team": rupa.team_id}).status_code == 204
    lead.refresh_from_db()
    assert (lead.status, lead.owner) == ("working", None)
    client.post(at("lead_deletion"))
    assert "Rice" in client.get(reverse("sales:lead_bin")).content.decode()
    client.post(at("lead_restoration"))
    assert client.get(at("lead")).status_code == 200


def test_two_savings_meet_on_a_page(client, rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa)
    sent = {"version": lead.version, "contact": lead.contact_id, "owner": rupa.pk}
    edit = reverse("sales:lead_edit", args=[lead.pk])
    assert client.post(edit, sent | {"title": "Tea"}).status_code == 302
    clash = client.post(edit, sent | {"title": "Coffee"})
    assert clash.status_code == 409
    assert "Tea" in clash.content.decode()
