"""The statements of the pages of quotes: the same for a few lines and for many."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_product
from bandhu.customers.tests.cast import make_contact
from bandhu.quotes import actions
from bandhu.quotes.models import Order
from bandhu.quotes.public_address import public_token
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, sent_quote
from bandhu.sales.tests.cast import make_opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def quoted():
    """Twelve quotes of one contact with thirty lines each; the first is accepted. Returns its maker, and places by kind."""
    admin, chair = make_shop()
    contact = make_contact(by=admin)
    deal = make_opportunity(by=admin, contact=contact)
    goods = [make_product(admin, f"P-{number}", tax_class="standard") for number in range(5)]
    lines = [free_line(f"Line {number}") for number in range(25)]
    lines += [{"product": one, "unit_price": "10"} for one in (*goods, chair)]
    made = [sent_quote(admin, lines, opportunity=deal) for _number in range(6)]
    drafts = [make_quote(admin, lines, opportunity=deal) for _number in range(6)]
    actions.accept_quote(made[0], actor=admin, signed_name="Karim")
    places = {
        "quote": made[1],
        "draft": drafts[0],
        "order": Order.objects.get(),
        "contact": contact,
        "deal": deal,
    }
    return admin, places


PAGES = {
    "quotes": None,
    "orders": None,
    "bin": None,
    "quote": "quote",
    "quote_edit": "draft",
    "order": "order",
    "contact_quotes": "contact",
    "opportunity_quotes": "deal",
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_quotes(quoted, count_queries, name):
    admin, places = quoted
    place = places[PAGES[name]].pk if PAGES[name] else None
    client, address = Client(), reverse(f"quotes:{name}", args=[place] if place else [])
    client.force_login(admin)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200


def test_the_customers_page(quoted, count_queries):
    address = reverse("quotes:public_quote", args=[public_token(quoted[1]["quote"])])
    Client().get(address)
    with count_queries("public_quote"):
        assert Client().get(address).status_code == 200
