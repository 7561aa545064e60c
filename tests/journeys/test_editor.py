"""The one editor in a real browser: by keyboard, by input method, pasted into, without JavaScript, under the page's policy."""

import re

import pytest
from playwright.sync_api import expect

from bandhu.identity.tests.cast import make_user
from bandhu.inbox import actions
from bandhu.inbox.models import CannedReply
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Message
from bandhu.knowledge.tests.cast import make_article
from tests.journeys.accessibility import violations
from tests.journeys.people import kept_draft, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
REPLY, NOTE = "#reply-form .rich-text", "#note-form .rich-text"


def open_talk(browser, live_server, user, talk, **options):
    page = page_of(browser, live_server, user, **options)
    page.complaints = []
    page.on(
        "console", lambda said: page.complaints.append(said.text) if "Security Policy" in said.text else None
    )
    page.goto(f"{live_server.url}/inbox/{talk.pk}/")
    return page


def test_a_formatted_reply_by_keyboard(browser, live_server):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    page = open_talk(browser, live_server, rupa, talk)
    expect(page.locator(REPLY)).to_be_visible()
    expect(page.locator("#reply-text")).to_be_hidden()
    assert violations(page) == []
    page.keyboard.press("r")
    page.keyboard.type("It is ")
    page.keyboard.press("Control+b")
    page.keyboard.type("today")
    page.keyboard.press("Control+b")
    page.keyboard.type(", see ")
    page.keyboard.press("Control+k")
    page.keyboard.type("example.com/where")
    page.keyboard.press("Enter")
    kept = kept_draft(page, "example.com/where")
    page.get_by_text("Draft kept").wait_for()
    assert "<strong>today</strong>" in kept.html and 'href="https://example.com/where"' in kept.html
    page.reload()
    expect(page.locator(f"{REPLY} strong")).to_have_text("today")
    page.locator(REPLY).click()
    page.keyboard.press("Control+Enter")
    page.locator(".talk-message.is-out iframe").wait_for()
    sent = Message.objects.get(direction="out")
    assert sent.html == kept.html and sent.text == "It is today, see example.com/where"
    expect(page.locator(REPLY)).to_have_text("")
    page.locator("[data-act]", has_text="Undo").click()
    expect(page.locator(f"{REPLY} strong")).to_have_text("today")
    assert page.complaints == [], "the page's policy refuses nothing"


def test_bengali_and_tamil_by_input_method_and_a_canned_reply(browser, live_server):
    rupa, _kamal, rahima = make_desk()
    actions.save_canned_reply(actor=rupa, name="Thanks", shortcut="thanks", texts={"bn": "অনেক ধন্যবাদ,\nরূপা"})
    talk = written_by(rahima)
    page = open_talk(browser, live_server, rupa, talk)
    page.locator(REPLY).click()
    keys = page.context.new_cdp_session(page)
    for composed, whole in ((["ন", "নম", "নমস"], "নমস্কার "), (["வ", "வண"], "வணக்கம் ")):
        for part in composed:
            keys.send(
                "Input.imeSetComposition",
                {"text": part, "selectionStart": len(part), "selectionEnd": len(part)},
            )
        keys.send("Input.insertText", {"text": whole})
    page.keyboard.type("/tha")
    page.get_by_role("option", name="Thanks").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(REPLY)).to_contain_text("নমস্কার வணக்கம் অনেক ধন্যবাদ,")
    assert "/tha" not in page.locator(REPLY).inner_text()
    page.keyboard.press("Control+Enter")
    page.locator(".talk-message.is-out").wait_for()
    assert Message.objects.get(direction="out").text.replace("\n\n", "\n").split("\n")[-1] == "রূপা"
    assert CannedReply.objects.get().used == 1
    assert page.complaints == []


def test_somebody_is_named_in_a_note_and_pasted_words_are_cleaned(browser, live_server):
    rupa, kamal, rahima = make_desk()
    page = open_talk(browser, live_server, rupa, written_by(rahima))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("n")
    page.keyboard.type("@Kam")
    page.get_by_role("option", name="Kamal Uddin").wait_for()
    page.keyboard.press("Enter")
    page.evaluate(
        """(box) => {
            const data = new DataTransfer();
            data.setData("text/html", '<p onclick="x()" style="color:red">look <b>here</b><script>window.hacked = 1</script><img src="https://spy.example/x.gif"></p>');
            document.querySelector(box).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        NOTE,
    )
    page.keyboard.press("Control+Enter")
    page.locator(".talk-message.is-note").wait_for()
    note = Message.objects.get(kind="note")
    assert note.text.startswith("@Kamal Uddin") and "<strong>here</strong>" in note.html
    assert not re.search("spy|script|style|onclick", note.html)
    assert note.details["mentioned"] == [str(kamal.pk)]
    assert page.evaluate("window.hacked") is None
    assert not [url for url in asked if "spy" in url], "nothing is fetched from where it was copied"


def test_an_article_is_put_into_a_reply(browser, live_server):
    rupa, _kamal, rahima = make_desk()
    make_article(
        make_user("Mina", role="administrator"), "Where is my invoice", body="<p>Under <em>Invoices</em>.</p>"
    )
    page = open_talk(
        browser, live_server, rupa, written_by(rahima, "Where is the invoice?", subject="Invoice")
    )
    page.locator(REPLY).click()
    page.keyboard.type("Hello! ")
    page.keyboard.press("Control+/")
    page.get_by_role("button", name="Where is my invoice").first.wait_for()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(f"{REPLY} em")).to_have_text("Invoices")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+/")
    page.get_by_role("searchbox", name="Search the articles").fill("invoice")
    expect(page.get_by_text("This may answer what was asked:")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(f"{REPLY} a").last).to_have_text("Where is my invoice")
    expect(page.locator(REPLY)).to_contain_text("Hello!")
    assert page.complaints == []


def test_without_javascript_there_is_a_textarea(browser, live_server):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    actions.save_draft(talk, actor=rupa, text="", html="<p>One <b>two</b></p>")
    page = page_of(browser, live_server, rupa, java_script_enabled=False)
    page.goto(f"{live_server.url}/inbox/{talk.pk}/")
    assert page.input_value("#reply-text") == "One two"
    page.fill("#reply-text", "Plain words")
    page.locator("#reply-form button", has_text="Send").last.click()
    assert Message.objects.get(direction="out").text == "Plain words"
