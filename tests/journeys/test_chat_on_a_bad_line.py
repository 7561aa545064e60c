"""The chat on a foreign page in Chromium: a line cut in the middle, typing both ways, files, nobody there, nothing kept before one writes."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from bandhu.channels.actions import create_channel, send_message
from bandhu.identity.tests.cast import make_user
from bandhu.inbox.tests.cast import make_desk
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import StoredFile
from tests.journeys.accessibility import violations
from tests.journeys.bad_line import BadLine
from tests.journeys.people import page_of
from tests.journeys.real_server import running_web

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src {house}; connect-src {house}"></head>
<body><main><h1>Our shop</h1></main><script src="{house}/chat/{channel}.js" async></script></body></html>"""
WORDS = [f"Word {number}" for number in range(1, 7)]
ANSWERS = ["We have it.", "How many sacks?"]
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def house():
    with running_web() as address:
        yield SimpleNamespace(url=address)


@pytest.fixture
def shop(foreign_site):
    """`shop(line, **values)`: a page of another origin with a chat on it, which reaches the house by `line`."""
    folder, address = foreign_site

    def stands(line, **values):
        rupa, _kamal, _rahima = make_desk()
        given = {"origins": address, "title": "Padma", "ask_name": "no", "ask_mail": "no"} | values
        boss = make_user("Boss", role="administrator")
        channel = create_channel(actor=boss, kind="chat", name="Padma", team=rupa.team, values=given)
        (folder / "index.html").write_text(PAGE.format(house=line, channel=channel.pk))
        return SimpleNamespace(address=f"{address}/index.html", channel=channel, rupa=rupa)

    return stands


def opened(page, shop):
    page.goto(shop.address)
    page.locator("button.bell").click()
    return page.get_by_role("dialog", name="Padma")


def say(panel, text):
    panel.locator("textarea").fill(text)
    panel.locator("textarea").press("Enter")


def kept(channel, direction):
    rows = Message.objects.filter(place=channel.pk, kind="said", direction=direction).order_by("pk")
    return list(rows.values_list("text", flat=True))


def shown(panel):
    return panel.locator(".log .text").all_inner_texts()


def waited_for(page, condition, seconds=60):
    for _each in range(seconds * 4):
        if condition():
            return True
        page.wait_for_timeout(250)
    return False


def typed_until(box, words, condition):
    """Whether it comes true while somebody writes, letter by letter, with pauses to think."""
    for letter in words:
        box.press_sequentially(letter)
        for _each in range(6):
            if condition():
                return True
            box.page.wait_for_timeout(250)
    return False


def test_a_line_cut_in_the_middle_loses_nothing_and_doubles_nothing(page, shop, house):
    line = BadLine(house.url)
    place = shop(line.url)
    panel = opened(page, place)
    # The very first words: the house begins the chat, and its answer is lost.
    line.cut("no answers")
    say(panel, WORDS[0])
    assert waited_for(page, lambda: Message.objects.exists())
    line.cut("good")
    panel.locator(".row .go").wait_for(timeout=60_000)
    # Heard by the house, its word on it lost; then a line that is no line at all; then good again.
    line.cut("no answers")
    say(panel, WORDS[1])
    assert waited_for(page, lambda: WORDS[1] in kept(place.channel, "in"))
    line.cut("cut")
    for text in WORDS[2:4]:
        say(panel, text)
    talk = Conversation.objects.get()
    for text in ANSWERS:  # meanwhile somebody answers
        written = write_message(talk, actor=place.rupa, text=text)
        send_message(written.pk)
    page.wait_for_timeout(1_500)
    line.cut("good")
    for text in WORDS[4:]:
        say(panel, text)
    assert waited_for(page, lambda: len(kept(place.channel, "in")) >= len(WORDS))
    for text in (*WORDS, *ANSWERS):
        panel.get_by_role("log").get_by_text(text, exact=True).wait_for(timeout=60_000)
    assert waited_for(page, lambda: len(shown(panel)) == len(WORDS) + len(ANSWERS)), shown(panel)
    assert kept(place.channel, "in") == WORDS, "in the order in which they were written, each once"
    assert sorted(shown(panel)) == sorted([*WORDS, *ANSWERS])
    assert Conversation.objects.count() == 1 and line.heard >= 2
    page.reload()
    page.locator("button.bell").click()
    panel.get_by_role("log").get_by_text(WORDS[-1], exact=True).wait_for()
    assert sorted(shown(panel)) == sorted([*WORDS, *ANSWERS])
    line.close()


