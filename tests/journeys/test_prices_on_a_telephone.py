"""What was sold once and what comes again, on a telephone: every figure is on the screen, whatever the language."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.tests.cast import make_house
from bandhu.billing.tests.test_from_orders import accepted
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.identity.models import User
from bandhu.quotes.tests.cast import free_line, make_tax
from bandhu.sales.tests.cast import make_opportunity
from tests.journeys.accessibility import violations
from tests.journeys.people import do_the_workers_part, fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
_CUT = """() => [...document.querySelectorAll("main .table-wrap")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.getAttribute("aria-label"))"""


@pytest.fixture
def boss():
    boss = make_house()
    make_tax(boss, "15")
    return boss


@pytest.mark.parametrize("language", ["en", "bn", "ta"])
def test_no_price_is_cut_off(browser, live_server, boss, language):
    chair = make_product(boss, "CHAIR")
    book = make_book(boss, "Furniture", {chair: 123456})
    lines = [
        free_line("Machines of the large hall", "123456.78", 25, discount="5"),
        free_line("Care", "98765.43", 25, recurs="month", times=12, discount="2.5"),
    ]
    order = accepted(boss, *lines)
    invoice = actions.invoice_order(order, actor=boss)
    make_opportunity("A hundred machines", by=boss, taka="98765432", expected_close=timezone.localdate())
    do_the_workers_part()
    User.objects.filter(pk=boss.pk).update(language=language)
    page = page_of(browser, live_server, boss, viewport={"width": 390, "height": 844}, has_touch=True)
    page.set_default_timeout(90_000)
    shown = {
        "quotes:quote": order.quote,
        "quotes:order": order,
        "billing:invoice": invoice,
        "billing:subscription": order.subscriptions.get(),
        "catalog:product": chair,
        "catalog:price_book": book,
        "catalog:price_books": None,
        "sales:forecast": None,
    }
    for name, record in shown.items():
        page.goto(f"{live_server.url}{reverse(name, args=[record.pk] if record else [])}")
        page.locator("main table").first.wait_for()
        assert fits(page) and page.evaluate(_CUT) == [], name
        assert violations(page) == [], name
    page.context.close()
