"""Somebody is entered who is in the book already: seen while typing, merged on review, taken apart again."""

import pytest
from playwright.sync_api import expect

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_contact

from .accessibility import violations
from .people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_duplicate_is_spotted_while_typing_merged_and_taken_apart(browser, live_server):
    rupa = make_agent("Rupa", role="administrator")
    known = make_contact("Abdur Rahman", by=rupa, phones=["01712345678"], job_title="Trader")
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/contacts/new/", wait_until="networkidle")

    page.locator("#id_full_name").fill("আব্দুর রহমান")
    page.locator("#record-form input[type=tel]").first.fill("+880 1712-345678")
    hint = page.locator("#duplicates-hint")
    expect(hint.get_by_role("link", name="Abdur Rahman")).to_be_visible()
    expect(hint).to_contain_text("Probably the same")
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/contacts/*-*/")

    # Saved all the same; now it waits on the review screen.
    fresh = Contact.objects.exclude(pk=known.pk).get()
    page.goto(f"{live_server.url}/duplicates/contact/{known.pk}/{fresh.pk}/", wait_until="networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("The same one?")
    expect(page.get_by_role("main")).to_contain_text("আব্দুর রহমান")
    assert violations(page) == []
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("It can be taken back under Merges.")).to_be_visible()
    fresh.refresh_from_db()
    assert fresh.deleted_at is not None
    assert set(known.other_names.values_list("name", flat=True)) == {"আব্দুর রহমান"}

    page.goto(f"{live_server.url}/merges/", wait_until="networkidle")
    assert violations(page) == []
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back").first).to_be_visible()
    fresh.refresh_from_db()
    assert fresh.deleted_at is None
    assert fresh.full_name == "আব্দুর রহমান" and not known.other_names.exists()
