"""Two people on one customer: each sees the other, the second to save compares, nothing is lost."""

import pytest
from django.test import Client

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import make_team, make_user
from tests.journeys.accessibility import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def sign_in(browser, live_server, user):
    """A browser of `user`'s own, without the tour."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return context.new_page()


@pytest.fixture
def rupa():
    return make_user(
        "Rupa Chakraborty", role="manager", team=make_team("Dhaka"), toured_at="2026-01-01T00:00Z"
    )


def test_a_customer_edited_by_two_people(browser, live_server, rupa):
    kamal = make_user("Kamal Uddin", role="manager", team=rupa.team, toured_at="2026-01-01T00:00Z")
    contact = make_contact("রহিমা খাতুন", by=rupa, job_title="Teacher", phones=["01712345678"])
    address = f"{live_server.url}/contacts/{contact.pk}/edit/"
    first, second = sign_in(browser, live_server, kamal), sign_in(browser, live_server, rupa)
    first.goto(address)
    second.goto(address)
    second.get_by_text("Kamal Uddin is looking at this record too.").wait_for()

    first.fill("#id_job_title", "Headmistress")
    first.fill("#id_department", "Primary")
    first.get_by_role("button", name="Save", exact=True).click()
    first.wait_for_url(f"**/contacts/{contact.pk}/")

    second.fill("#id_job_title", "Director")
    second.fill("#id_nickname", "Rumi")
    second.get_by_role("button", name="Save", exact=True).click()
    row = second.get_by_role("row").filter(has_text="Job title")
    assert [cell.inner_text().strip() for cell in row.get_by_role("cell").all()] == [
        "Teacher", "Headmistress", "Director",
    ]  # fmt: skip
    assert violations(second) == []
    row.get_by_text("Headmistress").click()
    second.get_by_role("button", name="Save what is chosen").click()
    second.wait_for_url(f"**/contacts/{contact.pk}/")

    contact.refresh_from_db()
    assert (contact.job_title, contact.department, contact.nickname) == ("Headmistress", "Primary", "Rumi")
    assert contact.primary_phone == "+8801712345678"


def test_a_value_in_place_and_a_phone_in_a_dialog_by_keyboard(browser, live_server, rupa):
    contact = make_contact("Rahima Khatun", by=rupa, company=make_company("Padma", by=rupa), tags=["VIP"])
    page = sign_in(browser, live_server, rupa)
    page.goto(f"{live_server.url}/contacts/{contact.pk}/")
    page.get_by_label("Edit Job title").press("Enter")
    page.locator("input[name=job_title]").fill("Director")
    page.keyboard.press("Enter")
    page.locator("#record-head").get_by_text("Director").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit Job title"

    page.locator("#record-reach").get_by_role("button", name="Add", exact=True).click()
    page.locator("#record-reach").get_by_role("button", name="Phone", exact=True).click()
    page.locator("#dialog-body input[type=tel]").fill("12")
    page.keyboard.press("Enter")
    page.get_by_text("The phone number is too short.").wait_for()
    page.locator("#dialog-body input[type=tel]").fill("০১৭১২৩৪৫৬৭৮")
    page.keyboard.press("Enter")
    page.locator("#record-reach").get_by_text("1712").wait_for()
    assert Contact.objects.get().primary_phone == "+8801712345678"
    assert violations(page) == []
