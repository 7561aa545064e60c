from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bandhu.catalog import actions, queries
from bandhu.catalog.models import TaxClass, TaxRate
from bandhu.catalog.queries import Buyer, NoPrice, price_for
from bandhu.catalog.tests.cast import make_book, make_money, make_product
from bandhu.catalog.totals import Tax
from bandhu.customers import actions as customers
from bandhu.identity.models import Role
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


@pytest.fixture
def admin():
    return make_money()


@pytest.fixture
def chair(admin):
    return make_product(admin)


def _price(user, product, quantity=1, **context):
    found = price_for(user, product, Decimal(str(quantity)), on=context.pop("on", DAY), **context)
    return found.book.name, found.amount.amount


def test_the_highest_tier_not_above_the_quantity_counts(admin, chair):
    make_book(admin, prices={chair: 100, (chair, 10): 90, (chair, 100): "79.50"})
    for quantity, expected in (
        (1, 100),
        ("9.99", 100),
        (10, 90),
        (100, Decimal("79.50")),
        (-10, 90),
        (0, 100),
    ):
        assert _price(admin, chair, quantity) == ("Retail", expected), quantity
    with pytest.raises(NoPrice):
        _price(admin, chair, "0.5")


def test_books_count_by_priority_tag_country_and_start(admin, chair):
    vip = customers.create_tag(actor=admin, name="VIP")
    make_book(admin, "Any", {chair: 100})
    make_book(admin, "New year", {chair: 95}, valid_from="2026-01-01")
    make_book(admin, "Bangladesh", {chair: 90}, country="BD")
    make_book(admin, "VIP", {chair: 80}, tag=vip)
    make_book(admin, "Sale", {chair: 70}, priority=5, valid_from="2026-07-01", valid_to="2026-07-31")
    make_book(admin, "Dollars", {chair: 2}, currency="USD", priority=1)
    make_book(admin, "Asleep", {chair: 1}, priority=99, is_active=False)
    friend = Buyer("BD", frozenset([vip.pk]))
    assert _price(admin, chair) == ("Dollars", 2)
    assert _price(admin, chair, currency="BDT") == ("New year", 95)
    assert _price(admin, chair, currency="BDT", on=date(2025, 6, 1)) == ("Any", 100)
    assert _price(admin, chair, currency="BDT", buyer=Buyer("BD")) == ("Bangladesh", 90)
    assert _price(admin, chair, currency="BDT", buyer=friend) == ("VIP", 80)
    assert _price(admin, chair, currency="BDT", buyer=friend, on=date(2026, 7, 31)) == ("Sale", 70)
    assert _price(admin, chair, currency="BDT", buyer=friend, on=date(2026, 8, 1)) == ("VIP", 80)
    with pytest.raises(NoPrice, match="LKR"):
        _price(admin, chair, currency="LKR")


def test_a_customer_says_country_and_tags_itself(admin):
    person = customers.create_contact(
        actor=admin, full_name="Rahim", tags=["VIP"], addresses=[{"city": "Dhaka", "country": "BD"}]
    )
    assert Buyer.of(person) == Buyer("BD", frozenset(person.tags.values_list("pk", flat=True)))


def test_a_variant_without_a_price_costs_what_its_parent_costs(admin, chair):
    red, gold = (make_product(admin, code, parent=chair) for code in ("RED", "GOLD"))
    make_book(admin, prices={chair: 100, gold: 500})
    assert _price(admin, red)[1] == 100 and _price(admin, gold)[1] == 500
    assert "main product" in price_for(admin, red, Decimal(1)).explanation


def test_a_bundle_costs_its_parts_unless_it_has_its_own_price(admin, chair):
    table, suite = make_product(admin, "TABLE"), make_product(admin, "SUITE")
    actions.set_part(suite, actor=admin, part=chair, quantity=4)
    actions.set_part(suite, actor=admin, part=table, quantity=1)
    book = make_book(admin, prices={chair: 100, (chair, 8): 90})
    with pytest.raises(NoPrice):
        _price(admin, suite)
    actions.set_prices(book, [actions.PriceRow(table, Money(50000, "BDT"))], actor=admin)
    assert _price(admin, suite)[1] == 900 and _price(admin, suite, 2)[1] == 860
    actions.set_prices(book, [actions.PriceRow(suite, Money(80000, "BDT"))], actor=admin)
    assert _price(admin, suite)[1] == 800


def test_a_price_is_found_in_few_queries_however_many_books(admin, chair, django_assert_max_num_queries):
    for number in range(12):
        make_book(admin, f"Book {number}", {chair: number + 1}, priority=number)
    with django_assert_max_num_queries(4):
        assert _price(admin, chair)[0] == "Book 11"


