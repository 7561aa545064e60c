"""The whole line, from a stranger's question in Bengali to the money: at a desk with the keyboard on the board, and on a telephone."""

import httpx
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bandhu.billing.models import Invoice, Payment
from bandhu.billing.tests.cast import make_issuer
from bandhu.billing.tests.paying import open_account
from bandhu.billing.tests.providers import running
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import submission_guard
from bandhu.privacy.models import Consent
from bandhu.quotes.models import Order, Quote
from bandhu.quotes.tests.cast import make_shop
from bandhu.sales import actions as sales
from bandhu.sales.models import Lead, Opportunity
from bandhu.sales.tests.cast import make_web_form
from tests.journeys.accessibility import violations
from tests.journeys.people import do_the_workers_part, fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def providers(monkeypatch):
    with running(monkeypatch) as found:
        yield found


@pytest.fixture
def house(live_server, settings, monkeypatch):
    """A shop in Dhaka that sells tables and takes cards; Rupa gets what comes in by the form."""
    settings.PUBLIC_URL = live_server.url
    monkeypatch.setattr(submission_guard, "LEAST_SECONDS", -1)
    boss, _chair = make_shop()
    boss.team = make_team("Dhaka")
    boss.save()
    make_issuer(boss)
    make_book(boss, "Tables", {make_product(boss, "TABLE", tax_class="standard"): 2500})
    rupa = make_user("Rupa", role="sales", team=boss.team)
    sales.set_assignment_rule(None, actor=boss, name="Who writes in Bengali", people=[(rupa, None)])
    return boss, rupa, open_account(boss, "stripe", name="Card"), make_web_form(by=boss)


def ask_by_the_form(browser, live_server, foreign_site, form):
    """A visitor of somebody else's website writes in Bengali and agrees to news."""
    folder, site = foreign_site
    line = f'<script src="{live_server.url}/f/{form.slug}/embed.js" async></script>'
    (folder / "tables.html").write_text(
        f'<!doctype html><html lang="bn"><title>Tables</title><h1>Tables</h1>{line}</html>'
    )
    visitor = browser.new_context(viewport=TELEPHONE, locale="bn-BD").new_page()
    visitor.goto(f"{site}/tables.html?utm_campaign=monsoon")
    frame = visitor.frame_locator("iframe")
    frame.locator("#id_full_name").fill("রহিমা খাতুন")
    frame.locator("#id_mail").fill("rahima@example.org")
    frame.locator("#id_message").fill("একশটি টেবিল লাগবে")
    frame.locator("input[type=checkbox]").check()
    frame.locator("form button[type=submit]").click()
    frame.get_by_text("ধন্যবাদ!").wait_for()
    visitor.context.close()


def take_it_up(page, live_server, check):
    """From the list of leads to an opportunity, by the buttons on the way."""
    page.goto(f"{live_server.url}/leads/")
    check(page)
    page.get_by_role("row").filter(has_text="রহিমা খাতুন").get_by_role("link").first.click()
    page.get_by_text("একশটি টেবিল লাগবে").first.wait_for()
    check(page)
    page.get_by_role("button", name="Make it an opportunity").click()
    page.locator("#dialog-body #id_name").fill("Tables for Rahima")
    page.locator("#dialog-body").get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Tables for Rahima").wait_for()
    check(page)


def move_it_on(page, live_server, check, with_keys):
    """On the board: by its keys at a desk, by the card's own button on a telephone; then the card is opened."""
    card = f"#card-{Opportunity.objects.get().pk}"
    page.goto(f"{live_server.url}/board/", wait_until="networkidle")
    check(page)
    aimed = page.locator(".board-column").filter(
        has=page.get_by_role("heading", name="Needs understood", exact=True)
    )
    if with_keys:
        page.locator(f"{card} a").focus()
        page.keyboard.press("]")
        expect(aimed.locator(f"{card} a")).to_be_focused()
        page.keyboard.press("Enter")
    else:
        page.locator(card).get_by_role("button").click()
        page.get_by_role("dialog").get_by_role("button", name="Needs understood").click()
        expect(aimed.locator(card)).to_be_attached()
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.locator(f"{card} a").click()
    page.get_by_role("heading", name="Tables for Rahima").wait_for()
    assert Opportunity.objects.get().stage.name == "Needs understood"


