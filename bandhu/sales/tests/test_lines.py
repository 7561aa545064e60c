"""Amount from products. Figures are worked by hand in the comments."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.catalog import actions as catalog
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.customers.tests.cast import make_company
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Money
from bandhu.sales import actions
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Money in BDT, a chair for 1500 (1200 from ten on), a service for 500 a month; returns seller, chair and service."""
    admin = make_money(make_administrator())
    chair, service = make_product(admin), make_product(admin, "SERVICE")
    make_book(admin, prices={chair: 1500, (chair, 10): 1200, service: 500})
    return make_seller("Rupa"), chair, service


def taka(amount: str) -> Money:
    return Money.of(amount, "BDT")


def stored(record: Opportunity) -> Opportunity:
    return Opportunity.objects.get(pk=record.pk)


def test_the_amount_is_the_sum_of_the_lines(shop):
    """12 chairs at the tier's 1200 less 10 % are 12,960; 3 × 33.33 delivered are 99.99: 13,059.99."""
    rupa, chair, _service = shop
    sale = make_opportunity(by=rupa, amount=None)
    actions.set_lines(sale, actor=rupa, lines=[
        {"product": chair, "quantity": "12", "discount": "10"},
        {"name": "Delivery", "quantity": 3, "unit_price": "33.33"},
    ])  # fmt: skip
    after = stored(sale)
    assert after.amount == taka("13059.99") and after.amount_from_lines and after.recurring is None
    assert [one.list_price_minor for one in after.lines.order_by("position")] == [120_000, None]


def test_a_variant_and_a_bundle_cost_what_the_books_say(shop):
    """A red chair costs what the chair does: 1500. The bundle of two chairs and a month of service: 2 × 1500 + 500 = 3500."""
    rupa, chair, service = shop
    admin = make_administrator("Badal")
    red = make_product(admin, "CHAIR-RED", parent=chair, attributes={"Colour": "Red"})
    bundle = make_product(admin, "ROOM")
    catalog.set_part(bundle, actor=admin, part=chair, quantity=Decimal(2))
    catalog.set_part(bundle, actor=admin, part=service, quantity=Decimal(1))
    sale = make_opportunity(by=rupa, amount=None)
    actions.set_lines(sale, actor=rupa, lines=[{"product": red}, {"product": bundle}])
    assert stored(sale).amount == taka("5000")
    assert len(sale.lines.get(product=bundle).parts) == 2


def test_what_recurs_gives_monthly_and_yearly_revenue(shop):
    """10 services at 500 for 12 months: 5,000 a month, 60,000 in all and in a year; with 2 chairs 63,000 in all."""
    rupa, chair, service = shop
    sale = make_opportunity(by=rupa, amount=None)
    month = {"product": service, "quantity": 10, "recurs": "month", "times": 12}
    actions.set_lines(sale, actor=rupa, lines=[month, {"product": chair, "quantity": 2}])
    after = stored(sale)
    assert (after.amount, after.recurring, after.recurring_period) == (taka("63000"), taka("5000"), "month")
    assert (after.per_month, after.per_year) == (taka("5000"), taka("60000"))


def test_periods_that_differ_are_told_by_the_year(shop):
    """500 a month (6,000 a year), 100 a quarter (400) and 1,000 a year: 7,400 a year, 616.67 a month."""
    rupa, _chair, service = shop
    sale = make_opportunity(by=rupa, amount=None)
    actions.set_lines(sale, actor=rupa, lines=[
        {"product": service, "recurs": "month", "times": 12},
        {"name": "Check", "unit_price": "100", "recurs": "quarter", "times": 4},
        {"name": "Licence", "unit_price": "1000", "recurs": "year"},
    ])  # fmt: skip
    after = stored(sale)
    assert (after.recurring, after.recurring_period) == (taka("7400"), "year")
    assert (after.amount, after.per_month) == (taka("7400"), taka("616.67"))


