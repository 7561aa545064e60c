"""Quotes: what is proposed, what is reckoned, who may send, what never changes once sent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.catalog import actions as catalog
from bandhu.catalog.models import TaxClass
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_user
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import AuditEntry, EventRecord, Notification
from bandhu.quotes import actions
from bandhu.quotes.models import Quote, QuoteState, QuoteVersion
from bandhu.quotes.tests.cast import free_line, limit, make_quote, make_shop, make_tax, paper, sent_quote
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db


def test_what_is_not_given_is_proposed():
    admin, chair = make_shop()
    company = make_company("Meghna", by=admin, addresses=[{"city": "Dhaka", "country": "BD"}], language="bn")
    quote = make_quote(admin, [{"product": chair.pk, "quantity": 2}], company=company)
    found = paper(quote)
    line = found.lines.get()
    assert (quote.number[:2], quote.language, quote.country, found.currency) == ("Q-", "bn", "BD", "BDT")
    assert quote.price_book.name == "Retail"
    assert (line.name, line.unit_price_minor, line.tax_class) == ("CHAIR বাংলা", 150_000, "standard")
    assert (found.net_minor, found.tax_minor, found.total_minor) == (300_000, 45_000, 345_000)
    assert quote.amount_minor == quote.base_amount_minor == 345_000
    assert quote.valid_until > timezone.localdate()
    assert EventRecord.objects.filter(name="quotes.quote_created").count() == 1


def test_the_currency_of_the_customers_country_where_it_is_in_use():
    admin, _chair = make_shop()
    here = make_company("Colombo", by=admin, addresses=[{"city": "Colombo", "country": "LK"}])
    there = make_company("Thimphu", by=admin, addresses=[{"city": "Thimphu", "country": "BT"}])
    assert paper(make_quote(admin, company=here)).currency == "LKR"
    assert paper(make_quote(admin, company=there)).currency == "BDT"


def test_an_opportunity_brings_customer_title_and_currency():
    admin, _chair = make_shop()
    contact = make_contact("Anika", by=admin)
    deal = make_opportunity("Forty chairs", by=admin, contact=contact)
    quote = make_quote(admin, opportunity=deal)
    assert (quote.title, quote.contact, paper(quote).currency) == ("Forty chairs", contact, "BDT")


def test_numbers_follow_each_other():
    admin, _chair = make_shop()
    numbers = [make_quote(admin).number for _each in range(3)]
    assert [int(one.rsplit("-", 1)[1]) for one in numbers] == [1, 2, 3]


@pytest.mark.parametrize(
    ("currency", "price", "quantity", "discount", "expected"),
    [
        ("JPY", "333", "3", "10", (899, 90, 989)),
        ("BHD", "0.125", "3", "33.3333", (250, 25, 275)),
        ("BDT", "0.10", "3", "5", (28, 3, 31)),
    ],
)
def test_rounding_traps(currency, price, quantity, discount, expected):
    """999 less 99.9 is 899 yen; .375 less .125 is .25 dinars of three decimals; half a paisa of discount goes up."""
    admin, _chair = make_shop(vat="10")
    if currency != "BDT":
        catalog.set_rate(actor=admin, currency=currency, on="2026-01-01", rate="0.8")
    line = free_line(price=price, quantity=quantity, discount=discount)
    found = paper(make_quote(admin, [line], currency=currency))
    assert (found.net_minor, found.tax_minor, found.total_minor) == expected


def test_inclusive_tax_is_taken_out_of_the_price():
    admin, chair = make_shop(vat="15", is_inclusive=True)
    found = paper(make_quote(admin, [{"product": chair}]))
    assert (found.net_minor, found.tax_minor, found.total_minor) == (130_435, 19_565, 150_000)
    assert found.tax_sums == [
        {"name": "VAT", "percent": "15", "is_inclusive": True, "net_minor": 130_435, "tax_minor": 19_565}
    ]


def test_four_hundred_lines_are_one_rounding():
    admin, _chair = make_shop(vat="7.5")
    found = paper(make_quote(admin, [free_line(f"Line {number}", "0.99") for number in range(400)]))
    assert found.lines.count() == 400
    assert (found.net_minor, found.tax_minor) == (39_600, 2_970)
    assert sum(line.tax_minor for line in found.lines.all()) == found.tax_minor


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (free_line(quantity="0"), "0.quantity"),
        (free_line(quantity="nonsense"), "0.quantity"),
        (free_line(price="-1"), "0.unit_price"),
        (free_line(price="1 USD"), "0.unit_price"),
        (free_line(price="1.005"), "0.unit_price"),
        (free_line(discount="101"), "0.discount"),
        (free_line(tax_class="none such"), "0.tax_class"),
        (free_line(name=""), "0.name"),
        (free_line(quantity="-1"), "lines"),
        ({"product": "0192e4a0-0000-7000-8000-000000000000"}, "0.product"),
    ],
)
def test_bad_lines_are_refused_where_they_stand(line, place):
    admin, _chair = make_shop()
    with pytest.raises(ValidationError) as problem:
        make_quote(admin, [line])
    assert place in problem.value.message_dict
    assert not Quote.objects.exists()


def test_what_is_taken_back_counts_negative():
    admin, _chair = make_shop(vat="10")
    found = paper(make_quote(admin, [free_line(price="100"), free_line("Old one", "30", "-1")]))
    assert (found.net_minor, found.total_minor) == (7_000, 7_700)


def test_a_price_nobody_changed_follows_the_tier():
    admin, chair = make_shop()
    quote = make_quote(admin, [{"product": chair}])
    held = paper(quote).lines.get()
    changed = {"id": held.pk, "product": chair, "quantity": "10", "unit_price": "1500"}
    actions.change_quote(quote, actor=admin, lines=[changed])
    assert paper(quote).lines.get().unit_price_minor == 120_000
    own = {"id": held.pk, "product": chair, "quantity": "1", "unit_price": "1400"}
    actions.change_quote(quote, actor=admin, lines=[own])
    assert paper(quote).lines.get().unit_price_minor == 140_000


def test_a_bundle_names_its_parts():
    admin, chair = make_shop()
    suite = make_product(admin, "SUITE", names={"en": "Suite"})
    catalog.set_part(suite, actor=admin, part=chair, quantity=4)
    line = paper(make_quote(admin, [{"product": suite}], language="en")).lines.get()
    assert line.parts == [{"name": "Chair", "quantity": "4"}]
    assert line.unit_price_minor == 600_000


def test_a_price_book_for_the_customers_tag_comes_first():
    admin, chair = make_shop()
    tag = "wholesale"
    company = make_company("Karim", by=admin, addresses=[{"city": "Dhaka", "country": "BD"}], tags=[tag])
    make_book(admin, "Wholesale", {chair: 900}, tag=company.tags.get())
    quote = make_quote(admin, [{"product": chair}], company=company)
    assert (quote.price_book.name, paper(quote).lines.get().unit_price_minor) == ("Wholesale", 90_000)


def test_a_currency_without_a_rate_says_what_to_do():
    admin, _chair = make_shop()
    catalog.add_currency(actor=admin, code="EUR")
    with pytest.raises(ValidationError) as problem:
        make_quote(admin, [free_line()], currency="EUR")
    assert "exchange rate for EUR" in str(problem.value.message_dict["currency"])


def test_two_who_change_one_draft():
    admin, _chair = make_shop()
    quote = make_quote(admin)
    actions.change_quote(quote, actor=admin, title="One")
    with pytest.raises(EditConflict):
        actions.change_quote(quote, actor=admin, version=1, title="Two")
    assert Quote.objects.get().title == "One"


def test_a_sent_quote_is_never_changed():
    admin, _chair = make_shop()
    quote = sent_quote(admin)
    kept = paper(quote)
    with pytest.raises(ValidationError):
        actions.change_quote(quote, actor=admin, lines=[free_line(price="1")])
    with pytest.raises(ValidationError):
        actions.delete_quote(quote, actor=admin)
    actions.begin_version(quote, actor=admin)
    actions.change_quote(quote, actor=admin, lines=[free_line(price="80")])
    actions.send_quote(quote, actor=admin)
    first, second = QuoteVersion.objects.order_by("ordinal")
    assert (first.document_hash, first.total_minor) == (kept.document_hash, 11_500)
    assert (second.ordinal, second.total_minor, second.document_hash != first.document_hash) == (
        2,
        9_200,
        True,
    )
    assert Quote.objects.get().state == QuoteState.SENT


def test_an_empty_or_stale_draft_is_not_sent():
    admin, _chair = make_shop()
    quote = make_quote(admin)
    with pytest.raises(ValidationError) as problem:
        actions.send_quote(quote, actor=admin)
    assert "lines" in problem.value.message_dict
    actions.change_quote(quote, actor=admin, lines=[free_line()])
    QuoteVersion.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ValidationError) as problem:
        actions.send_quote(quote, actor=admin)
    assert "valid_until" in problem.value.message_dict


def test_a_discount_above_the_limit_needs_approval():
    admin, _chair = make_shop()
    seller, boss = make_seller("Rupa"), make_seller("Boss")
    limit(seller, "10", admin)
    limit(boss, "30", admin)
    quote = make_quote(seller, [free_line(discount="20")])
    with pytest.raises(actions.NeedsApproval) as problem:
        actions.send_quote(quote, actor=seller)
    assert (problem.value.discount, problem.value.limit) == (Decimal(20), Decimal(10))
    Quote.objects.update(owner=seller, team=None)
    actions.ask_approval(quote, actor=seller, note="A new customer")
    assert Notification.objects.filter(user=admin, sentence__contains="approval").exists()
    with pytest.raises(ValidationError):
        actions.change_quote(quote, actor=seller, title="Other")
    actions.approve_quote(quote, actor=admin)
    actions.send_quote(quote, actor=seller)
    assert Quote.objects.get().state == QuoteState.SENT


def test_a_lower_price_typed_by_hand_is_a_discount_too():
    admin, chair = make_shop()
    seller = make_seller("Rupa")
    limit(seller, "10", admin)
    quote = make_quote(seller, [{"product": chair, "unit_price": "1200", "discount": "5"}])
    with pytest.raises(actions.NeedsApproval) as problem:
        actions.send_quote(quote, actor=seller)
    assert problem.value.discount == Decimal("24")


@pytest.mark.parametrize(
    ("taken_back", "discount"),
    [
        ({"name": "For you", "unit_price": "3000", "quantity": "-1"}, "25"),
        ({"name": "For you", "unit_price": "100", "quantity": "-9", "discount": "50"}, "3.75"),
        ({"product": True, "unit_price": "1500", "quantity": "-4"}, "0"),
        ({"product": True, "unit_price": "3000", "quantity": "-2"}, "33.3333"),
        ({"product": True, "quantity": "-9"}, "13.2353"),
    ],
)
def test_what_a_line_below_nought_takes_off_needs_approval_like_a_discount(taken_back, discount):
    """Eight chairs for 1,500 each: a bonus in a line of its own is one; fewer of the same chairs are none, a dearer taking back is, and so are more than are sold."""
    admin, chair = make_shop()
    seller = make_seller("Rupa")
    limit(seller, "10", admin)
    if taken_back.get("product"):
        taken_back = taken_back | {"product": chair}
    lines = [{"product": chair, "quantity": "8"}, taken_back]
    lines += (
        [free_line("Ship", "90000")] if taken_back["quantity"] == "-9" and "product" in taken_back else []
    )
    quote = make_quote(seller, lines)
    if Decimal(discount) <= 10:
        assert actions.send_quote(quote, actor=seller).state == QuoteState.SENT
        return
    with pytest.raises(actions.NeedsApproval) as problem:
        actions.send_quote(quote, actor=seller)
    assert problem.value.discount == Decimal(discount)


def test_an_approval_is_of_these_lines_only():
    admin, _chair = make_shop()
    seller = make_seller("Rupa")
    limit(seller, "10", admin)
    quote = make_quote(seller, [free_line(discount="20")])
    actions.ask_approval(quote, actor=seller)
    actions.approve_quote(quote, actor=admin)
    actions.change_quote(quote, actor=seller, lines=[free_line(discount="19")])
    with pytest.raises(actions.NeedsApproval):
        actions.send_quote(quote, actor=seller)


def test_a_refused_approval_says_why():
    admin, _chair = make_shop()
    seller = make_seller("Rupa")
    limit(seller, "10", admin)
    quote = make_quote(seller, [free_line(discount="20")])
    actions.ask_approval(quote, actor=seller)
    with pytest.raises(ValidationError):
        actions.refuse_approval(quote, actor=admin, reason=" ")
    actions.refuse_approval(quote, actor=admin, reason="Too much")
    assert Quote.objects.get().state == QuoteState.DRAFT
    assert Notification.objects.filter(user=seller, values__reason="Too much").exists()


def test_who_may_approve_is_limited_too():
    admin, _chair = make_shop()
    seller, boss = make_seller("Rupa"), make_user("Boss", role="administrator")
    limit(seller, "10", admin)
    limit(boss, "15", admin)
    quote = make_quote(seller, [free_line(discount="20")])
    actions.ask_approval(quote, actor=seller)
    with pytest.raises(actions.NeedsApproval):
        actions.approve_quote(quote, actor=boss)


def test_who_reads_only_writes_no_quote():
    make_shop()
    with pytest.raises(Denied):
        make_quote(make_user("Reader", role="read_only"), company=None, contact=None)


def test_a_tax_that_changes_later_changes_no_sent_quote():
    admin, _chair = make_shop(vat="15")
    quote = sent_quote(admin)
    catalog.set_tax_rate(
        actor=admin, tax_class=TaxClass.objects.get(key="standard"), country="BD", name="VAT", percent="20",
        valid_from=timezone.localdate(),
    )  # fmt: skip
    assert paper(quote).lines.get().tax_percent == 15


def test_the_audit_trail_tells_what_the_lines_were():
    admin, _chair = make_shop()
    quote = make_quote(admin, [free_line()])
    actions.change_quote(quote, actor=admin, lines=[free_line(price="90")])
    entry = AuditEntry.objects.filter(record_id=quote.pk, changes__has_key="lines").get()
    assert "100.00 BDT" in entry.changes["lines"][0] and "90.00 BDT" in entry.changes["lines"][1]


def test_a_draft_goes_to_the_bin_and_comes_back():
    admin, _chair = make_shop()
    quote = make_quote(admin)
    actions.delete_quote(quote, actor=admin)
    assert not Quote.objects.visible_to(admin).exists()
    actions.restore_quote(quote, actor=admin)
    assert Quote.objects.visible_to(admin).exists()


def test_another_country_taxes_the_same_lines():
    admin, _chair = make_shop(vat="15")
    make_tax(admin, "5", "LK")
    quote = make_quote(admin, [free_line()])
    actions.change_quote(quote, actor=admin, country="LK")
    line = paper(quote).lines.get()
    assert (line.tax_percent, paper(quote).total_minor) == (Decimal(5), 10_500)
    assert Quote.objects.get().amount_minor == 10_500
