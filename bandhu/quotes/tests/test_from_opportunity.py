"""A quote takes the lines of the opportunity it is made from."""

import pytest

from bandhu.catalog.tests.cast import make_product
from bandhu.customers.tests.cast import make_company
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.models import EventRecord
from bandhu.platform.money import Money
from bandhu.quotes import actions
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, paper
from bandhu.sales import actions as sales
from bandhu.sales.models import Opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold():
    """Twelve chairs less 10 % (1200 each by the tier: 12,960) and five hours a month at 100 for a year (6,000); 15 % VAT is due."""
    admin, chair = make_shop()
    firm = make_company("Padma Traders", by=admin, addresses=[{"city": "Dhaka", "country": "BD"}])
    sale = sales.create_opportunity(actor=admin, name="Office", company=firm)
    lines = [
        {"product": chair, "quantity": 12, "discount": "10"},
        {"name": "Care", "quantity": 5, "unit_price": "100", "recurs": "month", "times": 12},
    ]
    sales.set_lines(sale, actor=admin, lines=lines)
    return admin, chair, Opportunity.objects.get(pk=sale.pk)


def test_the_quote_comes_to_the_amount_before_taxes(sold):
    admin, chair, sale = sold
    quote = actions.create_quote(actor=admin, opportunity=sale)
    assert sale.amount == Money.of("18960", "BDT")
    # VAT falls on the chairs alone: the free line has no tax class.
    assert (paper(quote).net, paper(quote).tax) == (Money.of("18960", "BDT"), Money.of("1944", "BDT"))
    chairs, care = paper(quote).lines.order_by("position")
    assert (chairs.product, chairs.quantity, chairs.discount) == (chair, 12, 10)
    assert (care.quantity, care.recurs, care.times) == (5, "month", 12)


def test_a_price_agreed_on_stays_though_the_book_changed(sold):
    admin, _chair, sale = sold
    dear = make_product(admin, "TABLE")
    sales.set_lines(sale, actor=admin, lines=[{"product": dear, "unit_price": "777"}])
    assert paper(actions.create_quote(actor=admin, opportunity=sale)).net == Money.of("777", "BDT")


def test_lines_one_asks_for_and_another_currency_come_first(sold):
    admin, _chair, sale = sold
    assert paper(make_quote(admin, [free_line()], opportunity=sale)).lines.count() == 1
    in_dollars = actions.create_quote(actor=admin, opportunity=sale, currency="USD")
    assert paper(in_dollars).currency == "USD" and not paper(in_dollars).lines.exists()


def test_an_opportunity_without_lines_begins_an_empty_quote(sold):
    admin, _chair, sale = sold
    sales.set_lines(sale, actor=admin, lines=[])
    assert not paper(actions.create_quote(actor=admin, opportunity=sale)).lines.exists()


def test_what_was_accepted_is_the_amount_then(sold):
    """12,960 + 6,000 + VAT of 1,944 = 20,904, and the switch stands on "by hand"."""
    admin, _chair, sale = sold
    quote = actions.send_quote(actions.create_quote(actor=admin, opportunity=sale), actor=admin)
    actions.accept_quote(quote, actor=admin, signed_name="Rahima Khatun")
    record = EventRecord.objects.get(name="quotes.accepted")
    for one in subscriptions(record.name):
        deliver(record.pk, one.path)
    after = Opportunity.objects.get(pk=sale.pk)
    assert after.amount == Money.of("20904", "BDT") and not after.amount_from_lines