def test_an_amount_by_hand_stays_until_somebody_turns_the_switch(shop):
    rupa, chair, _service = shop
    sale = make_opportunity(by=rupa, taka="5000")
    actions.set_lines(sale, actor=rupa, lines=[{"product": chair}])
    assert stored(sale).amount == taka("5000") and not stored(sale).amount_from_lines
    actions.change_opportunity(sale, actor=rupa, amount_from_lines=True)
    assert stored(sale).amount == taka("1500")
    actions.set_lines(sale, actor=rupa, lines=[{"product": chair, "quantity": 2}])
    assert stored(sale).amount == taka("3000")
    actions.change_opportunity(sale, actor=rupa, amount=taka("3000"), note="Sent again as it was.")
    assert stored(sale).amount_from_lines
    actions.change_opportunity(sale, actor=rupa, amount=taka("2900"))
    assert stored(sale).amount == taka("2900") and not stored(sale).amount_from_lines
    actions.set_lines(sale, actor=rupa, lines=[])
    assert stored(sale).amount == taka("2900")


def test_lines_in_another_currency_are_converted_with_todays_rate(shop):
    """Two at 10 USD are 20 USD, at 120 BDT each 2,400 BDT."""
    rupa, _chair, _service = shop
    sale = make_opportunity(by=rupa, amount=None)
    actions.set_lines(
        sale, actor=rupa, currency="USD", lines=[{"name": "Seat", "quantity": 2, "unit_price": "10"}]
    )
    after = stored(sale)
    assert (after.amount, after.base_amount_minor, after.rate) == (
        Money.of("20", "USD"),
        240_000,
        Decimal(120),
    )


def test_the_book_of_the_customers_country_counts(shop):
    rupa, chair, _service = shop
    make_book(make_administrator("Badal"), "Lanka", prices={chair: 1400}, country="LK", priority=10)
    firm = make_company("Kandy Tea", by=rupa, addresses=[{"city": "Kandy", "country": "LK"}])
    sale = make_opportunity(by=rupa, amount=None, company=firm)
    actions.set_lines(sale, actor=rupa, currency="BDT", lines=[{"product": chair}])
    assert stored(sale).amount == taka("1400")


@pytest.mark.parametrize(
    "line", [{"discount": "15"}, {"unit_price": "1200"}, {"unit_price": "1450", "discount": "8"}]
)
def test_more_discount_than_one_may_give_is_refused(shop, line):
    """With a limit of 10 %: 15 %; 1200 instead of 1500 is 20 %; 1450 less 8 % is 1334, 11.07 % off."""
    rupa, chair, _service = shop
    catalog.set_discount_limit(actor=make_administrator("Badal"), user=rupa, percent=Decimal(10))
    sale = make_opportunity(by=rupa)
    with pytest.raises(ValidationError) as refused:
        actions.set_lines(sale, actor=rupa, lines=[{"product": chair, **line}])
    assert list(refused.value.message_dict) == ["0.discount"]
    assert not sale.lines.exists()


