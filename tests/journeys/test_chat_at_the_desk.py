"""A chat whole: a signed-in customer on a shop of another origin, the agent at the inbox, the telephone that goes on with it.

Three browsers of their own; the product runs as a process, so that hints travel as they do in a house.
"""

import base64
import hashlib
import hmac
import json
import time
from types import SimpleNamespace

import pytest

from bandhu.channels.actions import create_channel
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_user
from bandhu.inbox.tests.cast import make_desk
from bandhu.interactions.models import Conversation, Message
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of
from tests.journeys.real_server import running_web

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SECRET = "what the shop signs its customers with"
QUESTION, ANSWER, MORE, THANKS = (
    "মিনিকেট চাল আছে?",
    "হ্যাঁ, আছে। কয় বস্তা লাগবে?",
    "দশ বস্তা, কাল সকালে।",
    "ঠিক আছে, কাল সকালে পাঠাচ্ছি।",
)
PAGE = """<!doctype html><html lang="bn"><head><meta charset="utf-8"><title>দোকান</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src {house}; connect-src {house}"></head>
<body><main><h1>আমাদের দোকান</h1></main>
<script src="{house}/chat/{channel}.js" data-identity="{identity}" async></script></body></html>"""


@pytest.fixture
def house():
    with running_web() as address:
        yield SimpleNamespace(url=address)


def signed(**facts) -> str:
    """What the shop says of who is signed in there, under the channel's secret."""
    body = {"id": "42", "exp": int(time.time()) + 3_600} | facts
    encoded = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
    return f"{encoded}.{hmac.new(SECRET.encode(), encoded.encode(), hashlib.sha256).hexdigest()}"


@pytest.fixture
def shop(foreign_site, house):
    """The shop's page with the chat on it, for a customer the house knows; its address."""
    rupa, _kamal, rahima = make_desk()
    folder, address = foreign_site
    values = {
        "origins": address,
        "title": "পদ্মা চাল",
        "identity_secret": SECRET,
        "ask_name": "no",
        "ask_mail": "no",
    }
    boss = make_user("Boss", role="administrator")
    channel = create_channel(actor=boss, kind="chat", name="Padma", team=rupa.team, values=values)
    identity = signed(name="রহিমা খাতুন", mail="rahima@example.com")
    (folder / "index.html").write_text(PAGE.format(house=house.url, channel=channel.pk, identity=identity))
    return SimpleNamespace(address=f"{address}/index.html", rupa=rupa, rahima=rahima)


def opened(page, shop):
    """The chat's panel on the shop's page."""
    page.goto(shop.address)
    page.locator("button.bell").click()
    return page.get_by_role("dialog", name="পদ্মা চাল")


def say(panel, text):
    panel.locator("textarea").fill(text)
    panel.locator("textarea").press("Enter")
    said(panel, text)


def said(panel, text):
    panel.get_by_role("log").get_by_text(text, exact=True).wait_for()


def answer(desk, worker, text):
    """By the keyboard, from the inbox; it leaves at once."""
    desk.locator("#reply-text").fill(text)
    desk.keyboard.press("Control+Enter")
    desk.locator(".talk-message.is-out").get_by_text(text).wait_for()
    worker.work()


def test_a_chat_goes_on_from_the_desk_to_the_telephone(browser, page, shop, house, worker):
    desk = page_of(browser, house, shop.rupa)
    desk.goto(f"{house.url}/inbox/?view=unassigned", wait_until="load")
    desk.get_by_text("Nobody waits").wait_for()

    panel = opened(page, shop)
    say(panel, QUESTION)
    worker.work()
    row = desk.locator(".desk-item").filter(has_text=QUESTION)
    row.click()  # it came up by itself
    desk.locator("#talk-head").get_by_role("heading", name="রহিমা খাতুন").wait_for()
    assert violations(desk) == []
    answer(desk, worker, ANSWER)
    said(panel, ANSWER)
    panel.get_by_text("Rupa Das").first.wait_for()
    assert violations(page) == []

    page.reload()
    page.locator("button.bell").click()
    for text in (QUESTION, ANSWER):
        said(panel, text)

    telephone = browser.new_context(
        viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True
    ).new_page()
    there = opened(telephone, shop)
    say(there, MORE)
    for text in (QUESTION, ANSWER):
        said(there, text)
    assert violations(telephone) == []
    said(panel, MORE)
    desk.locator(".talk-message.is-in").get_by_text(MORE).wait_for()
    answer(desk, worker, THANKS)
    for one in (there, panel):
        said(one, THANKS)
    desk.locator(".talk-message.is-out").filter(has_text=THANKS).get_by_text("Read", exact=True).wait_for()

    chat = Conversation.objects.get(channel="chat")
    assert (chat.contact, chat.language) == (shop.rahima, "bn"), "the shop's word for who she is was taken"
    kept = Message.objects.filter(conversation=chat, kind="said").order_by("pk")
    assert list(kept.values_list("text", flat=True)) == [QUESTION, ANSWER, MORE, THANKS]
    assert page.context.cookies() == [] and telephone.context.cookies() == []
    telephone.context.close()
    desk.context.close()


def test_a_word_the_shop_did_not_sign_makes_nobody_of_a_visitor(page, shop, foreign_site, worker):
    folder, _address = foreign_site
    written = (folder / "index.html").read_text()
    (folder / "index.html").write_text(written.replace('data-identity="', 'data-identity="x'))
    panel = opened(page, shop)
    say(panel, QUESTION)
    panel.locator(".row .go").wait_for()  # it is begun
    worker.work()
    chat = Conversation.objects.get(channel="chat")
    assert chat.contact is None and not chat.details["is_proven"]
    assert Contact.objects.count() == 1
