"""A stranger finds an answer in the other script; a customer signs in by a mailed link and sees what is theirs."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from bandhu.knowledge import actions, jobs
from bandhu.knowledge.tests.cast import make_article, make_customer, make_writer, translate

from .accessibility import violations
from .people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mina():
    return make_writer()


def test_an_article_is_found_by_a_word_in_the_other_script(page, live_server, mina):
    shelf = actions.create_category(actor=mina, names={"en": "Travel", "bn": "ভ্রমণ"}, icon="plane")
    article = make_article(mina, "How to get a visa", category=shelf)
    translate(mina, article, "bn", "ভিসা কীভাবে পাবেন", "<p>দশ দিন লাগে।</p><h2>কাগজপত্র</h2><p>দুটি ছবি।</p>")
    page.goto(f"{live_server.url}/help/bn/")
    assert violations(page) == []
    page.get_by_role("searchbox").fill("visa")
    page.keyboard.press("Enter")
    found = page.get_by_role("main").get_by_role("listitem").get_by_role("link")
    expect(found).to_have_text("ভিসা কীভাবে পাবেন")
    assert violations(page) == []
    found.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ভিসা কীভাবে পাবেন")
    assert violations(page) == []
    page.locator("#helpful button[value=yes]").click()
    expect(page.locator("#helpful textarea")).to_be_visible()
    assert violations(page) == []
    # And the other way round: who reads English and asks in Bengali letters.
    page.goto(f"{live_server.url}/help/en/")
    page.get_by_role("searchbox").fill("ভিসা")
    page.keyboard.press("Enter")
    expect(found).to_have_text("How to get a visa")


def test_without_javascript_a_search_that_finds_nothing_says_what_to_try(browser, live_server, mina):
    make_article(mina)
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/help/en/")
    page.get_by_role("searchbox").fill("kites")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing was found")
    page.get_by_role("link", name="How to get a visa").click()
    expect(page.get_by_text("Bring your passport.")).to_be_visible()
    context.close()


def test_a_customer_signs_in_by_a_mailed_link(page, live_server, settings, mina):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_customer()
    page.goto(f"{live_server.url}/portal/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    assert violations(page) == []
    page.locator("#mail").fill("anika@example.com")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    jobs.send_portal_links(address="anika@example.com", language="en")
    path = re.search(r"https?://[^/]+(/portal/link/\S+)", mail.outbox[-1].body)[1]
    page.goto(live_server.url + path)
    assert violations(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anika Rahman")
    assert violations(page) == []
    for name in ("Invoices", "Appointments", "Privacy", "My details"):
        page.get_by_role("navigation", name="Your portal").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(page) == [], name
    page.get_by_label("Your name").fill("Anika R. Khan")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.goto(live_server.url + path)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    page.goto(f"{live_server.url}/portal/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")


def test_an_article_is_written_with_the_editor_and_published(browser, live_server, mina):
    page = page_of(browser, live_server, mina)
    page.goto(f"{live_server.url}/articles/new/")
    page.locator("input[name=title]").fill("How to sharpen scissors")
    box = page.locator(".rich-text")
    box.click()
    page.keyboard.type("Hold them ")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("flat")
    assert violations(page) == []
    page.get_by_role("button", name="Save as draft").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Readers see it now.")).to_be_visible()
    assert violations(page) == []
    answer = page.request.get(f"{live_server.url}/help/en/search/?q=sharpen")
    assert "How to sharpen scissors" in answer.text()
    page.context.close()
