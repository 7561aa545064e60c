"""The pages of leads."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars.actions import plan_meeting
from bandhu.catalog.tests.cast import make_money
from bandhu.customers.actions import create_contact
from bandhu.identity.tests.cast import make_team
from bandhu.sales import actions
from bandhu.sales.models import Enrolment, Lead, LeadReason, Opportunity
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


def test_the_list_leads_to_the_bin_for_who_may_delete():
    boss, reader = make_seller("Boss"), make_seller("Rita", role="read_only")
    for user, is_there in ((boss, True), (reader, False)):
        client = Client()
        client.force_login(user)
        page = client.get(reverse("sales:leads")).content.decode()
        assert (reverse("sales:lead_bin") in page) is is_there


def test_the_page_offers_what_the_page_of_an_opportunity_does(client, rupa):
    mail = create_contact(actor=rupa, full_name="Anika Rahman", mails=["anika@example.org"])
    lead = make_lead("Rice", by=rupa, owner=rupa, contact=mail)
    address = reverse("sales:lead", args=[lead.pk])
    page = client.get(address).content.decode()
    writing = reverse("channels:contact_mail", args=[mail.pk]) + f"?about=lead:{lead.pk.hex}"
    enrolling = reverse("sales:contact_enrolling", args=[mail.pk]) + f"?lead={lead.pk}"
    for one in (writing, enrolling, reverse("sales:lead_meetings", args=[lead.pk])):
        assert one in page
    assert client.get(writing, HTTP_HX_REQUEST="true").status_code == 200
    begins = timezone.now() + timedelta(days=1)
    plan_meeting(
        actor=rupa, title="Tasting", starts_at=begins, ends_at=begins + timedelta(hours=1), customer=mail,
        about_kind="lead", about_id=lead.pk,
    )  # fmt: skip
    assert "Tasting" in client.get(reverse("sales:lead_meetings", args=[lead.pk])).content.decode()
    reader = Client()
    reader.force_login(make_seller("Rita", role="read_only"))
    page = reader.get(address).content.decode()
    assert writing not in page and enrolling not in page


def test_a_sequence_begun_on_the_page_of_a_lead_is_of_that_lead(client, rupa):
    admin = make_seller("Root", role="administrator")
    steps = [{"task": "Call them"}]
    sequence = actions.set_sequence(None, actor=admin, name="Follow up", steps=steps)
    contact = create_contact(actor=rupa, full_name="Anika Rahman", mails=["anika@example.org"])
    lead, other = (
        make_lead("Rice", by=rupa, owner=rupa, contact=contact),
        make_lead("Jute", by=rupa, owner=rupa),
    )
    address = reverse("sales:contact_enrolling", args=[contact.pk])
    sent = {"sequence": str(sequence.pk)}
    for wrong, status in ((other.pk, 422), ("nonsense", 404)):
        assert client.post(f"{address}?lead={wrong}", sent, HTTP_HX_REQUEST="true").status_code == status
    shown = client.get(f"{address}?lead={lead.pk}", HTTP_HX_REQUEST="true").content.decode()
    assert f"{address}?lead={lead.pk}" in shown
    assert client.post(f"{address}?lead={lead.pk}", sent, HTTP_HX_REQUEST="true").status_code == 204
    assert Enrolment.objects.get().lead == lead
