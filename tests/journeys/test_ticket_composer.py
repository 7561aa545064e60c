"""The page of a ticket answers with the inbox's own box; closing a conversation asks about its ticket. All of it by keyboard."""

import pytest
from playwright.sync_api import expect

from bandhu.inbox.actions import save_canned_reply
from bandhu.inbox.models import Draft
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.actions import take_in_message
from bandhu.interactions.models import Conversation, Message
from bandhu.knowledge.tests.cast import make_article, make_writer
from bandhu.service.actions import make_ticket_of
from bandhu.service.models import Ticket
from tests.journeys.accessibility import violations
from tests.journeys.people import fits, kept_draft, page_of, tab_to

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def work(browser, live_server):
    """Rupa, her browser, and a ticket with the conversation it is about."""
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima, "Where is my invoice?", language="en")
    ticket = make_ticket_of(talk, actor=rupa, title="No invoice came")
    page = page_of(browser, live_server, rupa)
    yield page, rupa, talk, ticket, live_server.url
    page.context.close()


def test_closing_asks_about_the_ticket_by_keyboard(work):
    page, _rupa, talk, ticket, url = work
    page.goto(f"{url}/inbox/{talk.pk}/", wait_until="networkidle")
    press = page.keyboard.press
    press("e")
    dialog = page.get_by_role("dialog")
    leave = dialog.get_by_role("button", name="Close the conversation alone")
    expect(leave).to_be_focused()
    assert violations(page) == []
    press("Escape")
    expect(dialog).to_be_hidden()
    assert Conversation.objects.get(pk=talk.pk).state == "open"

    press("e")
    expect(leave).to_be_focused()
    tab_to(page, dialog.get_by_label("What was done"))
    page.keyboard.type("The invoice was sent again.")
    tab_to(page, dialog.get_by_role("button", name="Solve the ticket too"))
    press("Enter")
    page.get_by_text("Closed, and the ticket is solved.").wait_for()
    assert Conversation.objects.get(pk=talk.pk).state == "closed"
    solved = Ticket.objects.get(pk=ticket.pk)
    assert (solved.stage, solved.resolution) == ("solved", "The invoice was sent again.")
    press("Shift+Z")
    page.get_by_text("Taken back.").wait_for()
    assert Ticket.objects.get(pk=ticket.pk).is_open
    assert Conversation.objects.get(pk=talk.pk).state == "open"

    page.goto(f"{url}/inbox/{talk.pk}/", wait_until="networkidle")
    press("e")
    expect(leave).to_be_focused()
    press("Enter")
    page.get_by_text("Closed.", exact=True).wait_for()
    assert Ticket.objects.get(pk=ticket.pk).is_open
    assert Conversation.objects.get(pk=talk.pk).state == "closed"


def test_a_ticket_is_answered_with_a_canned_reply_an_article_and_later(work):
    page, rupa, talk, ticket, url = work
    save_canned_reply(
        actor=rupa, name="Thanks", shortcut="thanks", texts={"en": "Thank you for waiting."}, shared="own"
    )
    article = make_article(make_writer(), "Your invoice comes by mail", body="<p>Look into your mails.</p>")
    page.goto(f"{url}/tickets/{ticket.pk}/", wait_until="networkidle")
    box = page.locator(f"#reply-form-{talk.pk} .rich-text")
    box.wait_for()
    tab_to(page, box)
    page.keyboard.type("/tha")
    page.get_by_role("option", name="Thanks").wait_for()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Thank you for waiting.")
    assert kept_draft(page, "Thank you").conversation_id == talk.pk

    take_in_message(talk, text="I wait.")
    page.evaluate("document.dispatchEvent(new CustomEvent('talk-changed'))")
    page.get_by_text("I wait.").wait_for()
    expect(box).to_contain_text("Thank you for waiting.")
    assert violations(page) == []

    box.focus()
    page.keyboard.press("Control+/")
    search = page.get_by_role("searchbox", name="Search the articles")
    search.fill("invoice")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)  # hits are asked for after a pause
    page.get_by_role("button", name=article.title).first.wait_for()
    search.press("Enter")
    expect(box).to_contain_text("Look into your mails.")

    tab_to(page, page.locator(f"#reply-form-{talk.pk}").get_by_role("button", name="Later"))
    page.keyboard.press("Enter")
    page.get_by_text("Send on the customer's clock").wait_for()
    page.locator(f"#reply-form-{talk.pk} [name=send_at][type=submit]").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("It goes").first.wait_for()
    said = Message.objects.get(direction="out")
    assert (said.send_at - said.at).total_seconds() > 600
    assert "Thank you for waiting." in said.text and "Look into your mails." in said.text
    expect(box).to_have_text("")
    assert not Draft.objects.filter(user=rupa, conversation=talk).exclude(text="").exists()


def test_the_box_of_a_ticket_fits_a_telephone(work, browser, live_server):
    _page, rupa, talk, ticket, url = work
    small = page_of(browser, live_server, rupa, viewport={"width": 390, "height": 800})
    small.goto(f"{url}/tickets/{ticket.pk}/", wait_until="networkidle")
    small.locator(f"#reply-form-{talk.pk} .rich-text").wait_for()
    assert fits(small) and violations(small) == []
    small.context.close()
