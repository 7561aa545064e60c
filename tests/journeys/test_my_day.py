"""A day's work without touching the mouse."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.models import FollowUp

from .accessibility import violations
from .people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rupa():
    return make_agent("Rupa")


@pytest.fixture
def steps(rupa):
    """Three steps, the longest overdue first."""
    planned = (("Call about the rice", -3), ("চায়ের দাম পাঠাও", -2), ("Visit the shop", -1))
    return [
        plan_follow_up(
            make_contact(f"Customer {number}", by=rupa),
            actor=rupa,
            what=what,
            due_at=timezone.now() + timedelta(days=days),
        )
        for number, (what, days) in enumerate(planned)
    ]


def state_of(step):
    step.refresh_from_db()
    return step.state


def test_the_day_is_worked_off_by_keyboard_alone(browser, live_server, rupa, steps):
    page = page_of(browser, live_server, rupa)
    page.goto(live_server.url, wait_until="networkidle")
    current = page.locator("#my-day .is-current")
    page.keyboard.press("j")
    expect(current).to_contain_text("Call about the rice")
    expect(current).to_contain_text("Call about the rice")
    assert violations(page) == []

    page.keyboard.press("d")
    expect(current).to_contain_text("চায়ের দাম পাঠাও")
    assert state_of(steps[0]) == FollowUp.State.DONE
    page.keyboard.press("z")
    expect(page.get_by_text("Open again.")).to_be_visible()
    expect(current).to_contain_text("Call about the rice")
    assert state_of(steps[0]) == FollowUp.State.OPEN

    page.wait_for_load_state("networkidle")
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Snooze")).to_be_visible()
    assert violations(page) == []
    first = dialog.get_by_role("button").filter(has_text="Tomorrow").first
    for _press in range(20):
        page.keyboard.press("Tab")
        if first.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(current).to_contain_text("চায়ের দাম পাঠাও")
    steps[0].refresh_from_db()
    assert steps[0].snoozed_until is not None

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer 1")


def test_the_keys_are_told_by_a_question_mark(browser, live_server, rupa, steps):
    page = page_of(browser, live_server, rupa)
    page.goto(live_server.url, wait_until="networkidle")
    page.keyboard.press("?")
    told = page.get_by_role("dialog", name="Keyboard")
    for what, key in (("Mark as done", "d"), ("Snooze", "s"), ("Next or previous row", "j")):
        row = told.locator("dl > div").filter(has_text=what)
        expect(row).to_contain_text(key)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
