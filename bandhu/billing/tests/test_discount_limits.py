"""Nobody gives more away than they may, however they write it; what was agreed before stays as it was."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bandhu.billing import actions
from bandhu.billing.lines import drafts_of
from bandhu.billing.tests.cast import line, make_draft, make_house, make_subscription, plan
from bandhu.catalog import actions as catalog
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.money import Money
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def rupa(boss):
    """She gives 10 % at most."""
    seller = make_user("Rupa", role="manager", team=make_team("Dhaka"))
    catalog.set_discount_limit(actor=boss, user=seller, percent="10")
    return seller


@pytest.fixture
def chair(boss):
    """100.00 in the book."""
    product = make_product(boss, "CHAIR")
    make_book(boss, prices={product: "100"})
    return product


def refused(write, *arguments, said="Your limit is 10 %", **words):
    with pytest.raises(ValidationError) as caught:
        write(*arguments, **words)
    assert said in str(caught.value), caught.value


def order_of(boss, seller, *lines):
    """An order with these lines, agreed to by the boss and looked after by the seller."""
    firm = make_company("Meghna Mills", by=boss)
    quote = quotes.create_quote(actor=boss, company=firm, lines=lines, language="en", owner=seller)
    quotes.accept_quote(quotes.send_quote(quote, actor=boss), actor=boss, signed_name="Rahima")
    return Order.objects.get(quote=quote)


def test_a_low_price_typed_by_hand_is_a_discount(rupa, chair):
    refused(make_draft, line("Chair", "1", product=chair), by=rupa, said="this is 99 %")
    both = line("Chair", "95", product=chair, discount="6")
    refused(make_draft, both, by=rupa, said="this is 10.7 %")
    made = make_draft(line("Chair", "90", product=chair), line("Repair", "1"), by=rupa)
    assert [one.list_price_minor for one in made.lines.all()] == [10000, None]
    refused(make_subscription, plan("1", product=chair), by=rupa, said="Line 1")
    assert make_subscription(plan("90", product=chair), by=rupa).amount_minor == 9000


def test_what_is_taken_off_by_a_line_below_nought_counts_too(rupa, chair):
    sold = line("Chair", "100", 10, product=chair)
    refused(make_draft, sold, line("For you", "500", -1), by=rupa, said="this is 50 %")
    refused(make_draft, sold, line("Chair", "500", -1, product=chair), by=rupa)
    assert make_draft(sold, line("For you", "100", -1), by=rupa).net_minor == 90000
    assert make_draft(sold, line("Chair", "100", -4, product=chair), by=rupa).net_minor == 60000


def test_in_a_draft_of_an_order_only_what_was_agreed_goes_beyond(boss, rupa):
    order = order_of(boss, rupa, free_line("Rice", "100", 10, discount="40"), free_line("Oil", "50", 4))
    draft = actions.invoice_order(order, actor=rupa)
    rice, oil = drafts_of(draft)
    part = actions.change_invoice(draft, actor=rupa, lines=[replace(rice, quantity=6), oil])
    assert part.net_minor == 36000 + 20000
    whole = actions.change_invoice(
        part, actor=rupa, lines=[replace(rice, quantity=7), replace(rice, quantity=3)]
    )
    assert whole.net_minor == 60000
    for lines in (
        [replace(rice, discount=Decimal(99)), oil],
        [rice, replace(oil, discount=Decimal(40))],
        [replace(rice, quantity=11), oil],
        [rice, rice],
        [rice, oil, line("Gift", "400", -1)],
    ):
        refused(actions.change_invoice, whole, actor=rupa, lines=lines)
    refused(actions.change_invoice, whole, actor=rupa, lines=[replace(rice, discount=99)], version=1)


def test_what_stands_in_a_draft_stays_when_the_book_becomes_dearer(boss, rupa, chair):
    draft = make_draft(line("Chair", "100", 2, product=chair), by=rupa)
    make_book(boss, "Dearer", prices={chair: "200"}, priority=9)
    chairs = drafts_of(draft)[0]
    more = actions.change_invoice(draft, actor=rupa, lines=[chairs, line("Delivery", "5")])
    assert more.net_minor == 20500
    refused(actions.change_invoice, more, actor=rupa, lines=[replace(chairs, quantity=3)])


def test_another_currency_knows_nothing_of_what_was_agreed(boss, rupa):
    order = order_of(boss, rupa, free_line("Rice", "100", 10, discount="40"))
    draft = actions.invoice_order(order, actor=rupa)
    catalog.set_rate(actor=boss, currency="JPY", on="2020-01-01", rate="1")
    lines = [replace(drafts_of(draft)[0], unit_price=Money(10000, "JPY"))]
    refused(actions.change_invoice, draft, actor=rupa, lines=lines, currency="JPY")


def test_a_subscription_of_an_order_takes_its_lines_and_no_lower_ones(boss, rupa):
    order = order_of(boss, rupa, free_line("Plan", "100", 10, discount="40", recurs="month", times=12))
    taken = actions.create_subscription(actor=rupa, order=order, time_zone="UTC")
    assert taken.amount_minor == 60000
    cheap = line("Plan", "100", 10, discount="99")
    refused(actions.create_subscription, actor=rupa, order=order, lines=[cheap], time_zone="UTC")
    refused(actions.change_lines, taken, actor=rupa, lines=[cheap])
    refused(actions.change_lines, taken, actor=rupa, lines=[cheap], version=0)
    same = line("Plan", "100", 10, discount="40", tax=None)
    more = actions.change_lines(taken, actor=rupa, lines=[same, plan("50")], prorates=False)
    assert more.amount_minor == 65000