def test_prices_are_set_all_or_none_and_told_once(admin, chair):
    book = make_book(admin, prices={chair: 100})
    Row = actions.PriceRow
    with pytest.raises(ValidationError) as refusal:
        rows = [
            Row(chair, Money(1, "BDT"), Decimal(5)),
            Row(chair, Money(1, "USD")),
            Row(chair, Money(-1, "BDT")),
            Row(chair, None, Decimal(0)),
        ]
        actions.set_prices(book, rows, actor=admin)
    assert set(refusal.value.message_dict) == {"1.price", "2.price", "3.min_quantity"}
    assert book.entries.count() == 1
    assert actions.set_prices(book, [Row(chair, Money(10000, "BDT"))], actor=admin) == 0
    changed = [Row(chair, None), Row(chair, Money(9000, "BDT"), Decimal("2.5"))]
    assert actions.set_prices(book, changed, actor=admin) == 2
    assert AuditEntry.objects.filter(record_kind="price_book").latest("pk").changes == {
        "CHAIR ≥ 1": ["100.00 BDT", None],
        "CHAIR ≥ 2.5": [None, "90.00 BDT"],
    }
    assert EventRecord.objects.latest("pk").payload["entries"] == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"currency": "EUR"}, "currency"),
        ({"country": "Atlantis"}, "country"),
        ({"tag": "nobody"}, "tag"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        ({"priority": "1e9"}, "priority"),
    ],
)
def test_bad_books_are_refused_by_field(admin, given, field):
    with pytest.raises(ValidationError) as refusal:
        make_book(admin, **({"name": "Bad"} | given))
    assert field in refusal.value.message_dict


def test_a_book_with_prices_keeps_its_currency(admin, chair):
    book = make_book(admin, prices={chair: 100})
    with pytest.raises(ValidationError):
        actions.change_price_book(book, actor=admin, currency="USD")
    assert actions.change_price_book(book, actor=admin, priority=3).version == 3


def _tax(admin, since, percent="15", **more):
    given = {"country": "BD", "name": "VAT", "percent": percent, "valid_from": since} | more
    return actions.set_tax_rate(actor=admin, tax_class=TaxClass.objects.get(key="standard"), **given)


def test_the_tax_of_the_day_and_country_is_found(admin):
    chair = make_product(admin, tax_class="standard")
    _tax(admin, "2025-01-01")
    _tax(admin, "2026-01-01", "17.5", is_inclusive=True)
    assert queries.tax_for(chair, "BD", date(2025, 12, 31)) == Tax("VAT", Decimal(15))
    assert queries.tax_for(chair, "BD", date(2026, 1, 1)) == Tax("VAT", Decimal("17.5"), True)
    assert queries.tax_for(chair, "BD", date(2024, 1, 1)) is None
    assert queries.tax_for(chair, "LK", DAY) is None
    assert queries.tax_for(make_product(admin, "FREE"), "BD", DAY) is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": "-1"}, "percent"),
        ({"percent": "a"}, "percent"),
        ({"country": ""}, "country"),
        ({"since": "2025-06-01", "valid_to": "2025-07-01"}, "valid_from"),
        ({"since": "2024-06-01"}, "valid_from"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
    ],
)
def test_bad_taxes_are_refused_by_field(admin, more, field):
    _tax(admin, "2025-01-01", valid_to="2025-12-31")
    with pytest.raises(ValidationError) as refusal:
        _tax(admin, more.pop("since", "2027-01-01"), **more)
    assert field in refusal.value.message_dict
    assert TaxRate.objects.count() == 1


def test_the_limit_of_the_person_counts_before_those_of_roles(admin):
    seller = make_user("Salim", role="sales")
    assert queries.discount_limit_of(seller) is None
    actions.set_discount_limit(actor=admin, role=Role.objects.get(key="sales"), percent="10")
    seller.roles.add(Role.objects.get(key="manager"))
    actions.set_discount_limit(actor=admin, role=Role.objects.get(key="manager"), percent="25")
    assert queries.discount_limit_of(seller) == 25
    actions.set_discount_limit(actor=admin, user=seller, percent="5.5")
    assert queries.discount_limit_of(seller) == Decimal("5.5")
    actions.set_discount_limit(actor=admin, user=seller, percent=None)
    assert queries.discount_limit_of(seller) == 25
    for bad in ({"percent": "101", "user": seller}, {"percent": "1"}):
        with pytest.raises(ValidationError):
            actions.set_discount_limit(actor=admin, **bad)
    with pytest.raises(PermissionDenied):
        actions.set_discount_limit(actor=make_user("Mina", role="sales"), user=seller, percent="100")


def test_sellers_read_prices_and_change_none(admin, chair):
    book = make_book(admin, prices={chair: 100})
    seller = make_user("Salim", role="sales")
    assert _price(seller, chair) == ("Retail", 100)
    with pytest.raises(PermissionDenied):
        actions.set_prices(book, [], actor=seller)
    with pytest.raises(PermissionDenied):
        price_for(make_user("Nil"), chair, Decimal(1))