def offer(page, check):
    """A quote from the opportunity; returns the address for the customer."""
    page.get_by_role("link", name="Quotes").last.click()
    page.get_by_role("button", name="New quote").click()
    page.wait_for_url("**/edit/")
    page.locator("#id_product").fill("TAB")
    page.locator("#list_product [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-grid-column=quantity]").last).to_be_focused()
    page.keyboard.type("100")
    page.keyboard.press("Tab")
    page.locator("#sums").get_by_text("৳2,87,500.00").first.wait_for()
    check(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Send").click()
    page.get_by_role("button", name="Only open its page").click()
    page.get_by_text("For the customer").wait_for()
    check(page)
    return page.locator("a[href*='/q/']").get_attribute("href")


def accept(browser, address):
    """The customer, on a telephone without JavaScript, reads, opens the PDF and signs."""
    context = browser.new_context(viewport=TELEPHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("html").get_attribute("lang") == "bn" and fits(page)
    page.get_by_text("TABLE বাংলা").wait_for()
    page.get_by_text("২,৮৭,৫০০.০০৳").first.wait_for()
    link = page.locator("a[href$='paper.pdf'], a[href*='/paper']").first.get_attribute("href")
    paper = page.request.get(page.url.split("/q/")[0] + link)
    assert paper.headers["content-type"] == "application/pdf" and paper.body().startswith(b"%PDF-")
    page.locator("#id_signed_name").fill("রহিমা খাতুন")
    page.locator("form[action$='acceptance/'] button").click()
    page.get_by_text("রহিমা খাতুন").first.wait_for()
    assert context.cookies() == []
    context.close()


def invoice_it(page, check):
    """From the accepted quote to an issued invoice; returns the address for the customer."""
    page.reload()
    page.get_by_role("link", name="Open the order").click()
    page.get_by_role("button", name="Invoice this order").wait_for()
    check(page)
    page.get_by_role("button", name="Invoice this order").click()
    page.get_by_role("link", name="Issue", exact=True).click()
    page.get_by_role("button", name="Issue", exact=True).wait_for()
    check(page)
    page.get_by_role("button", name="Issue", exact=True).click()
    page.get_by_role("heading", name="For the customer").wait_for()
    check(page)
    return page.locator("a[href*='/i/']").first.get_attribute("href")


def pay(browser, providers, account, address, live_server):
    """At the provider's page; the provider tells us twice, signed."""
    context = browser.new_context(viewport=TELEPHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("html").get_attribute("lang") == "bn" and fits(page)
    page.get_by_role("button", name="Card").click()
    page.get_by_role("heading", name="Provider").wait_for()
    reference = Invoice.objects.get().attempts.get().provider_reference
    providers.pay(reference, trx="pi_1")
    body, headers = providers.stripe_paid(reference)
    notices = f"{live_server.url}{reverse('billing:gateway_notices', args=[account.token])}"
    assert [httpx.post(notices, content=body, headers=headers).status_code for _time in range(2)] == [
        200,
        200,
    ]
    page.goto(address)
    assert page.get_by_role("button", name="Card").count() == 0
    context.close()


def look_as_service(browser, live_server):
    """A service agent reads the whole story where the customer is, and changes none of it."""
    page = page_of(browser, live_server, make_user("Sima", role="service"))
    quote, order, invoice, deal = (model.objects.get() for model in (Quote, Order, Invoice, Opportunity))
    page.goto(f"{live_server.url}{reverse('customers:contact', args=[Contact.objects.get().pk])}")
    told = page.locator("#panel")
    for words in ("একশটি টেবিল লাগবে", quote.number, invoice.number):
        told.get_by_text(words).first.wait_for()
    assert told.get_by_text(quote.number).count() >= 2  # sent, accepted
    assert told.get_by_text(invoice.number).count() >= 2  # issued, paid
    assert violations(page) == []
    assert page.get_by_role("navigation").get_by_text("Forecast").count() == 0
    for name, record, shown in (
        ("billing:invoice", invoice, "Paid"),
        ("quotes:order", order, order.number),
        ("quotes:quote", quote, "Accepted"),
        ("sales:opportunity", deal, "Won"),
    ):
        page.goto(f"{live_server.url}{reverse(name, args=[record.pk])}")
        page.locator("main").get_by_text(shown).first.wait_for()
        for verb in ("Edit", "Record a payment", "New version", "Cancel the order", "Move to the bin"):
            assert page.get_by_text(verb, exact=True).count() == 0, (name, verb)
    for name in ("sales:forecast", "billing:payment_accounts", "billing:notices", "sales:lead_setup"):
        assert page.goto(f"{live_server.url}{reverse(name)}").status == 403
    page.context.close()


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_from_a_question_in_bengali_to_the_money(
    browser, live_server, foreign_site, house, providers, screen
):
    _boss, rupa, account, form = house
    at_desk = screen is DESK

    def check(page):
        assert fits(page), page.url
        assert not at_desk or violations(page) == [], page.url

    ask_by_the_form(browser, live_server, foreign_site, form)
    lead = Lead.objects.get()
    assert (lead.owner, lead.campaign, lead.language, lead.contact.language) == (rupa, "monsoon", "bn", "bn")
    assert Consent.objects.filter(contact=lead.contact).exists()

    page = page_of(browser, live_server, rupa, viewport=screen, has_touch=not at_desk)
    take_it_up(page, live_server, check)
    move_it_on(page, live_server, check, with_keys=at_desk)
    accept(browser, offer(page, check))
    do_the_workers_part()
    deal = Opportunity.objects.get()
    assert (deal.state, deal.amount_minor, deal.lead) == ("won", 28_750_000, lead)
    pay(browser, providers, account, invoice_it(page, check), live_server)
    do_the_workers_part()
    assert (Payment.objects.get().amount_minor, Invoice.objects.get().state) == (28_750_000, "paid")
    page.reload()
    page.get_by_text("Paid", exact=True).first.wait_for()
    check(page)
    page.context.close()
    if at_desk:
        look_as_service(browser, live_server)
