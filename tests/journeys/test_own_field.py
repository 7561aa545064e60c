"""A field of one's own, from the screen that makes it to every place it appears, for those who may see it."""

import csv

import pytest
from playwright.sync_api import expect

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.platform.bulk import run_bulk_change
from bandhu.platform.models import BulkChange, CustomField

from .accessibility import violations
from .people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def make_the_field(page, address):
    """The screen of own fields: a choice with names in three languages, seen by managers alone."""
    page.goto(f"{address}/settings/")
    page.get_by_role("link", name="New field").first.click()
    page.get_by_label("Name in English").fill("Tea tier")
    page.get_by_label("Name in বাংলা").fill("পদমর্যাদা")
    page.get_by_label("Name in தமிழ்").fill("தரநிலை")
    page.get_by_label("Type").select_option(label="Choice")
    page.get_by_label("Choices").fill("Gold | সোনা | தங்கம்\nSilver | রুপা | வெள்ளி")
    page.get_by_role("group", name="Seen by").get_by_label("Manager").check()
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Tea tier")
    expect(row).to_contain_text("Choice")
    expect(row).to_contain_text("Gold, Silver")
    assert violations(page) == []
    return CustomField.objects.get()


def give_a_value(page, address, contact):
    """In the form of the contact."""
    page.goto(f"{address}/contacts/{contact.pk}/edit/")
    page.get_by_label("Tea tier").select_option(label="Gold")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**/contacts/{contact.pk}/")
    expect(page.locator("#record-details")).to_contain_text("Gold")


def filter_by_it(page):
    page.get_by_role("button", name="Add a condition").click()
    dialog = page.get_by_role("dialog")
    page.wait_for_load_state("networkidle")  # the form has come and listens
    dialog.get_by_label("Field").select_option(label="Tea tier")
    dialog.get_by_label("Gold").check()
    dialog.get_by_role("button", name="Add", exact=True).click()


def test_a_choice_with_names_in_three_languages(browser, live_server):
    nasrin = make_user("Nasrin", role="administrator")
    rahima, kamal = make_contact("Rahima Khatun", by=nasrin), make_contact("Kamal Uddin", by=nasrin)
    page, address = page_of(browser, live_server, nasrin), live_server.url
    field = make_the_field(page, address)
    give_a_value(page, address, rahima)

    page.goto(f"{address}/contacts/?columns=full_name,custom.{field.key}", wait_until="networkidle")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader", name="Tea tier")).to_be_visible()
    expect(table.get_by_role("row").filter(has_text="Rahima")).to_contain_text("Gold")
    page.get_by_role("row").filter(has_text="Kamal").get_by_role("checkbox").check()
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_label("What should change").select_option(label="Tea tier")
    page.get_by_label("New value").select_option(label="Gold")
    assert violations(page) == []
    page.get_by_role("button", name="Change them").click()
    page.wait_for_url("**/bulk-changes/**")
    run_bulk_change(BulkChange.objects.get().pk)
    kamal.refresh_from_db()
    assert kamal.custom == {field.key: "gold"}

    page.goto(f"{address}/contacts/?columns=full_name,custom.{field.key}", wait_until="networkidle")
    filter_by_it(page)
    page.wait_for_url("**filter=**")
    expect(table.get_by_role("row").filter(has_text="Gold")).to_have_count(2)
    exported = page.request.get(page.url).url.split("?", 1)[1]
    page.goto(f"{address}/exports/?kind=contact&{exported}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    lines = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert lines[0] == ["Name", "Tea tier"]
    # The key, which is the same in every language: the file can come in again whoever reads it.
    assert sorted(lines[1:]) == [["Kamal Uddin", "gold"], ["Rahima Khatun", "gold"]]

    page.goto(f"{address}/contacts/{rahima.pk}/history/")
    expect(page.get_by_role("main")).to_contain_text("Tea tier")
    expect(page.get_by_role("main")).to_contain_text("Gold")
    assert violations(page) == []


def test_who_may_not_see_it_and_who_reads_bengali(browser, live_server):
    nasrin = make_user("Nasrin", role="administrator")
    field = make_the_field(page_of(browser, live_server, nasrin), live_server.url)
    rahima = make_contact("Rahima Khatun", by=nasrin, custom={field.key: "gold"})
    assert Contact.objects.get().custom == {field.key: "gold"}

    page = page_of(browser, live_server, make_user("Rafiq", role="service"))
    page.goto(f"{live_server.url}/contacts/?columns=full_name,custom.{field.key}", wait_until="networkidle")
    expect(page.get_by_role("table").get_by_text("Rahima Khatun")).to_be_visible()
    page.get_by_role("button", name="Add a condition").click()
    expect(page.get_by_role("dialog").get_by_label("Field")).to_contain_text("Lifecycle")
    for words in ("Tea tier", "Gold", field.key):
        assert words not in page.get_by_role("main").inner_text()
        assert words not in page.get_by_role("dialog").inner_text()
    for place in (f"/contacts/{rahima.pk}/", f"/contacts/{rahima.pk}/edit/", f"/api/v1/contacts/{rahima.pk}"):
        text = page.request.get(live_server.url + place).text()
        assert "Rahima Khatun" in text
        assert "Tea tier" not in text
        assert field.key not in text

    reader = make_user("Rupa", role="manager", language="bn")
    Contact.objects.update(owner=reader)
    page = page_of(browser, live_server, reader)
    page.goto(f"{live_server.url}/contacts/?columns=full_name,custom.{field.key}", wait_until="networkidle")
    expect(page.get_by_role("columnheader", name="পদমর্যাদা")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("সোনা")
    assert violations(page) == []
