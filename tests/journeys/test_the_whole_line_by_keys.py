"""From a visitor's question to the money without a mouse: the visitor, the seller and the customer have a keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from bandhu.billing.models import Invoice, Payment
from bandhu.billing.tests.cast import make_issuer
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import submission_guard
from bandhu.quotes.models import Quote
from bandhu.quotes.tests.cast import make_shop
from bandhu.sales.models import Lead, Opportunity
from bandhu.sales.tests.cast import make_web_form
from tests.journeys.accessibility import violations
from tests.journeys.keyboard import arriving, focus_of, follow, go_to, press, settle, write
from tests.journeys.people import do_the_workers_part, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SALE = "Tables for the school"


@pytest.fixture(autouse=True)
def patience():
    """It is a long way; on a busy machine no step of it is quick."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def house(live_server, settings, monkeypatch):
    """A shop in Dhaka that sells tables and benches; nobody is given what comes in by the form."""
    settings.PUBLIC_URL = live_server.url
    monkeypatch.setattr(submission_guard, "LEAST_SECONDS", -1)
    boss, _chair = make_shop()
    boss.team = make_team("Dhaka")
    boss.save()
    make_issuer(boss)
    prices = {
        make_product(boss, code, tax_class="standard"): price
        for code, price in (("TABLE", 2500), ("BENCH", 900))
    }
    make_book(boss, "Furniture", prices)
    return make_user("Rupa", role="manager", team=boss.team), make_web_form(by=boss)


def ask(page, address):
    """The visitor fills the form in and sends it."""
    page.goto(address)
    write(page, "Your name.*", "Rahima Khatun")
    write(page, "Mail address.*", "rahima@example.org")
    write(page, "Message.*", "A hundred tables, please")
    press(page, "checkbox", ".*", key="Space")
    press(page, "button", "Send")
    page.get_by_text("Thank you").first.wait_for()


def take_it(page, live_server):
    """The seller opens the lead from the list, takes it and makes it an opportunity."""
    page.goto(f"{live_server}/", wait_until="networkidle")
    with arriving(page):
        page.keyboard.type("gl")
    page.get_by_role("heading", name="Leads", exact=True).wait_for()
    page.keyboard.press("j")
    assert re.fullmatch("Enquiry through .*", focus_of(page)["name"])
    with arriving(page):
        page.keyboard.press("Enter")
    page.get_by_text("A hundred tables, please").first.wait_for()
    press(page, "button", "More")
    page.keyboard.press("ArrowDown")
    assert focus_of(page)["name"] == "Give to somebody"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    go_to(page, "button", "Save")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert settle(page)["name"] == "More"  # where it was opened
    follow(page, "button", "Work on it", key="Space")
    expect(page.get_by_role("button", name="Work on it")).to_have_count(0)


