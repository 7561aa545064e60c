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
