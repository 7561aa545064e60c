"""A role that may not see companies is not told of them anywhere."""

import pytest
from playwright.sync_api import expect

from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import grant, make_user

from .accessibility import violations
from .people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_what_one_may_not_see_is_in_no_menu_list_search_or_address(browser, live_server):
    rupa = make_agent("Rupa")
    company = make_company("Padma Traders", by=rupa)
    contact = make_contact("Rahima Khatun", by=rupa, company=company)
    kamal = make_user("Kamal Uddin")
    grant(kamal, "customers.view_contact")
    page = page_of(browser, live_server, kamal)

    page.goto(f"{live_server.url}/contacts/", wait_until="networkidle")
    expect(page.get_by_role("table").get_by_text("Rahima Khatun")).to_be_visible()
    expect(page.get_by_text("Padma")).to_have_count(0)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="Contacts")).to_be_visible()
    for hidden in ("Companies", "Webhooks", "Users", "Own fields"):
        expect(menu.get_by_role("link", name=hidden)).to_have_count(0)
    assert violations(page) == []

    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and actions")
    page.keyboard.type("Padma")
    expect(palette.get_by_text("Nobody found.", exact=False)).to_be_visible()
    page.goto(f"{live_server.url}/search/?q=Padma", wait_until="networkidle")
    expect(page.get_by_role("main").get_by_text("Padma Traders")).to_have_count(0)

    page.goto(f"{live_server.url}/contacts/{contact.pk}/", wait_until="networkidle")
    expect(page.get_by_text("Padma Traders")).to_have_count(0)
    for address in (f"/companies/{company.pk}/", f"/api/v1/companies/{company.pk}"):
        assert page.goto(live_server.url + address).status == 404
    assert "Padma" not in page.request.get(f"{live_server.url}/api/v1/contacts/{contact.pk}").text()
