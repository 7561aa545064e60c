"""A chat from a website of another origin, in Bengali: the answer comes by itself, a reload and the telephone go on with it."""

import re

import pytest
from playwright.sync_api import expect

from bandhu.channels import actions
from bandhu.channels.actions.chat_mails import link_of
from bandhu.channels.models import Channel
from bandhu.channels.tests.post_office import house_account
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation, Interaction, Message
from tests.journeys.accessibility import violations
from tests.journeys.real_server import running_web

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# The shop allows its own files and our script, and no styles written into the page.
PAGE = """<!doctype html><html lang="bn"><head><meta charset="utf-8"><title>দোকান</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src {house}; connect-src {house}">
</head><body><main><h1>আমাদের দোকান</h1></main><script src="{house}/chat/{channel}.js" async></script></body></html>"""


@pytest.fixture
def house():
    with running_web() as address:
        yield address


def said(channel: Channel) -> list[str]:
    return list(Message.objects.filter(place=channel.pk).order_by("pk").values_list("text", flat=True))


def answer(channel: Channel, agent, text: str) -> None:
    written = write_message(Conversation.objects.get(place=channel.pk), actor=agent, text=text)
    actions.send_message(written.pk)


def test_a_visitor_writes_an_agent_answers_and_the_telephone_goes_on(browser, page, foreign_site, house):
    admin, agent = make_user("Admin", role="administrator"), make_user("Shirin Akter", role="service")
    folder, shop = foreign_site
    channel = actions.create_channel(
        actor=admin, kind="chat", name="Padma", values={"origins": shop, "title": "পদ্মা চাল"}
    )
    (folder / "index.html").write_text(PAGE.format(house=house, channel=channel.pk))
    page.goto(f"{shop}/index.html")
    bell = page.get_by_role("button", name="আমাদের সঙ্গে চ্যাট করুন").or_(
        page.get_by_role("button", name="Chat with us")
    )
    bell.wait_for()
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""], (
        "something was kept before the visitor wrote"
    )

    bell.click()
    panel = page.get_by_role("dialog", name="পদ্মা চাল")
    panel.locator("input[name=name]").fill("রহিমা খাতুন")
    panel.locator("input[name=mail]").fill("rahima@example.com")
    panel.locator("textarea").fill("মিনিকেট চাল আছে?")
    panel.locator("textarea").press("Enter")
    panel.get_by_role("log").get_by_text("মিনিকেট চাল আছে?").wait_for()
    panel.locator("input[name=mail]").wait_for(state="detached")
    talk = Conversation.objects.get(place=channel.pk)
    assert (talk.person_name, talk.language, talk.contact) == ("রহিমা খাতুন", "bn", None)

    answer(channel, agent, "হ্যাঁ, আছে। কয় বস্তা লাগবে?")
    panel.get_by_role("log").get_by_text("হ্যাঁ, আছে। কয় বস্তা লাগবে?").wait_for()
    panel.get_by_text("Shirin Akter").wait_for()
    assert violations(page) == []
    assert not page.context.cookies()

    page.reload()
    bell.click()
    panel.get_by_role("log").get_by_text("হ্যাঁ, আছে। কয় বস্তা লাগবে?").wait_for()

    telephone = browser.new_context(viewport={"width": 390, "height": 780}, has_touch=True).new_page()
    telephone.goto(f"{house}{link_of(channel, talk).partition('8000')[2] or link_of(channel, talk)}")
    telephone.locator("form button").click()
    there = telephone.get_by_role("dialog", name="পদ্মা চাল")
    there.get_by_role("log").get_by_text("মিনিকেট চাল আছে?").wait_for()
    there.locator("textarea").fill("দশ বস্তা।")
    there.locator("textarea").press("Enter")
    there.get_by_role("log").get_by_text("দশ বস্তা।").wait_for()
    # Who began it proved nothing of the address: it goes on where the mailed link was opened, and says so here.
    panel.get_by_text("Where its link was opened").or_(panel.get_by_text("লিংক যেখানে খোলা হয়েছে")).wait_for()
    assert panel.get_by_role("log").get_by_text("হ্যাঁ, আছে।").count() == 0
    there.get_by_text("পাঠানো হচ্ছে").wait_for(state="detached")
    assert said(channel) == ["মিনিকেট চাল আছে?", "হ্যাঁ, আছে। কয় বস্তা লাগবে?", "দশ বস্তা।"]
    # The link was opened: the address is proven, and the chat is one entry of her timeline.
    contact = Contact.objects.get(full_name="রহিমা খাতুন")
    assert [one.kind for one in Interaction.objects.filter(contact=contact)] == ["chat"]
    telephone.context.close()


