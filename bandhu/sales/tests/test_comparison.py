"""Own fields where two savings of a customer or an opportunity meet: named, in words, and the other person's can be taken."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.customers import actions as customers
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.sales import actions as sales
from bandhu.sales.tests.cast import make_lead, make_opportunity

pytestmark = pytest.mark.django_db


def make_contact_form(boss):
    made = make_contact("Anika", by=boss)
    return (
        made,
        reverse("customers:contact_edit", args=[made.pk]),
        customers.change_contact,
        {"full_name": "Anika"},
    )


def make_opportunity_form(boss):
    made = make_opportunity("Rice", by=boss)
    sent = {
        "name": "Rice",
        "contact": made.contact_id or "",
        "company": made.company_id or "",
        "owner": boss.pk,
    }
    return made, reverse("sales:opportunity_edit", args=[made.pk]), sales.change_opportunity, sent


def make_lead_form(boss):
    made = make_lead("Rice", by=boss)
    sent = {"title": "Rice", "contact": made.contact_id, "owner": made.owner_id or ""}
    return made, reverse("sales:lead_edit", args=[made.pk]), sales.change_lead, sent


@pytest.mark.parametrize(
    ("kind", "make"),
    [("contact", make_contact_form), ("opportunity", make_opportunity_form), ("lead", make_lead_form)],
)
@pytest.mark.parametrize(("taken", "stands"), [("theirs", "small"), ("yours", "large")])
def test_an_own_field_is_compared_in_words_and_chosen(kind, make, taken, stands):
    boss = make_money(make_user("Boss", role="administrator"))
    choices = [
        {"key": "small", "labels": {"en": "A small one"}},
        {"key": "large", "labels": {"en": "A large one"}},
    ]
    field = create_field(
        actor=boss, kind=kind, type="choice", labels={"en": "Size of shop"}, options={"choices": choices}
    )
    made, address, change, sent = make(boss)
    name = f"custom.{field.key}"
    sent |= {"version": made.version, name: "large"}
    change(made, actor=boss, custom={field.key: "small"})
    client = Client()
    client.force_login(boss)
    answer = client.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Size of shop", "A small one", "A large one", f'name="take_{name}"'):
        assert words in page
    made.refresh_from_db()
    settled = client.post(address, sent | {"version": made.version, f"take_{name}": taken})
    assert settled.status_code == 302, settled.content.decode()[:3000]
    made.refresh_from_db()
    assert made.custom == {field.key: stands}
