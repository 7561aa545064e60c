"""Whoever comes says so by the switch in the top bar: by the mouse and by the keyboard."""

import pytest
from playwright.sync_api import expect

from bandhu.contact_center.models import Agent
from bandhu.inbox.tests.cast import make_desk
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_somebody_comes_and_goes(browser, live_server):
    rupa, _kamal, _rahima = make_desk()
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/inbox/")
    switch = page.locator("#my-presence")
    switch.get_by_role("button").first.click()
    switch.get_by_role("button", name="Available").click()
    expect(switch.locator("[aria-live]")).to_have_text("You are available")
    assert Agent.objects.get(user=rupa).state == "available"

    switch.get_by_role("button").first.focus()
    page.keyboard.press("ArrowDown")
    offline = switch.get_by_role("button", name="Offline")
    while not offline.evaluate("one => one === document.activeElement"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(switch.locator("[aria-live]")).to_have_text("You are offline")
    assert Agent.objects.get(user=rupa).state == "offline"
