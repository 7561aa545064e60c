"""Everything known about one person, from every app, and gone with a purge."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.customers import actions as customers
from bandhu.customers.actions.personal_data import export_personal_data
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions import actions
from bandhu.interactions.models import FollowUp, Interaction, Participant
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("Admin", role="administrator")


@pytest.fixture
def rahima(admin):
    padma = make_company("Padma", by=admin)
    rahima = make_contact(
        "রহিমা খাতুন", by=admin, company=padma, phones=["+8801712345678"], mails=["rahima@example.com"],
        national_id="1990123456789", tags=["VIP"], external_ids=[{"source": "old", "external_id": "7"}],
    )  # fmt: skip
    customers.relate(rahima, actor=admin, other=padma, role="decides_for")
    customers.attach_file(rahima, actor=admin, name="চুক্তি.txt", content=[b"hello"])
    actions.log_interaction(rahima, actor=admin, kind="note", subject="Hello", body="Wants tea")
    actions.plan_follow_up(rahima, actor=admin, what="Call", due_at=timezone.now() + timedelta(days=1))
    return rahima


def test_it_holds_what_every_app_knows_and_nothing_is_masked(rahima, admin):
    data = export_personal_data(rahima, actor=admin)["data"]
    [own] = data["contact"]
    assert (own["full_name"], own["company"], own["national_id"]) == ("রহিমা খাতুন", "Padma", "1990123456789")
    assert own["phones"][0]["number"] == "+8801712345678"
    assert own["mails"][0]["address"] == "rahima@example.com"
    assert (own["tags"], own["external_ids"][0]["external_id"]) == (["VIP"], "7")
    assert data["relations"][0]["whom"] == "Padma"
    assert data["files"][0]["name"] == "চুক্তি.txt"
    assert "Wants tea" in data["interactions"][0]["text"]
    assert data["follow_ups"][0]["what"] == "Call"
    assert {"consents", "merges", "imports"} <= set(data)
    entry = AuditEntry.objects.filter(verb="exported").get()
    assert (entry.record_id, entry.actor_id) == (rahima.pk, admin.pk)


def test_somebody_elses_timeline_in_which_they_took_part_is_told_too(rahima, admin):
    other = make_contact("Other", by=admin)
    talk = actions.log_interaction(other, actor=admin, kind="meeting", subject="Together")
    Participant.objects.create(interaction=talk, contact=rahima)
    told = export_personal_data(rahima, actor=admin)["data"]["interactions"]
    assert {one["subject"] for one in told} == {"Hello", "Together"}


def test_a_purge_leaves_none_of_it(rahima, admin):
    other = make_contact("Other", by=admin)
    talk = actions.log_interaction(other, actor=admin, kind="meeting", subject="Together")
    Participant.objects.create(interaction=talk, contact=rahima)
    customers.delete_contact(rahima, actor=admin)
    customers.purge_contact(rahima, actor=admin)
    assert list(Interaction.objects.values_list("subject", flat=True)) == ["Together"]
    assert (FollowUp.objects.count(), Participant.objects.filter(contact=rahima.pk).count()) == (0, 0)


def test_the_page_gives_a_file_and_the_api_the_same(rahima, admin):
    client = Client()
    client.force_login(admin)
    answer = client.post(reverse("customers:contact_personal_data", args=[rahima.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    from_page = json.loads(answer.content)["data"]
    from_api = client.get(f"/api/v1/contacts/{rahima.pk}/personal-data").json()["data"]
    assert from_page["contact"][0]["full_name"] == from_api["contact"][0]["full_name"] == "রহিমা খাতুন"
    assert set(from_page) == set(from_api)
    page = client.get(reverse("customers:contact", args=[rahima.pk])).content.decode()
    assert reverse("customers:contact_personal_data", args=[rahima.pk]) in page


def test_who_only_works_with_customers_may_not(admin):
    rupa = make_agent("Rupa", team=make_team("Dhaka"))
    hers = make_contact("Hers", by=rupa)
    with pytest.raises(Denied):
        export_personal_data(hers, actor=rupa)
    client = Client()
    client.force_login(rupa)
    address = reverse("customers:contact_personal_data", args=[hers.pk])
    assert client.post(address).status_code == 403
    assert address not in client.get(reverse("customers:contact", args=[hers.pk])).content.decode()
