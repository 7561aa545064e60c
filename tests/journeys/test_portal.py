"""A customer in the portal, on a telephone: in by a mailed link, a request and its answers, quotes and invoices, language and consent."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bandhu.billing.tests.cast import make_house, make_invoice
from bandhu.customers.models import Contact
from bandhu.knowledge.tests.cast import make_customer
from bandhu.privacy.models import Consent
from bandhu.privacy.purposes import ensure_purposes
from bandhu.quotes.tests.cast import make_tax, sent_quote
from bandhu.service.models import Ticket
from bandhu.service.tests.cast import make_agent
from tests.journeys.accessibility import violations
from tests.journeys.people import fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def papers(live_server, settings, smtp_server):
    """Anika's invoice and quote, and those of somebody else; mails go to a real server."""
    settings.PUBLIC_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", smtp_server.port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    ensure_purposes()
    boss = make_house()
    make_tax(boss, "15")
    people = make_customer(language="en"), make_customer("Rafi Islam", "rafi@example.com")
    return [(make_invoice(by=boss, contact=one), sent_quote(boss, contact=one)) for one in people]


def come_in(page, live_server, worker, smtp_server):
    """By the link in the mail, which is looked at before it is followed."""
    page.goto(f"{live_server.url}/portal/")
    page.locator("#mail").fill("anika@example.com")
    page.get_by_role("button", name="Mail me a link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    worker.work()
    [(_sender, recipients, letter)] = smtp_server.taken
    assert recipients == ["anika@example.com"]
    link = re.search(r"https?://\S+/portal/link/\S+", letter.get_body(("plain",)).get_content())[0]
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Good to see you, Anika Rahman").wait_for()


def to_section(page, name):
    page.get_by_role("navigation", name="Your portal").get_by_role("link", name=name).click()
    page.get_by_role("heading", level=1).wait_for()
    assert violations(page) == [] and fits(page), name


def test_a_customer_asks_is_answered_and_reads_what_is_theirs(
    browser, live_server, papers, worker, smtp_server
):
    rafiq = make_agent("Rafiq")
    customer = browser.new_context(**TELEPHONE).new_page()
    come_in(customer, live_server, worker, smtp_server)
    assert fits(customer)

    to_section(customer, "My requests")
    customer.get_by_text("You have sent no request yet.").wait_for()
    customer.get_by_role("link", name="Send a request").click()
    customer.get_by_label("What it is about").fill("The door of the lorry")
    customer.get_by_label("Your message").fill("It does not close.")
    assert violations(customer) == []
    customer.get_by_role("button", name="Send").click()
    ticket = Ticket.objects.get()
    customer.get_by_text(f"We have it. Its number is {ticket.code}.").wait_for()
    worker.work()

    desk = page_of(browser, live_server, rafiq)
    address = f"{live_server.url}{reverse('service:ticket', args=[ticket.pk])}"
    desk.goto(address)
    desk.locator("#panel").get_by_text("It does not close.").wait_for()
    desk.get_by_role("textbox", name="Answer").fill("Somebody comes tomorrow.")
    desk.get_by_role("button", name="Send", exact=True).click()
    desk.locator("#panel").get_by_text("Somebody comes tomorrow.").wait_for()
    worker.work(after=timedelta(minutes=1))  # until then it can be taken back

    customer.reload()
    customer.get_by_text("Somebody comes tomorrow.").wait_for()
    customer.get_by_text("We are working on it").wait_for()
    customer.get_by_label("Your message").fill("Before noon, please.")
    customer.get_by_role("button", name="Send").click()
    customer.get_by_text("Before noon, please.").wait_for()
    assert violations(customer) == [] and fits(customer)
    worker.work()
    desk.goto(address)
    desk.locator("#panel").get_by_text("Before noon, please.").wait_for()
    desk.context.close()

    read_papers(customer, papers)
    choose_language_and_consent(customer)
    customer.context.close()


def read_papers(page, papers):
    """Quotes and invoices: hers, each with its own page, and nothing of anybody else's."""
    (invoice, quote), others = papers
    for name, paper, of_another in (("Quotes", quote, others[1]), ("Invoices", invoice, others[0])):
        to_section(page, name)
        expect(page.get_by_role("main")).not_to_contain_text(of_another.number)
        page.get_by_role("link", name=paper.number).click()
        page.get_by_text(paper.number).first.wait_for()
        assert re.search(r"/[qi]/", page.url) and fits(page)
        page.go_back()


def choose_language_and_consent(page):
    """In Bengali from now on, wherever she is written to; one purpose more is allowed, with the words she saw."""
    to_section(page, "Privacy")
    page.get_by_role("checkbox").and_(page.locator(":not(:checked)")).first.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("status").wait_for()
    given = Consent.objects.get(state="given")
    assert given.contact.full_name == "Anika Rahman"
    to_section(page, "My details")
    page.locator("#id_language").select_option("bn")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("status").wait_for()
    page.reload()
    assert page.locator("html").get_attribute("lang") == "bn" and fits(page)
    assert violations(page) == []
    assert Contact.objects.get(full_name="Anika Rahman").language == "bn"
