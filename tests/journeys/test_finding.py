"""Finding somebody whose name is written in another script than one types."""

import pytest
from playwright.sync_api import expect

from bandhu.customers.tests.cast import make_agent, make_contact

from .accessibility import violations
from .people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WRITTEN = [("Rahman", "আব্দুর রহমান"), ("Murugan", "முருகன் செல்வம்")]


@pytest.fixture
def page(browser, live_server):
    rupa = make_agent("Rupa")
    for name in ("আব্দুর রহমান", "முருகன் செல்வம்", "Karim Uddin"):
        make_contact(name, by=rupa)
    opened = page_of(browser, live_server, rupa)
    yield opened
    opened.context.close()


@pytest.mark.parametrize(("typed", "name"), WRITTEN)
def test_the_search_box_finds_them_in_their_own_script(page, live_server, typed, name):
    page.goto(f"{live_server.url}/search/")
    page.get_by_role("main").get_by_role("searchbox").fill(typed)
    found = page.locator("#results li")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(name)
    expect(found).to_contain_text("The same name in another script.")
    assert violations(page) == []
    found.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize(("typed", "name"), WRITTEN)
def test_the_palette_finds_them_and_opens_them_by_keyboard(page, live_server, typed, name):
    page.goto(f"{live_server.url}/follow-ups/", wait_until="networkidle")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and actions")
    page.keyboard.type(typed)
    expect(palette.get_by_role("option").first).to_contain_text(name)
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
