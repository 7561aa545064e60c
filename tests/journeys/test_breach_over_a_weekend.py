"""A promise over a Bangladesh weekend: Independence Day on Thursday, then Friday and Saturday; warned, escalated, breached on Sunday.

The server's clock is moved, and the browsers' with it; the job that looks at clocks runs as the worker runs it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from bandhu.service.models import ServiceLevel, Ticket
from bandhu.service.tests.cast import dhaka, make_agent
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of
from tests.journeys.worker import Worker, clock_at

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WEDNESDAY, THURSDAY, SATURDAY, SUNDAY = "2026-03-25", "2026-03-26", "2026-03-28", "2026-03-29"
# Four hours from half past four on Wednesday: an hour and a half then, the rest on Sunday from nine.
OPENED, DUE = f"{WEDNESDAY} 16:30", f"{SUNDAY} 11:30"


@contextmanager
def at(text: str, *pages: Page) -> Iterator[None]:
    """Clocks in Dhaka show this, on the wall and in the browsers."""
    moment = dhaka(text)
    with clock_at(moment):
        for page in pages:
            page.clock.set_fixed_time(moment)
        yield


def look(worker: Worker) -> None:
    worker.tick("service.look_at_clocks")


def test_a_breach_is_warned_and_escalated_over_a_bangladesh_weekend(browser, live_server, worker):
    nasrin = make_agent("Nasrin", time_zone="Asia/Dhaka")
    rafiq = make_agent("Rafiq", role="service", time_zone="Asia/Dhaka")
    with at(OPENED):
        boss, desk = page_of(browser, live_server, nasrin), page_of(browser, live_server, rafiq)
    with at(OPENED, boss, desk):
        promise(boss, live_server, nasrin)
    with at(OPENED, boss, desk):
        ticket = open_a_ticket(desk, live_server)
        worker.work()
        first = clock_shown(desk, live_server, ticket)
        expect(first).to_contain_text("left")
        due = ticket.clocks.get(measure="first").due_at
        assert dhaka(DUE) <= due < dhaka(f"{SUNDAY} 11:34")

    # The house is closed: no time passes, and nobody is told anything.
    for quiet in (f"{THURSDAY} 12:00", f"{SATURDAY} 23:00"):
        with at(quiet, boss, desk):
            look(worker)
            expect(clock_shown(desk, live_server, ticket)).to_have_attribute(
                "class", re.compile("^(?!.*(warning|error))")
            )
            assert told(desk) == [] and told(boss) == []

    with at(f"{SUNDAY} 10:36", boss, desk):
        look(worker)
        expect(clock_shown(desk, live_server, ticket)).to_have_attribute("class", re.compile("warning"))
        assert [words for words in told(desk) if "is running out" in words]
        assert violations(desk) == []
    with at(f"{SUNDAY} 10:50", boss, desk):
        look(worker)
        clock_shown(desk, live_server, ticket)
        desk.locator("#ticket-head").get_by_text("High", exact=True).wait_for()
        assert told(boss) == []
    with at(f"{SUNDAY} 11:12", boss, desk):
        look(worker)
        [words] = told(boss)
        assert ticket.title in words and "is running out" in words
        boss.locator("#notifications a").first.click()
        boss.get_by_role("heading", name=ticket.title).wait_for()

    with at(f"{SUNDAY} 11:36", boss, desk):
        look(worker)
        late = clock_shown(desk, live_server, ticket)
        expect(late).to_have_attribute("class", re.compile("error"))
        expect(late).to_contain_text("late")
        assert [words for words in told(desk) if "is breached" in words]
        look(worker)
        assert len([words for words in told(desk) if "is breached" in words]) == 1
        report(boss, live_server)
    for page in (boss, desk):
        page.context.close()


def promise(page, live_server, nasrin):
    """The supervisor reads which days are kept, and says what is done before a promise is broken."""
    page.goto(f"{live_server.url}{reverse('calendars:business_calendars')}")
    page.get_by_role("link", name="Bangladesh").click()
    page.get_by_text("Independence Day").wait_for()
    page.goto(f"{live_server.url}{reverse('service:level', args=[ServiceLevel.objects.get().pk])}")
    for row, (percent, what) in enumerate(((80, "raise"), (90, "notify_user")), start=2):
        page.locator(f"#id_step{row}_percent").fill(str(percent))
        page.locator(f"#id_step{row}_measure").select_option("first")
        page.locator(f"#id_step{row}_what").select_option(what)
    page.locator("#id_step3_user").select_option(str(nasrin.pk))
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. Running clocks are counted anew.").wait_for()


def open_a_ticket(page, live_server) -> Ticket:
    page.goto(f"{live_server.url}{reverse('service:ticket_new')}")
    page.locator("#id_title").fill("The rice mill stands still")
    page.locator("#id_full_name").fill("রহিমা খাতুন")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="The rice mill stands still").wait_for()
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("button", name="Take it")).not_to_be_visible()
    return Ticket.objects.get()


def clock_shown(page, live_server, ticket):
    """The pill of the first answer, at the head of the ticket's page as it is now."""
    page.goto(f"{live_server.url}{reverse('service:ticket', args=[ticket.pk])}", wait_until="networkidle")
    return (
        page.locator("#ticket-head li")
        .filter(has_text="First answer")
        .locator("time [data-countdown-target=face]:not([hidden]) > *")
    )


def told(page) -> list[str]:
    """What the bell of the page's reader says."""
    page.reload()
    page.get_by_role("button", name="Notifications").click()
    page.locator("#notifications").wait_for()
    return page.locator("#notifications a").all_inner_texts()


def report(page, live_server):
    """What the supervisor reads at the end: one breached, and which it was."""
    page.goto(f"{live_server.url}{reverse('service:reports')}?since={WEDNESDAY}&until={SUNDAY}")
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="First answer", exact=True))
    breached = row.get_by_role("cell").nth(3).get_by_role("link")
    expect(breached).to_have_text("1")
    breached.click()
    page.get_by_role("row").filter(has_text="The rice mill stands still").wait_for()
