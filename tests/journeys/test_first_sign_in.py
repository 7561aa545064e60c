"""Somebody new signs in, is shown around once, and makes the place theirs."""

import pytest
from playwright.sync_api import Page, expect

from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.identity.models import User
from bandhu.identity.tests.cast import PASSWORD

from .accessibility import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rupa() -> User:
    return make_agent("Rupa")


def sign_in(page: Page, address: str, user: User, password: str = PASSWORD) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Mail address").fill(user.email)
    page.get_by_label("Password", exact=False).first.fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_wrong_password_is_said_at_the_form_and_nothing_more(live_server, page: Page, rupa: User):
    sign_in(page, live_server.url, rupa, "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


def test_the_tour_is_shown_once_and_again_when_asked(live_server, page: Page, rupa: User):
    sign_in(page, live_server.url, rupa)
    tour = page.get_by_role("dialog", name="Tour")
    expect(tour).to_contain_text("Find your way")
    assert violations(page) == []
    for _step in range(3):
        tour.get_by_role("button", name="Next").click()
    with page.expect_response(lambda answer: "tour" in answer.url and answer.request.method == "POST"):
        tour.get_by_role("button", name="Done").click()
    expect(tour).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(tour).to_be_hidden()
    page.get_by_role("button", name="Help").click()
    page.get_by_role("button", name="Show the tour again").click()
    expect(tour).to_be_visible()


def test_theme_density_and_language_stay_chosen(live_server, page: Page, rupa: User):
    User.objects.filter(pk=rupa.pk).update(toured_at="2026-01-01T00:00Z")
    sign_in(page, live_server.url, rupa)
    page.locator("#person").click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "bandhu-dark")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Compact").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "bandhu-dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.locator("#person").click()
    page.get_by_role("button", name="বাংলা").click()
    expect(page.locator("html")).to_have_attribute("lang", "bn")
    rupa.refresh_from_db()
    assert (rupa.theme, rupa.density, rupa.language) == ("dark", "compact", "bn")


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("bn", "dark"), ("ar", "light")])
def test_the_pages_of_every_day_break_no_rule_of_accessibility(
    live_server, page: Page, rupa: User, language: str, theme: str
):
    contact = make_contact("রূপা চক্রবর্তী", by=rupa, phones=[{"number": "+8801712345678"}])
    sign_in(page, live_server.url, rupa)
    expect(page.locator("#person")).to_be_visible()
    User.objects.filter(pk=rupa.pk).update(toured_at="2026-01-01T00:00Z", language=language, theme=theme)
    for address in (
        "/",
        "/contacts/",
        f"/contacts/{contact.pk}/",
        "/contacts/new/",
        "/follow-ups/",
        "/settings/profile/",
    ):
        page.goto(live_server.url + address, wait_until="networkidle")
        assert violations(page) == [], address
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
