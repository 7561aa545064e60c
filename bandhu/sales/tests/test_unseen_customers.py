"""Who sees an opportunity but not its customer learns nothing of the customer from it."""

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.listing import listing_for
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db
SECRET_FIRM, SECRET_PERSON = "Zaheerunnissa Traders", "Zqarima Begum"


@pytest.fixture
def sale():
    make_money()
    boss = make_seller("Boss", role="administrator")
    firm = make_company(SECRET_FIRM, by=boss, industry="Zmining")
    person = make_contact(SECRET_PERSON, by=boss)
    return make_opportunity("Rice", by=boss, company=firm, contact=person)


def _reader(reach):
    kamal = make_user("Kamal", team=make_team("Dhaka"))
    grant(kamal, "sales.view_opportunity")
    for permission in ("customers.view_contact", "customers.view_company") if reach else ():
        grant(kamal, permission, reach)
    return kamal


@pytest.mark.parametrize("reach", ["", "own"])
@pytest.mark.parametrize("address", ["/opportunities/", "/opportunities/?columns=name,company,contact,industry", "/board/", "/board/?lanes=owner", "/opportunities/{pk}/", "/opportunities/{pk}/history/"])  # fmt: skip
def test_no_page_tells(sale, reach, address):
    client = Client()
    client.force_login(_reader(reach))
    answer = client.get(address.format(pk=sale.pk))
    words = answer.content.decode()
    assert answer.status_code == 200
    assert (
        ("Rice" in words or "history" in address) and SECRET_FIRM not in words and SECRET_PERSON not in words
    )


@pytest.mark.parametrize("reach", ["", "own", "everyone"])
def test_neither_list_nor_search_answer_to_the_customer(sale, reach):
    kamal, sees = _reader(reach), reach == "everyone"
    assert [hit.record_id for hit in search(kamal, "Rice", kinds=["opportunity"])] == [sale.pk]
    for name in (SECRET_FIRM, SECRET_PERSON):
        found = search(kamal, name, kinds=["opportunity"])
        assert [hit.record_id for hit in found] == ([sale.pk] if sees else [])
    known = {one.name for one in all_fields(kamal, record_kinds["opportunity"])}
    assert ("industry" in known) == bool(reach)
    if reach:
        tree = {"all": [{"field": "company", "op": "contains", "value": "Zaheer"}]}
        assert listing_for(kamal, "opportunity", {"filter": tree}).rows().exists() == sees


def _asked(user, field, op, value=None):
    tree = {"all": [{"field": field, "op": op, "value": value}]}
    return sorted(one.name for one in listing_for(user, "opportunity", {"filter": tree}).rows())


def test_the_customers_country_is_the_companys_else_the_contacts():
    make_money()
    boss = make_seller("Boss", role="administrator")
    here, there = [{"country": "BD", "region": "Sylhet"}], [{"country": "LK", "region": "Central"}]
    placed, nowhere = make_company("Placed", by=boss, addresses=here), make_company("Nowhere", by=boss)
    person = make_contact("Mala", by=boss, addresses=there)
    make_opportunity("Of the company", by=boss, company=placed, contact=person)
    make_opportunity("Of the contact", by=boss, contact=person)
    make_opportunity("Company without", by=boss, company=nowhere, contact=person)
    make_opportunity("Nobody knows", by=boss, company=nowhere)
    assert _asked(boss, "customer_country", "in", ["BD"]) == ["Of the company"]
    assert _asked(boss, "customer_country", "in", ["LK"]) == ["Company without", "Of the contact"]
    assert _asked(boss, "customer_country", "empty") == ["Nobody knows"]
    assert _asked(boss, "company_region", "is", "Sylhet") == ["Of the company"]
    assert _asked(boss, "contact_region", "is", "Central") == ["Company without", "Of the company", "Of the contact"]  # fmt: skip
    # Who sees only some customers learns of no other's country, not by what the list leaves out either.
    kamal = _reader("")
    assert "customer_country" not in {one.name for one in all_fields(kamal, record_kinds["opportunity"])}
    grant(kamal, "customers.view_company", "everyone")
    kamal = type(kamal).objects.get(pk=kamal.pk)
    assert "customer_country" not in {one.name for one in all_fields(kamal, record_kinds["opportunity"])}
    grant(kamal, "customers.view_contact", "own")
    kamal = type(kamal).objects.get(pk=kamal.pk)
    assert _asked(kamal, "customer_country", "in", ["LK", "BD"]) == []
    assert len(_asked(kamal, "customer_country", "empty")) == 4
    grouped = listing_for(kamal, "opportunity", {"group_by": "customer_country"}).groups()
    assert {value for value, _number in grouped} <= {None, ""}
