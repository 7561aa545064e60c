"""The statements of the catalogue's pages: the same for a few products and for many."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog import actions
from bandhu.catalog.tests.cast import make_book, make_money, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked():
    """Twenty products in three books, one of them a bundle with variants; returns its maker, the bundle and a book."""
    admin = make_money()
    goods = [make_product(admin, f"P-{number}", tax_class="standard") for number in range(20)]
    books = [make_book(admin, f"Book {number}", dict.fromkeys(goods, 100)) for number in range(3)]
    for part in goods[1:8]:
        actions.set_part(goods[0], actor=admin, part=part, quantity=2)
    for number in range(5):
        make_product(admin, f"V-{number}", parent=goods[0])
    return admin, goods[0], books[0]


PAGES = [
    "products",
    "product",
    "product_prices",
    "product_parts",
    "price_books",
    "price_book",
    "currencies",
    "taxes",
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_catalogue(stocked, count_queries, name):
    admin, product, book = stocked
    place = {"price_book": [book.pk]}.get(
        name, [product.pk] if name.startswith("product") and name != "products" else []
    )
    client, address = Client(), reverse(f"catalog:{name}", args=place)
    client.force_login(admin)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200
