"""From an order to a paid invoice: written by a seller, paid by the customer at a provider, seen on the timeline by a service agent."""

import httpx
import pytest
from django.urls import reverse

from bandhu.billing.models import Invoice, Payment
from bandhu.billing.tests.cast import make_issuer
from bandhu.billing.tests.paying import open_account
from bandhu.billing.tests.providers import running
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.models import EventRecord
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, make_shop, sent_quote
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def providers(monkeypatch):
    with running(monkeypatch) as found:
        yield found


def tell_the_timeline():
    """What the worker does with the events of billing."""
    for record in EventRecord.objects.filter(name__startswith="billing."):
        for one in subscriptions(record.name):
            if one.path.startswith("bandhu.billing."):
                deliver(record.pk, one.path)


def test_an_order_is_invoiced_paid_and_seen(browser, live_server, providers, settings):
    settings.PUBLIC_URL = live_server.url
    boss, _chair = make_shop()
    make_issuer(boss)
    account = open_account(boss, "stripe", name="Card")
    anika = make_contact("Anika Rahman", by=boss, language="bn")
    quotes.accept_quote(
        sent_quote(boss, [free_line("Delivery", "100")], contact=anika), actor=boss, signed_name="Anika"
    )
    order = Order.objects.get()

    page = page_of(browser, live_server, boss)
    page.goto(f"{live_server.url}{reverse('quotes:order', args=[order.pk])}")
    page.get_by_role("button", name="Invoice this order").click()
    page.get_by_role("link", name="Issue", exact=True).click()
    page.get_by_role("button", name="Issue", exact=True).click()
    page.get_by_role("heading", name="For the customer").wait_for()
    invoice = Invoice.objects.get()
    assert (invoice.number[:4], invoice.amount_minor, invoice.language) == ("INV-", 11_500, "bn")
    assert violations(page) == []

    customer = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    ).new_page()
    customer.goto(f"{live_server.url}{reverse('billing:public_invoice', args=[invoice.token])}")
    assert customer.locator("html").get_attribute("lang") == "bn"
    customer.get_by_role("button", name="Card").click()
    customer.get_by_role(
        "heading", name="Provider"
    ).wait_for()  # the page goes on by itself, without JavaScript

    reference = invoice.attempts.get().provider_reference
    providers.pay(reference, trx="pi_1")
    body, headers = providers.stripe_paid(reference)
    address = f"{live_server.url}{reverse('billing:gateway_notices', args=[account.token])}"
    assert [httpx.post(address, content=body, headers=headers).status_code for _time in range(2)] == [
        200,
        200,
    ]
    assert Payment.objects.get().amount_minor == 11_500

    tell_the_timeline()
    agent = page_of(browser, live_server, make_user("Sima", role="service"))
    agent.goto(f"{live_server.url}{reverse('customers:contact', args=[anika.pk])}")
    told = agent.locator("#panel").get_by_text(invoice.number)
    told.first.wait_for()
    assert told.count() >= 2  # issued, and paid
    agent.goto(f"{live_server.url}{reverse('billing:invoice', args=[invoice.pk])}")
    agent.get_by_text("Paid", exact=True).first.wait_for()