def test_what_is_written_without_a_connection_arrives_once_it_is_back(page, foreign_site, house):
    admin = make_user("Admin", role="administrator")
    folder, shop = foreign_site
    channel = actions.create_channel(
        actor=admin, kind="chat", name="Padma", values={"origins": shop, "ask_name": "no", "ask_mail": "no"}
    )
    (folder / "index.html").write_text(PAGE.format(house=house, channel=channel.pk))
    page.goto(f"{shop}/index.html")
    page.locator("button[aria-expanded]").click()
    box = page.locator("textarea")
    box.fill("প্রথম")
    box.press("Enter")
    page.get_by_role("log").get_by_text("প্রথম").wait_for()
    page.get_by_role("button", name="Attach a file").or_(page.locator(".row button")).first.wait_for()
    page.context.set_offline(True)
    for text in ("দ্বিতীয়", "তৃতীয়"):
        box.fill(text)
        box.press("Enter")
    page.get_by_text("No connection").or_(page.get_by_text("সংযোগ নেই")).first.wait_for()
    page.context.set_offline(False)
    for _each in range(60):
        if len(said(channel)) == 3:
            break
        page.wait_for_timeout(500)
    assert said(channel) == ["প্রথম", "দ্বিতীয়", "তৃতীয়"]


def test_on_a_website_nobody_named_nothing_shows(page, foreign_site, house):
    channel = actions.create_channel(
        actor=make_user("Admin", role="administrator"), kind="chat", name="Padma"
    )
    folder, shop = foreign_site
    (folder / "index.html").write_text(PAGE.format(house=house, channel=channel.pk))
    with page.expect_event("requestfailed") as refused:
        page.goto(f"{shop}/index.html")
    assert refused.value.url.endswith("/hello/")
    assert page.locator("button").count() == 0


def test_a_visitor_without_an_address_gives_one_for_the_other_device(page, foreign_site, house, smtp_server):
    admin = make_user("Admin", role="administrator")
    house_account(admin, smtp=smtp_server)
    folder, shop = foreign_site
    channel = actions.create_channel(actor=admin, kind="chat", name="Padma", values={"origins": shop})
    written = PAGE.format(house=house, channel=channel.pk)
    (folder / "index.html").write_text(written.replace('<html lang="bn">', '<html lang="en">'))
    page.goto(f"{shop}/index.html")
    page.get_by_role("button", name="Chat with us").click()
    panel = page.get_by_role("dialog", name="Padma")
    panel.locator("textarea").fill("Do you have rice?")
    panel.locator("textarea").press("Enter")
    panel.get_by_label("Attach a file").wait_for()
    panel.locator("textarea").fill("half a thought")

    panel.locator("summary[aria-label='More']").click()
    panel.get_by_role("button", name="Continue on another device").click()
    panel.get_by_role("button", name="Cancel").click()
    assert panel.locator("textarea").input_value() == "half a thought"
    panel.locator("summary").click()
    panel.get_by_role("button", name="Continue on another device").click()
    panel.get_by_label("Your mail address").fill("nothing")
    panel.get_by_role("button", name="Send").click()
    panel.get_by_text("This is no mail address.").wait_for()
    panel.get_by_label("Your mail address").fill("rahima@example.com")
    panel.get_by_role("button", name="Send").click()
    panel.get_by_text("A link is on its way to your mail address.").wait_for()
    assert Conversation.objects.get().person_address == "rahima@example.com"
    assert panel.locator("textarea").input_value() == "half a thought"


def test_times_are_told_as_the_language_tells_them(page, foreign_site, house):
    folder, shop = foreign_site
    channel = actions.create_channel(
        actor=make_user("Admin", role="administrator"), kind="chat", name="Padma", values={"origins": shop}
    )
    (folder / "index.html").write_text(PAGE.format(house=house, channel=channel.pk))
    page.goto(f"{shop}/index.html")
    page.locator("button[aria-expanded]").click()
    page.locator("textarea").fill("চাল আছে?")
    page.locator("textarea").press("Enter")
    page.get_by_role("log").get_by_text("চাল আছে?").wait_for()
    told = page.locator(".mine .note")
    expect(told).to_have_text(re.compile(r"^[\u0980-\u09ff]+ [০-৯]+:[০-৯]{2}$"))
