"""The inbox in a real browser: by keyboard, two at once, a draft that survives, a reply taken back."""

import re

import pytest
from playwright.sync_api import expect

from bandhu.identity.models import User
from bandhu.inbox import actions
from bandhu.inbox.models import Draft
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Conversation, Message
from tests.journeys.accessibility import violations
from tests.journeys.people import fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
REPLY = "#reply-form .rich-text"


def test_an_agent_works_the_inbox_by_keyboard(browser, live_server):
    rupa, kamal, rahima = make_desk()
    first = written_by(rahima, "the second one", subject="Older")
    written_by(rahima, "the newest one", subject="Newest")
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/inbox/?view=open")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Newest").wait_for()
    assert violations(page) == []

    page.keyboard.press("r")
    page.keyboard.type("On its way")
    page.keyboard.press("Control+Enter")
    page.locator(".talk-message.is-out").get_by_text("On its way").wait_for()
    page.keyboard.press("Escape")
    page.locator("#main").click(position={"x": 2, "y": 2})
    page.keyboard.press("e")
    page.get_by_role("heading", name="Older").wait_for()  # the next one comes up by itself
    assert Conversation.objects.get(subject="Newest").state == "closed"

    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("button", name="Kamal Uddin").click()
    page.locator("#talk-head").get_by_text("Kamal Uddin").wait_for()
    first.refresh_from_db()
    assert first.assignee == kamal


def test_two_agents_on_one_conversation(browser, live_server):
    rupa, kamal, rahima = make_desk()
    talk = written_by(rahima)
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/inbox/{talk.pk}/")
    page.fill(REPLY, "We do not know yet.")
    actions.send_reply(talk, actor=kamal, text="It arrives at four.")
    page.locator("[data-composer-target=send]").click()
    page.get_by_text("Somebody else has written meanwhile").wait_for()
    expect(page.locator(REPLY)).to_have_text("We do not know yet.")
    page.get_by_role("button", name="Send mine anyway").click()
    page.locator(".talk-message.is-out").get_by_text("We do not know yet.").wait_for()
    assert Message.objects.filter(direction="out").count() == 2


def test_a_draft_survives_and_a_reply_is_taken_back(browser, live_server):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    page = page_of(browser, live_server, rupa)
    address = f"{live_server.url}/inbox/{talk.pk}/"
    page.goto(address)
    page.fill(REPLY, "আজ বিকেলে পৌঁছাবে")
    page.get_by_text("Draft kept").wait_for()
    page.reload()
    expect(page.locator(REPLY)).to_have_text("আজ বিকেলে পৌঁছাবে")
    elsewhere = page_of(
        browser, live_server, User.objects.get(pk=rupa.pk), viewport={"width": 390, "height": 800}
    )
    elsewhere.goto(address)
    expect(elsewhere.locator(REPLY)).to_have_text("আজ বিকেলে পৌঁছাবে")
    assert fits(elsewhere)

    page.locator("[data-composer-target=send]").click()
    page.locator("[data-act]", has_text="Undo").click()
    expect(page.locator(REPLY)).to_have_text(re.compile("^আজ"))
    assert Message.objects.get(direction="out").state == "withdrawn"
    assert Draft.objects.get().text == "আজ বিকেলে পৌঁছাবে"


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (390, 800)])
def test_what_is_told_covers_nothing_one_can_press(browser, live_server, size):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    page = page_of(browser, live_server, rupa, viewport={"width": size[0], "height": size[1]})
    page.goto(f"{live_server.url}/inbox/{talk.pk}/", wait_until="networkidle")
    page.fill(REPLY, "On its way")
    page.locator("[data-composer-target=send]").click()
    page.locator(".toast-card").wait_for()
    page.wait_for_timeout(400)
    covered = page.evaluate("""() => {
        const toast = document.querySelector(".toast-card").getBoundingClientRect();
        return [...document.querySelectorAll("#reply-form *, .talk-tools *, .page-tools *, .topbar *")].filter((one) => {
            if (!one.matches("button, a, input:not([type=hidden]), textarea, select, [contenteditable]") || !one.checkVisibility()) return false;
            const box = one.getBoundingClientRect();
            return box.width > 1 && box.left < toast.right && box.right > toast.left && box.top < toast.bottom && box.bottom > toast.top;
        }).map((one) => one.outerHTML.slice(0, 120));
    }""")
    assert covered == []
