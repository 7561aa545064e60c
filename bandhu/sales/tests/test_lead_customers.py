"""Whoever is given a lead can answer it: its contact goes along where it is nobody's, and stays a colleague's where it is theirs."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.customers.tests.importing import bring_in
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import AuditEntry
from bandhu.sales import actions
from bandhu.sales.actions import submit_web_form
from bandhu.sales.models import AssignmentRule, Lead, Seat
from bandhu.sales.tests.cast import make_lead, make_seller, make_web_form

pytestmark = pytest.mark.django_db
ANIKA = {"full_name": "Anika Rahman", "mail": "anika@example.org", "phone": "01712345678"}


@pytest.fixture
def boss():
    return make_seller("Boss", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def rafiq():
    """A seller whose reach is their own team, to whom the rule gives every lead."""
    rafiq = make_seller("Rafiq", role="sales", team=make_team("Sylhet"))
    Seat.objects.create(rule=AssignmentRule.objects.create(name="All"), user=rafiq)
    return rafiq


def page_of(user, lead):
    client = Client()
    client.force_login(user)
    return client.get(reverse("sales:lead", args=[lead.pk])).content.decode()


@pytest.mark.parametrize("waits_in_a_team", [False, True])
def test_the_seller_of_a_web_forms_lead_sees_who_wrote(boss, rafiq, waits_in_a_team):
    form = make_web_form(by=boss, team=boss.team if waits_in_a_team else None)
    lead = submit_web_form(form, submission="1", values=ANIKA)
    contact = Contact.objects.get()
    assert (lead.owner, contact.owner, contact.team) == (rafiq, rafiq, rafiq.team)
    page = page_of(rafiq, lead)
    assert "Anika Rahman" in page and reverse("customers:contact", args=[contact.pk]) in page
    entry = AuditEntry.objects.filter(record_kind="contact", record_id=contact.pk, verb="changed").get()
    assert entry.changes["owner"] == [None, str(rafiq)]


@pytest.mark.parametrize("way", ["by hand", "changed", "worked on"])
def test_nobodys_customers_go_with_the_lead(boss, way):
    kamal = make_seller("Kamal", role="administrator", team=make_team("Khulna"))
    firm = make_company("Firm", by=system_user(), owner=None, team=None)
    person = make_contact("Anika", by=system_user(), owner=None, team=None, company=firm)
    lead = make_lead(by=boss, contact=person, owner=None)
    Lead.objects.update(team=None)
    Contact.objects.update(owner=None, team=None)
    type(firm).objects.update(owner=None, team=None)
    lead = Lead.objects.get()
    if way == "by hand":
        actions.assign_lead(lead, actor=boss, owner=kamal)
    elif way == "changed":
        actions.change_lead(lead, actor=boss, owner=kamal, team=kamal.team)
    else:
        actions.work_on_lead(lead, actor=kamal)
    for one in (person, firm):
        one.refresh_from_db()
        assert (one.owner, one.team) == (kamal, kamal.team)


def test_a_colleagues_contact_stays_theirs_and_the_page_says_whose_it_is(boss, rafiq):
    known = make_contact("Anika Rahman", by=boss, mails=[{"address": "anika@example.org"}])
    lead = submit_web_form(make_web_form(by=boss, team=None), submission="1", values=ANIKA)
    known.refresh_from_db()
    assert (lead.contact, lead.owner, known.owner) == (known, rafiq, boss)
    page = page_of(rafiq, lead)
    assert f"ask {boss}" in page and "anika@example.org" in page
    assert reverse("customers:contact", args=[known.pk]) not in page
    # Somebody else who sees the lead reads neither who it is nor what they wrote of themselves.
    mate = make_seller("Mate", role="sales", team=rafiq.team)
    assert "anika@example.org" not in page_of(mate, lead)


def test_people_of_a_file_go_with_their_leads(boss, rafiq):
    bring_in(boss, "Name,Email,Interest\nAnika Rahman,anika@example.org,Rice\n", kind="leads")
    lead, contact = Lead.objects.get(), Contact.objects.get()
    assert (lead.owner, contact.owner, contact.team) == (rafiq, rafiq, rafiq.team)