def test_what_a_manager_gave_stays_when_somebody_with_less_leave_changes_the_rest(shop):
    rupa, chair, service = shop
    catalog.set_discount_limit(actor=make_administrator("Badal"), user=rupa, percent=Decimal(10))
    sale = make_opportunity(by=rupa)
    actions.set_lines(sale, actor=make_administrator("Chitra"), lines=[{"product": chair, "discount": 30}])
    kept = {"id": sale.lines.get().pk, "product": chair, "discount": "30", "unit_price": "1500"}
    actions.set_lines(sale, actor=rupa, lines=[kept, {"product": service}])
    assert sale.lines.count() == 2
    with pytest.raises(ValidationError):
        actions.set_lines(sale, actor=rupa, lines=[kept | {"discount": "31"}])


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ({"quantity": 0}, "0.quantity"),
        ({"recurs": "week"}, "0.recurs"),
        ({"times": 12}, "0.times"),
        ({"recurs": "month", "times": 0}, "0.times"),
        ({"recurs": "month", "times": 1201}, "0.times"),
        ({"unit_price": "90071992547409.91", "quantity": 2}, "lines"),
        ({"quantity": -1}, "lines"),
        ({"unit_price": "90071992547409.91", "recurs": "month"}, "lines"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_and_nothing_is_lost(shop, line, place):
    rupa, chair, _service = shop
    sale = make_opportunity(by=rupa)
    actions.set_lines(sale, actor=rupa, lines=[{"product": chair}])
    with pytest.raises(ValidationError) as refused:
        actions.set_lines(sale, actor=rupa, lines=[{"name": "Rent", "unit_price": "5", **line}])
    assert list(refused.value.message_dict) == [place]
    assert sale.lines.get().product == chair


def test_by_hand_nothing_recurs_beyond_what_a_year_can_hold(shop):
    sale = make_opportunity(by=shop[0])
    with pytest.raises(ValidationError) as refused:
        actions.change_opportunity(
            sale, actor=shop[0], recurring=taka("90071992547409.91"), recurring_period="month"
        )
    assert list(refused.value.message_dict) == ["recurring"]


def test_who_saw_an_older_version_changes_nothing(shop):
    rupa, chair, _service = shop
    sale = make_opportunity(by=rupa)
    actions.set_lines(sale, actor=rupa, lines=[{"product": chair}], version=sale.version)
    with pytest.raises(EditConflict):
        actions.set_lines(sale, actor=rupa, lines=[], version=sale.version)
    assert sale.lines.exists()


def test_a_change_of_lines_is_on_the_trail_and_told_once(shop):
    rupa, chair, _service = shop
    sale = make_opportunity(by=rupa, amount=None)
    actions.set_lines(sale, actor=rupa, lines=[{"product": chair, "quantity": 2}])
    again = [{"id": sale.lines.get().pk, "product": chair, "quantity": 2, "unit_price": "1500"}]
    actions.set_lines(sale, actor=rupa, lines=again)
    told = AuditEntry.objects.filter(record_id=sale.pk, verb="changed")
    assert told.count() == 1
    assert told.get().changes["lines"] == ["", "2 × CHAIR Chair: 1500.00 BDT"]
    assert told.get().changes["amount"] == [None, "3000.00 BDT"]
    events = EventRecord.objects.filter(name="sales.opportunity_changed")
    assert sorted(events.get().payload["fields"]) == ["amount", "amount_from_lines", "lines"]


def test_the_editor_saves_shows_and_keeps_what_cannot_be_read(shop):
    rupa, chair, service = shop
    sale = make_opportunity(by=rupa, amount=None)
    client = Client()
    client.force_login(rupa)
    row = client.get(reverse("sales:opportunity_line", args=[sale.pk]), {"product": str(chair.pk)})
    assert "1,500.00" in row.content.decode()
    lines = {
        "row": ["a", "b"], "a-product": str(chair.pk), "a-quantity": "2", "a-unit": "C62",
        "b-product": str(service.pk), "b-quantity": "1", "b-recurs": "month", "b-times": "12",
        "amount_from_lines": "yes",
    }  # fmt: skip
    sums = client.post(reverse("sales:opportunity_line_sums", args=[sale.pk]), lines).content.decode()
    assert "9,000.00" in sums and "500.00" in sums  # 2 × 1500 + 12 × 500
    page = reverse("sales:opportunity_lines_edit", args=[sale.pk])
    assert client.post(page, lines | {"b-times": "many"}).status_code == 422
    assert client.post(page, lines).status_code in (302, 303)
    assert stored(sale).amount == taka("9000")
    assert "Chair" in client.get(reverse("sales:opportunity_lines", args=[sale.pk])).content.decode()
    client.post(reverse("sales:opportunity_lines_switch", args=[sale.pk]))
    assert not stored(sale).amount_from_lines and stored(sale).amount == taka("9000")


def test_lines_by_the_api(shop):
    rupa, chair, service = shop
    sale = make_opportunity(by=rupa, amount=None)
    client = Client()
    client.force_login(rupa)
    address = f"/api/v1/opportunities/{sale.pk}/lines"
    sent = {
        "lines": [
            {"product_id": str(chair.pk), "quantity": "2"},
            {"product_id": str(service.pk), "recurs": "month", "times": 6},
        ]
    }
    answer = client.put(address, json.dumps(sent), content_type="application/json")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["sum"] == {"minor": 600_000, "currency": "BDT"}  # 2 × 1500 + 6 × 500
    assert found["per_year"] == {"minor": 600_000, "currency": "BDT"}
    assert client.get(address).json() == found
    whole = client.get(f"/api/v1/opportunities/{sale.pk}").json()
    assert whole["amount_from_lines"] and whole["per_month"] == {"minor": 50_000, "currency": "BDT"}
    stale = client.put(
        address, json.dumps({"lines": []}), content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412
