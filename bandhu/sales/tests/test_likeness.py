"""Companies, and persons without one, like those that bought, tried on the later buyers."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.models import Company, Contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.sales import queries
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import ready_pipeline, stage_named

pytestmark = pytest.mark.django_db


def invent(count, *, signal=True):
    """Companies in three trades; with signal, mills buy far more often."""
    rng, now, won = random.Random(2), timezone.now(), stage_named("Won")
    firms = [
        Company(
            name=f"Firm {number}",
            sort_key=b"x",
            industry=rng.choice(["Mills", "Hotels", "Schools"]),
            country="BD",
        )
        for number in range(count)
    ]
    Company.objects.bulk_create(firms)
    sales = []
    for firm in firms:
        if rng.random() < ((0.6 if firm.industry == "Mills" else 0.1) if signal else 0.3):
            closed = now - timedelta(days=rng.randrange(1, 700))
            sales.append(
                Opportunity(
                    name="Sale", sort_key=b"x", company=firm, pipeline=ready_pipeline(), stage=won, state="won", closed_at=closed
                )
            )  # fmt: skip
    Opportunity.objects.bulk_create(sales)


@pytest.fixture
def admin():
    return make_money()


def test_the_likest_come_first_with_reasons_and_buyers_stay_out(admin):
    invent(900)
    found = queries.likeness(admin)
    assert found.refusal == ""
    assert found.auc > 0.6
    assert {one.customer.industry for one in found.found[:20]} == {"Mills"}
    assert found.found[0].reasons[0][:2] == ("industry", "Mills")
    assert found.found[0].times > 1.3
    bought = set(Opportunity.objects.values_list("company", flat=True))
    assert not bought & {one.customer.pk for one in found.found}
    client = Client()
    client.force_login(admin)
    assert "Mills" in client.get(reverse("sales:selection")).content.decode()


def test_without_signal_nobody_is_selected(admin):
    invent(900, signal=False)
    found = queries.likeness(admin)
    assert (found.refusal, found.found) == ("no_signal", [])


def test_too_few_buyers_are_said(admin):
    invent(60)
    assert queries.likeness(admin).refusal == "too_little"
    client = Client()
    client.force_login(admin)
    assert "Too little to learn from" in client.get(reverse("sales:selection")).content.decode()


def invent_persons(count, *, signal=True):
    """Persons in three towns, none of a company; with signal, those of Sylhet buy far more often."""
    rng, now, won = random.Random(4), timezone.now(), stage_named("Won")
    persons = [
        Contact(full_name=f"Person {number}", sort_key=b"x", city=rng.choice(["Sylhet", "Dhaka", "Khulna"]), country="BD", language="bn")
        for number in range(count)
    ]  # fmt: skip
    Contact.objects.bulk_create(persons)
    bought = [
        one for one in persons if rng.random() < ((0.6 if one.city == "Sylhet" else 0.1) if signal else 0.3)
    ]
    Opportunity.objects.bulk_create(
        Opportunity(
            name="Sale", sort_key=b"x", contact=one, pipeline=ready_pipeline(), stage=won, state="won",
            closed_at=now - timedelta(days=rng.randrange(1, 700)),
        )
        for one in bought
    )  # fmt: skip
    return persons, bought


class TestPersons:
    def test_the_likest_come_first_and_people_of_companies_are_others(self, admin):
        persons, bought = invent_persons(900)
        firm = Company.objects.create(name="Firm", sort_key=b"x")
        Contact.objects.create(
            full_name="Clerk", sort_key=b"x", city="Sylhet", country="BD", language="bn", company=firm
        )
        busy = next(one for one in persons if one.city == "Sylhet" and one not in bought)
        Opportunity.objects.create(
            name="Open", sort_key=b"x", contact=busy, pipeline=ready_pipeline(), stage=stage_named("Qualifying"), state="open"
        )  # fmt: skip
        found = queries.likeness(admin, "contact")
        assert (found.refusal, found.buyers) == ("", len(bought))
        assert found.auc > 0.6
        assert {one.customer.city for one in found.found[:20]} == {"Sylhet"}
        assert found.found[0].reasons[0][:2] == ("city", "Sylhet")
        names = {str(one.customer) for one in found.found}
        assert "Clerk" not in names
        assert not {str(one) for one in (*bought, busy)} & names

    def test_without_signal_or_with_too_few_nobody_is_selected(self, admin):
        invent_persons(60)
        assert queries.likeness(admin, "contact").refusal == "too_little"
        Opportunity.objects.all().delete()
        Contact.objects.all().delete()
        invent_persons(900, signal=False)
        found = queries.likeness(admin, "contact")
        assert (found.refusal, found.found) == ("no_signal", [])

    def test_page_and_api(self, admin):
        invent_persons(900)
        client = Client()
        client.force_login(admin)
        page = client.get(reverse("sales:selection"), {"of": "contact"}).content.decode()
        assert "Sylhet" in page and "Persons like those that bought" in page
        told = client.get("/api/v1/selection?of=contact").json()
        assert told["companies"] == [] and told["contacts"][0]["reasons"][0]["value"] == "Sylhet"
        assert client.get("/api/v1/selection?of=team").status_code == 422
        assert client.get(reverse("sales:selection"), {"of": "team"}).status_code == 404

    def test_whoever_sees_no_contacts_gets_none(self, admin):
        kamal = make_user("Kamal", team=make_team("Dhaka"))
        for permission in ("sales.view_opportunity", "customers.view_company"):
            grant(kamal, permission)
        client = Client()
        client.force_login(kamal)
        assert client.get(reverse("sales:selection")).status_code == 200
        assert client.get(reverse("sales:selection"), {"of": "contact"}).status_code == 403
        assert client.get("/api/v1/selection?of=contact").status_code == 403
