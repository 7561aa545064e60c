"""A customer's words become a ticket, are merged into another by mistake, taken apart again, and the ticket is solved."""

import pytest
from playwright.sync_api import expect

from bandhu.customers.tests.cast import make_contact
from bandhu.service.models import Ticket
from bandhu.service.tests.cast import make_agent, make_conversation, make_ticket

from .accessibility import violations
from .people import do_the_workers_part, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_a_conversation_to_a_ticket_that_is_solved(browser, live_server):
    rafiq = make_agent("Rafiq")
    rahima = make_contact("রহিমা খাতুন", by=rafiq, language="bn")
    conversation = make_conversation("দুই বস্তা কম এসেছে।", by=rafiq, contact=rahima)
    other = make_ticket("Another matter", by=rafiq)
    page = page_of(browser, live_server, rafiq)

    page.goto(f"{live_server.url}/conversations/{conversation.pk}/ticket/", wait_until="networkidle")
    page.get_by_role("button", name="Make a ticket").click()
    page.wait_for_url("**/tickets/*-*/")
    ticket = Ticket.objects.exclude(pk=other.pk).get()
    main = page.get_by_role("main")
    expect(main).to_contain_text("দুই বস্তা কম এসেছে।")
    expect(main).to_contain_text(ticket.code)
    assert violations(page) == []

    # Into the wrong ticket, and out of it again.
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Merge into another ticket").click()
    page.get_by_role("combobox", name="Into ticket").fill(other.code)
    page.get_by_role("option", name="Another matter").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This ticket was merged")).to_be_visible()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_role("button", name="Solve")).to_be_visible()

    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("button", name="Take it")).not_to_be_visible()
    page.get_by_role("textbox", name="Answer").fill("বাকি বস্তা কাল যাবে।")
    page.get_by_role("button", name="Send").click()
    expect(main).to_contain_text("বাকি বস্তা কাল যাবে।")
    do_the_workers_part()
    page.get_by_role("button", name="Solve").click()
    page.get_by_role("textbox", name="What was done").fill("Two sacks went with the next lorry.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    expect(main).to_contain_text("Two sacks went with the next lorry.")
    ticket.refresh_from_db()
    assert (ticket.stage, ticket.owner, ticket.answers) == ("solved", rafiq, 1)
    assert {one.state for one in ticket.clocks.all()} == {"met"}
    assert violations(page) == []
