"""The inbox without a mouse: to the next conversation, an answer, one taken back, a close undone, a note, a colleague named."""

import pytest
from playwright.sync_api import expect

from bandhu.inbox.models import Draft
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Conversation, Message
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of

REPLY, NOTE = "#reply-form .rich-text", "#note-form .rich-text"
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(browser, live_server):
    """Rupa's inbox with three conversations, the newest on top."""
    rupa, _kamal, rahima = make_desk()
    for subject in ("Oldest", "Middle", "Newest"):
        written_by(rahima, f"about {subject}", subject=subject)
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/inbox/?view=open", wait_until="networkidle")
    yield page
    page.context.close()


def heading(page, name):
    page.locator("#talk-head").get_by_role("heading", name=name).wait_for()


def leave(desk, box):
    """The box that came anew with what was sent has the keys at once; Escape gives them back to the page."""
    expect(desk.locator(box)).to_be_focused()
    desk.keyboard.press("Escape")


def test_an_answer_is_sent_and_taken_back_and_a_close_is_undone(desk):
    press = desk.keyboard.press
    press("j")
    press("Enter")
    heading(desk, "Newest")
    press("r")
    expect(desk.locator(REPLY)).to_be_focused()
    desk.keyboard.type("Too early")
    press("Control+Enter")
    desk.locator(".talk-message.is-out").get_by_text("Too early").wait_for()
    leave(desk, REPLY)
    undo = desk.locator("[data-act]", has_text="Undo")
    undo.last.wait_for()
    press("Shift+Z")  # what the toast offers
    expect(desk.locator(REPLY)).to_have_text("Too early")
    assert Message.objects.get(direction="out").state == "withdrawn"

    press("r")
    press("Control+A")
    desk.keyboard.type("It arrives at four.")
    press("Control+Enter")
    sent = desk.locator(".talk-message.is-out").filter(has_text="It arrives at four.")
    sent.wait_for()
    leave(desk, REPLY)
    press("e")
    heading(desk, "Middle")  # the next one comes up by itself
    undo.last.wait_for()
    assert Conversation.objects.get(subject="Newest").state == "closed"
    press("Shift+Z")
    desk.get_by_text("Taken back.").wait_for()
    assert violations(desk) == []
    assert Conversation.objects.get(subject="Newest").state == "open"
    assert not Draft.objects.filter(conversation__subject="Newest").exclude(text="").exists()


def test_a_draft_on_a_slow_line_does_not_come_back_after_its_answer_has_gone(desk):
    """The save that was under way when the answer was sent would arrive after it: it is waited for."""
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    heading(desk, "Newest")
    desk.evaluate(
        """() => { const real = window.fetch;
        window.fetch = (...asked) => new Promise((go) => setTimeout(go, 900)).then(() => real(...asked)); }"""
    )
    desk.keyboard.press("r")
    expect(desk.locator(REPLY)).to_be_focused()
    desk.keyboard.type("It arrives")
    desk.wait_for_timeout(700)  # the pause after which it is kept: that save is on its way now
    desk.keyboard.type(" at four.")
    desk.keyboard.press("Control+Enter")
    desk.keyboard.press("Control+Enter")  # once more, in impatience
    desk.locator(".talk-message.is-out").filter(has_text="It arrives at four.").wait_for()
    leave(desk, REPLY)
    desk.wait_for_timeout(2_000)  # longer than any save that was begun can take
    assert not Draft.objects.exists()
    assert Message.objects.filter(direction="out").count() == 1
    desk.reload(wait_until="networkidle")
    expect(desk.locator(REPLY)).to_have_text("")


def test_who_lets_go_of_the_box_while_an_answer_is_under_way_does_not_get_it_back(desk):
    """What the swap would have found the focus in is gone for whoever pressed Escape meanwhile: the next key is the page's."""
    happens = "(name) => document.dispatchEvent(new CustomEvent(name, { detail: { target: document.body, xhr: { status: 200 } } }))"
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    heading(desk, "Newest")
    desk.keyboard.press("r")
    expect(desk.locator(REPLY)).to_be_focused()
    desk.wait_for_load_state("networkidle")
    desk.evaluate(happens, "htmx:beforeSwap")
    desk.keyboard.press("Escape")
    desk.evaluate(happens, "htmx:afterRequest")
    desk.wait_for_timeout(200)
    expect(desk.locator(REPLY)).not_to_be_focused()


def test_from_one_conversation_to_the_next_with_a_note_and_a_colleague(desk):
    press = desk.keyboard.press
    for subject in ("Newest", "Middle", "Oldest"):
        press("j")
        press("Enter")
        heading(desk, subject)
    press("k")
    press("Enter")
    heading(desk, "Middle")
    press("n")
    expect(desk.locator(NOTE)).to_be_focused()
    desk.keyboard.type("@Kam")
    desk.get_by_role("option", name="Kamal Uddin").wait_for()
    press("ArrowDown")
    press("Enter")
    desk.keyboard.type("please look")
    press("Control+Enter")
    desk.locator(".talk-message.is-note").get_by_text("please look").wait_for()
    leave(desk, NOTE)
    press("?")
    help_of_keys = desk.locator("#keyboard-help")
    expect(help_of_keys).to_contain_text("Give to a person")
    assert violations(desk) == []
    press("Escape")
    press("a")
    desk.get_by_role("dialog").get_by_role("button", name="Kamal Uddin").wait_for()
    press("Enter")
    desk.locator("#talk-head").get_by_text("Kamal Uddin").wait_for()
    assert Conversation.objects.get(subject="Middle").assignee.full_name == "Kamal Uddin"