def convert(page):
    press(page, "button", "Make it an opportunity")
    expect(page.locator("#dialog-body #id_name")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(SALE)
    follow(page, "button", "Save")
    page.get_by_role("heading", name=SALE).wait_for()
    # A stage on from here: the button that was pressed is gone then.
    press(page, "button", "Needs understood", key="Space")
    expect(page.locator(".stage-path [aria-current=step]")).to_have_text("Needs understood")
    settle(page)


def move_on_the_board(page, pk):
    with arriving(page):
        page.keyboard.type("gp")
    go_to(page, "link", f".*{SALE}.*")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    press(page, "button", "Quoted")
    expect(dialog.get_by_label("Amount")).to_be_focused()  # what the stage asks for
    page.keyboard.type("250000")
    press(page, "button", "Move")
    expect(dialog).to_be_hidden()
    aimed = page.locator(".board-column").filter(has=page.get_by_role("heading", name="Quoted", exact=True))
    expect(aimed.locator(f"#card-{pk}")).to_be_attached()
    assert SALE in settle(page)["name"]  # the card has it, where it stands now
    with arriving(page):
        page.keyboard.press("Enter")
    page.get_by_role("heading", name=SALE).wait_for()


def choose(page, box, text):
    go_to(page, "combobox", box)
    page.keyboard.type(text)
    page.locator("[role=listbox]:visible [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def offer(page):
    """A quote with two lines, the second taken before the first; returns nothing but a sent quote."""
    press(page, "link", "Quotes", nth=2)  # the first stands in the navigation
    page.get_by_role("button", name="New quote").wait_for()
    settle(page)
    follow(page, "button", "New quote")
    for code, quantity in (("TABLE", "100"), ("BENCH", "20")):
        choose(page, "Add a product", code)
        expect(page.locator("[data-grid-column=quantity]").last).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type(quantity)
    page.keyboard.press("Alt+ArrowUp")
    settle(page)
    expect(page.locator("[data-grid-column=quantity]").first).to_be_focused()
    follow(page, "button", "Save")
    press(page, "link", "Send")
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    follow(page, "button", "Only open its page")
    page.get_by_text("For the customer").wait_for()


def accept(page, address):
    page.goto(address)
    write(page, "Your full name.*", "Rahima Khatun")
    press(page, "button", "Accept with obligation", key="Space")
    page.get_by_text("Rahima Khatun accepted this quote").wait_for()


def invoice_and_pay(page):
    page.reload(wait_until="networkidle")
    follow(page, "link", "Open the order")
    page.get_by_role("button", name="Invoice this order").wait_for()
    follow(page, "button", "Invoice this order")
    follow(page, "link", "Issue")
    follow(page, "button", "Issue")
    follow(page, "link", "Record a payment")
    write(page, "Reference.*", "Cheque 4711")
    follow(page, "button", "Save|Record the payment|Record.*")
    page.get_by_text("Paid", exact=True).first.wait_for()


def read_the_timeline(page):
    """On the customer's page stands what was said, offered and paid; the tabs beside it open by keys too."""
    follow(page, "link", "Rahima Khatun")
    quote, invoice = Quote.objects.get(), Invoice.objects.get()
    told = page.locator("#panel")
    for words in ("A hundred tables, please", quote.number, invoice.number):
        told.get_by_text(words).first.wait_for()
    assert told.get_by_text(invoice.number).count() >= 2  # issued, paid
    press(page, "link", "Invoices", nth=2)  # the first stands in the navigation
    told.get_by_role("link", name=invoice.number).wait_for()
    assert settle(page)["name"] == "Invoices"
    assert violations(page) == []


def test_from_a_question_to_the_money_without_a_mouse(browser, live_server, house):
    rupa, form = house
    visitor = browser.new_context().new_page()
    page = page_of(browser, live_server, rupa)
    for one in (visitor, page):
        one.set_default_timeout(90_000)
    ask(visitor, f"{live_server.url}/f/{form.slug}/")
    assert Lead.objects.get().owner is None

    take_it(page, live_server.url)
    assert (Lead.objects.get().status, Lead.objects.get().owner) == ("working", rupa)
    convert(page)
    move_on_the_board(page, Opportunity.objects.get().pk)
    assert (Opportunity.objects.get().stage.name, Opportunity.objects.get().amount_minor) == (
        "Quoted",
        25_000_000,
    )
    offer(page)
    lines = Quote.objects.get().current.lines.order_by("position")
    assert [(line.code, line.quantity) for line in lines] == [("BENCH", 20), ("TABLE", 100)]
    accept(visitor, page.locator("a[href*='/q/']").get_attribute("href"))
    do_the_workers_part()
    invoice_and_pay(page)
    do_the_workers_part()
    paid = Payment.objects.get()
    assert (paid.reference, paid.amount_minor, Invoice.objects.get().state) == (
        "Cheque 4711",
        Quote.objects.get().current.total_minor,
        "paid",
    )
    read_the_timeline(page)
    visitor.context.close()
    page.context.close()
