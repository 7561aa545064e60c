"""From an opportunity to an order: a quote in Bengali, read and accepted by the customer on a telephone without JavaScript."""

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_book, make_money, make_product
from bandhu.customers.tests.cast import make_company
from bandhu.quotes.models import Order, Quote
from bandhu.sales.tests.cast import make_opportunity, make_seller
from tests.journeys.accessibility import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def deal():
    """Rupa's possible sale to a company that reads Bengali; two products have prices."""
    make_money()
    rupa = make_seller("Rupa", role="administrator", toured_at="2026-01-01T00:00Z")
    goods = [make_product(rupa, code) for code in ("CHAIR", "TABLE")]
    make_book(rupa, prices=dict.fromkeys(goods, 1500))
    place = {"city": "ঢাকা", "country": "BD"}
    company = make_company("পদ্মা ট্রেডার্স", by=rupa, language="bn", addresses=[place])
    return rupa, make_opportunity("চেয়ার ও টেবিল", by=rupa, company=company)


def test_an_opportunity_becomes_an_order(page, live_server, deal):
    rupa, opportunity = deal
    client = Client()
    client.force_login(rupa)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])

    page.goto(f"{live_server.url}/opportunities/{opportunity.pk}/")
    page.get_by_role("link", name="Quotes").last.click()
    page.get_by_role("button", name="New quote").click()
    page.wait_for_url("**/edit/")
    for letters in ("CHA", "TAB"):
        page.locator("#id_product").fill(letters)
        page.locator("#list_product [role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator(f"tr:has-text('{letters}') [data-grid-column=quantity]").wait_for()
        page.keyboard.type("100")
        page.keyboard.press("Tab")
    page.locator("#sums").get_by_text("৳3,00,000.00").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Send").click()
    page.get_by_role("button", name="Only open its page").click()
    page.get_by_text("For the customer").wait_for()
    assert violations(page) == []

    quote = Quote.objects.get()
    paper = page.request.get(f"{live_server.url}/quotes/{quote.pk}/paper.pdf")
    assert paper.headers["content-type"] == "application/pdf" and paper.body().startswith(b"%PDF-")

    address = page.locator("a[href*='/q/']").get_attribute("href")
    path = "/q/" + address.split("/q/")[1]
    stranger = page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    theirs = stranger.new_page()
    theirs.goto(live_server.url + path)
    assert theirs.locator("html").get_attribute("lang") == "bn"
    theirs.get_by_text("৩,০০,০০০.০০৳").first.wait_for()
    assert theirs.evaluate("document.documentElement.scrollWidth") <= 390
    theirs.locator("#id_signed_name").fill("রহিমা খাতুন")
    theirs.locator("form[action$='acceptance/'] button").click()
    theirs.get_by_text("রহিমা খাতুন").first.wait_for()
    assert stranger.cookies() == []
    stranger.close()

    order = Order.objects.get()
    assert (order.total.minor, order.opportunity) == (30_000_000, opportunity)
    page.goto(f"{live_server.url}/orders/{order.pk}/")
    page.get_by_text(order.number).first.wait_for()
    assert violations(page) == []