def test_what_waits_survives_a_reload_on_a_dead_line(page, shop, house):
    line = BadLine(house.url)
    place = shop(line.url)
    panel = opened(page, place)
    say(panel, WORDS[0])
    panel.locator(".row .go").wait_for()
    line.cut("cut")
    say(panel, WORDS[1])
    panel.get_by_text("No connection").wait_for()
    line.cut("good")
    page.reload()
    assert waited_for(page, lambda: kept(place.channel, "in") == WORDS[:2])
    line.close()


def test_each_sees_that_the_other_types(browser, page, shop, house):
    place = shop(house.url)
    panel = opened(page, place)
    say(panel, WORDS[0])
    panel.locator(".row .go").wait_for()
    talk = Conversation.objects.get()
    desk = page_of(browser, house, place.rupa)
    desk.goto(f"{house.url}/inbox/{talk.pk}/", wait_until="load")
    desk.locator("#talk-head").wait_for()
    writing = desk.locator("[data-typing-target=words]")
    expect(writing).to_be_hidden()
    # It is told at most every three seconds, and the desk may just have begun to listen.
    assert typed_until(panel.locator("textarea"), "How much is it", writing.is_visible)
    expect(writing).to_be_hidden(timeout=15_000)

    desk.locator(".talk-tab[data-kind=note]").click()
    desk.locator("#note-form [contenteditable], #note-form textarea:visible").first.press_sequentially(
        "Between us only", delay=60
    )
    page.wait_for_timeout(2_000)
    expect(panel.get_by_text("Somebody is writing…")).to_be_hidden()
    desk.locator(".talk-tab[data-kind=reply]").click()
    typing = panel.get_by_text("Somebody is writing…")
    assert typed_until(desk.locator("#reply-text"), "Twelve taka a kilo", typing.is_visible)
    expect(panel.get_by_text("Somebody is writing…")).to_be_hidden(timeout=15_000)
    assert kept(place.channel, "out") == []
    desk.context.close()


def test_a_file_goes_over_once_and_opens(browser, page, shop, house):
    place = shop(house.url)
    panel = opened(page, place)
    say(panel, WORDS[0])
    panel.locator(".row .go").wait_for()
    pick = panel.locator("input[type=file]")
    pick.set_input_files({"name": "চালান.pdf", "mimeType": "application/pdf", "buffer": PDF})
    file = panel.get_by_role("link", name="চালান.pdf")
    file.wait_for()
    assert page.request.get(file.get_attribute("href")).body() == PDF
    pick.set_input_files(
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>alert(1)</script>"}
    )
    panel.get_by_text("Files of this kind are not taken.").wait_for()
    assert StoredFile.objects.filter(record_kind="message").count() == 1

    desk = page_of(browser, house, place.rupa)
    desk.goto(f"{house.url}/inbox/{Conversation.objects.get().pk}/", wait_until="load")
    theirs = desk.get_by_role("link", name="চালান.pdf").first
    assert desk.request.get(house.url + theirs.get_attribute("href")).body() == PDF
    desk.context.close()


def test_when_nobody_is_there_a_message_with_an_address_is_left(page, shop, house):
    place = shop(house.url, is_form_only=True)
    panel = opened(page, place)
    panel.get_by_text("Nobody is here right now").wait_for()
    panel.locator("textarea").fill(WORDS[0])
    leave = panel.get_by_role("button", name="Leave the message")
    leave.click()
    panel.get_by_text("This is needed.").wait_for()
    panel.locator("input[name=mail]").fill("no address")
    leave.click()
    panel.get_by_text("This is no mail address.").wait_for()
    assert not Conversation.objects.exists()
    assert violations(page) == []
    panel.locator("input[name=mail]").fill("rahima@example.com")
    leave.click()
    panel.get_by_text("Thank you. Your message is with us, and we answer by mail.").wait_for()
    talk = Conversation.objects.get()
    assert (talk.person_address, talk.details["is_left"]) == ("rahima@example.com", True)


def test_before_the_visitor_writes_nothing_is_kept_and_little_is_loaded(page, shop, house):
    sizes = []
    page.on("response", lambda answer: sizes.append((answer.url, answer)))
    place = shop(house.url)
    panel = opened(page, place)
    panel.locator("textarea").fill("Not yet sent")
    page.wait_for_timeout(500)
    kept_here = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(kept_here) == [0, 0, ""] and page.context.cookies() == []
    assert not Conversation.objects.exists()
    [script] = [answer for url, answer in sizes if url.endswith(f"{place.channel.pk}.js")]
    assert int(script.headers["content-length"]) <= 15_000
    assert script.headers["content-encoding"] in ("gzip", "br", "zstd")
    foreign = [
        url for url, _answer in sizes if not url.startswith((place.address.rpartition("/")[0], house.url))
    ]
    assert foreign == [], "it asks nobody but the house"
    say(panel, WORDS[0])
    panel.locator(".row .go").wait_for()
    assert page.evaluate("document.cookie") == "" and page.context.cookies() == []
