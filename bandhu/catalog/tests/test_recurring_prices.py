"""What is paid every month, quarter or year: prices of periods in the books, and what a product usually is."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.catalog import actions
from bandhu.catalog.models import PriceEntry, Product
from bandhu.catalog.queries import NoPrice, price_for
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.platform.models import AuditEntry
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Care: 100 for one time, 500 a month (450 from ten on), 5,000 a year."""
    admin = make_money(make_administrator())
    care = make_product(admin, "CARE", recurs="month", times="12")
    book = make_book(admin, prices={care: 100})
    prices = [(500, "month", 1), (450, "month", 10), (5000, "year", 1)]
    rows = [
        actions.PriceRow(care, Money.of(str(taka), "BDT"), Decimal(tier), every)
        for taka, every, tier in prices
    ]
    actions.set_prices(book, rows, actor=admin)
    return admin, care, book


def costs(admin, product, quantity=1, period=""):
    return price_for(admin, product, Decimal(quantity), period=period).amount.minor // 100


def test_each_period_has_its_price_and_the_others_the_one_without(shop):
    admin, care, _book = shop
    assert [costs(admin, care, period=one) for one in ("", "month", "year")] == [100, 500, 5000]
    assert costs(admin, care, 10, "month") == 450
    assert costs(admin, care, period="quarter") == 100


def test_what_is_paid_once_never_costs_what_a_month_does(shop):
    admin, care, book = shop
    actions.set_prices(book, [actions.PriceRow(care, None)], actor=admin)
    assert costs(admin, care, period="month") == 500
    for period in ("", "quarter"):
        with pytest.raises(NoPrice):
            costs(admin, care, period=period)


def test_the_price_of_the_period_comes_before_a_better_book_without_one(shop):
    admin, care, _book = shop
    make_book(admin, "Season", {care: 90}, priority=5)
    assert (costs(admin, care), costs(admin, care, period="month")) == (90, 500)


def test_a_bundle_costs_a_month_what_a_month_of_all_its_parts_does(shop):
    admin, care, book = shop
    desk = make_product(admin, "DESK")
    actions.set_prices(book, [actions.PriceRow(desk, Money.of("70", "BDT"))], actor=admin)
    suite = make_product(admin, "SUITE")
    actions.set_part(suite, actor=admin, part=care, quantity=2)
    assert costs(admin, suite, period="month") == 1000
    actions.set_part(suite, actor=admin, part=desk, quantity=1)
    suite = Product.objects.get(pk=suite.pk)
    # A desk has no monthly price: what one time costs counts, of both.
    assert costs(admin, suite, period="month") == 270


def test_the_trail_names_the_period(shop):
    admin, care, book = shop
    actions.set_prices(book, [actions.PriceRow(care, None, Decimal(1), "year")], actor=admin)
    assert AuditEntry.objects.order_by("pk").last().changes["CARE ≥ 1 / year"] == ["5000.00 BDT", None]


def test_nonsense_is_refused(shop):
    admin, care, book = shop
    with pytest.raises(ValidationError):
        actions.set_prices(book, [actions.PriceRow(care, Money(1, "BDT"), Decimal(1), "week")], actor=admin)
    for values in ({"recurs": "week"}, {"times": "-1"}, {"times": "1201"}, {"times": "soon"}):
        with pytest.raises(ValidationError):
            actions.change_product(care, actor=admin, **values)


def test_the_grid_writes_and_moves_prices_of_periods(shop):
    admin, care, book = shop
    client = Client()
    client.force_login(admin)
    address = reverse("catalog:price_book", args=[book.pk])
    assert "a month" in client.get(address).content.decode()
    yearly = PriceEntry.objects.get(recurs="year")
    sent = {
        "row": [str(yearly.pk), "new0"],
        f"{yearly.pk}-product": str(care.pk), f"{yearly.pk}-was": "1", f"{yearly.pk}-was_recurs": "year",
        f"{yearly.pk}-tier": "1", f"{yearly.pk}-recurs": "quarter", f"{yearly.pk}-price": "1300",
        "new0-product": str(care.pk), "new0-tier": "5", "new0-recurs": "month", "new0-price": "480",
    }  # fmt: skip
    assert client.post(address, sent).status_code in (302, 303)
    assert costs(admin, care, period="quarter") == 1300 and costs(admin, care, 5, "month") == 480
    assert not PriceEntry.objects.filter(recurs="year").exists()
    refused = client.post(address, sent | {"new0-recurs": "week"})
    assert refused.status_code == 422


def test_page_and_api_of_the_product(shop):
    admin, care, book = shop
    client = Client()
    client.force_login(admin)
    said = client.get(f"/api/v1/products/{care.pk}").json()
    assert (said["recurs"], said["times"]) == ("month", 12)
    changed = client.patch(
        f"/api/v1/products/{care.pk}", {"recurs": "year", "times": 0}, content_type="application/json"
    )
    assert (changed.json()["recurs"], changed.json()["times"]) == ("year", 0)
    price = client.get(f"/api/v1/products/{care.pk}/price", {"recurs": "month"}).json()
    assert (price["amount_minor"], price["recurs"]) == (50_000, "month")
    one = client.get(f"/api/v1/price-books/{book.pk}").json()
    assert one in client.get("/api/v1/price-books").json()["items"] and one["id"] == str(book.pk)
    assert client.get(f"/api/v1/price-books/{UUID(int=1)}").status_code == 404
    entries = client.get(f"/api/v1/price-books/{book.pk}/entries").json()["items"]
    assert sorted((one["recurs"], one["amount_minor"]) for one in entries) == [
        ("", 10_000), ("month", 45_000), ("month", 50_000), ("year", 500_000),
    ]  # fmt: skip
    answer = client.post(
        reverse("catalog:product_field", args=[care.pk, "recurs"]), {"recurs": "quarter", "version": "2"}
    )
    assert answer.status_code == 200 and "a quarter" in answer.content.decode()
    assert "a month" in client.get(reverse("catalog:product_prices", args=[care.pk])).content.decode()
