"""Two tickets are merged by mistake and taken apart, a message that is another matter is split off and put back."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bandhu.customers.tests.cast import make_contact
from bandhu.interactions.models import Message
from bandhu.service.actions import make_ticket_of
from bandhu.service.models import Clock, Ticket
from bandhu.service.tests.cast import make_agent, make_conversation
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SACKS, BILL, MILL = "দুই বস্তা কম এসেছে।", "বিলটা আবার পাঠাবেন?", "কলের চাল কবে আসবে?"


@pytest.fixture
def rafiq():
    return make_agent("Rafiq")


@pytest.fixture
def tickets(rafiq):
    """Two of Rahima's: about sacks that are missing, and about a bill, where she also asks for something else."""
    rahima = make_contact("রহিমা খাতুন", by=rafiq, language="bn")
    about_sacks = make_conversation(SACKS, by=rafiq, contact=rahima)
    about_bill = make_conversation(BILL, MILL, by=rafiq, contact=rahima)
    return (
        make_ticket_of(about_sacks, actor=rafiq, title="Sacks are missing"),
        make_ticket_of(about_bill, actor=rafiq, title="The bill once more"),
    )


def said(panel, words):
    """The message with these words; a conversation without a subject is headed by them too."""
    return panel.get_by_role("paragraph").filter(has_text=words)


def open_ticket(page, live_server, ticket):
    page.goto(f"{live_server.url}{reverse('service:ticket', args=[ticket.pk])}", wait_until="networkidle")


def test_a_merge_is_undone_exactly(browser, live_server, rafiq, tickets, worker):
    sacks, bill = tickets
    worker.work()
    before = kept_of(sacks), kept_of(bill)
    page = page_of(browser, live_server, rafiq)
    open_ticket(page, live_server, sacks)
    page.get_by_role("main").get_by_role("button", name="More").click()
    page.get_by_role("button", name="Merge into another ticket").click()
    page.get_by_role("combobox", name="Into ticket").fill(bill.code)
    page.get_by_role("option", name="The bill once more").click()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    page.get_by_text("This ticket was merged", exact=True).wait_for()
    expect(page.get_by_role("button", name="Solve")).to_be_hidden()
    assert violations(page) == []

    # What stays has both threads, and says where the second one came from.
    page.get_by_role("link", name=f"It went into {bill}.").click()
    panel = page.locator("#panel")
    for words in (SACKS, BILL, MILL):
        said(panel, words).wait_for()
    page.locator("#ticket-parts").get_by_text("Merged into this one").wait_for()
    worker.work()

    open_ticket(page, live_server, sacks)
    page.get_by_role("button", name="Undo the merge").click()
    page.get_by_role("button", name="Solve").wait_for()
    said(panel, SACKS).wait_for()
    expect(said(panel, BILL)).to_be_hidden()
    open_ticket(page, live_server, bill)
    said(panel, BILL).wait_for()
    expect(said(panel, SACKS)).to_be_hidden()
    worker.work()
    assert (kept_of(sacks), kept_of(bill)) == before
    page.context.close()


def test_a_split_is_undone_exactly(browser, live_server, rafiq, tickets, worker):
    _sacks, bill = tickets
    worker.work()
    page = page_of(browser, live_server, rafiq)
    open_ticket(page, live_server, bill)
    page.get_by_role("button", name="Split messages off").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="What the new ticket is about").fill("Rice of the mill")
    dialog.get_by_role("checkbox", name=MILL).check()
    assert violations(page) == []
    dialog.get_by_role("button", name="Split off").click()
    panel = page.locator("#panel")
    expect(said(panel, MILL)).to_be_hidden()

    new = Ticket.objects.get(title="Rice of the mill")
    worker.work()
    open_ticket(page, live_server, new)
    said(panel, MILL).wait_for()
    expect(said(panel, BILL)).to_be_hidden()
    page.locator("#ticket-parts").get_by_role("link", name=str(bill)).wait_for()
    assert violations(page) == []

    page.get_by_role("main").get_by_role("button", name="More").click()
    page.get_by_role("button", name="Put the messages back").click()
    page.get_by_role("heading", name="The bill once more", level=1).wait_for()
    for words in (BILL, MILL):
        said(panel, words).wait_for()
    worker.work()
    open_ticket(page, live_server, new)
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_role("button", name="Solve")).to_be_hidden()  # it is in the bin
    assert Message.objects.filter(conversation__ticket_thread__ticket=bill).count() == 2
    page.context.close()


def kept_of(ticket):
    """What the undoing of a merge brings back: thread, stage, owner, and what is promised."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    clocks = Clock.objects.filter(ticket=fresh).order_by("measure")
    return (
        fresh.stage,
        fresh.owner,
        fresh.merged_into,
        sorted(fresh.threads.values_list("conversation", flat=True)),
        list(clocks.values_list("measure", "state", "due_at", "ended_at")),
    )
