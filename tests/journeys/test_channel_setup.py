"""An administrator connects channels from the empty settings page, breaks them, and reads what to do."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from bandhu.channels.adapters import graph
from bandhu.channels.models import Channel
from bandhu.channels.tests.channel_cast import post
from bandhu.channels.tests.services import services_of
from bandhu.channels.tests.test_networks import META, meta_notice
from bandhu.identity.tests.cast import make_user
from bandhu.inbox.tests.cast import make_desk
from bandhu.interactions.models import Conversation, Message
from bandhu.privacy.purposes import ensure_purposes
from tests.journeys.people import fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MENTIONS = "/api/v1/notifications"


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, graph) as running:
        yield running


@pytest.fixture
def page(browser, live_server, settings, services):
    settings.PUBLIC_URL = live_server.url
    ensure_purposes()
    make_desk()
    opened = page_of(browser, live_server, make_user("Boss", role="administrator"))
    opened.goto(f"{live_server.url}/settings/channels/")
    opened.get_by_text("No channel is connected yet").wait_for()
    yield opened
    opened.context.close()


def saved(page) -> Channel:
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").first.wait_for()
    return Channel.objects.get()


def answered(page, live_server, worker, text: str) -> Message:
    """The latest conversation is answered in the inbox; the message after the job ran."""
    talk = Conversation.objects.order_by("-pk").first()
    page.goto(f"{live_server.url}/inbox/{talk.pk}/", wait_until="networkidle")
    page.get_by_label("Reply", exact=True).fill(text)
    page.locator("[data-composer-target=send]").click()
    page.locator(".talk-message.is-out").get_by_text(text).wait_for()
    worker.work(after=timedelta(minutes=1))
    return Message.objects.filter(direction="out").latest("pk")


def mention(number: int) -> dict:
    status = {
        "id": f"s{number}",
        "content": "<p>@shop চাল আছে?</p>",
        "created_at": "2026-11-22T10:00:00Z",
        "visibility": "public",
    }
    account = {"acct": "rahima@example.social", "display_name": "রহিমা"}
    return {"id": str(number), "type": "mention", "account": account, "status": status}


def test_mastodon_from_the_empty_page(page, live_server, services, worker):
    page.get_by_role("link", name="Mastodon (public mentions)").click()
    page.get_by_label("Server").fill("mastodon.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Write a whole web address").first.wait_for()
    page.get_by_label("Server").fill(services.url)
    page.get_by_label("Access token").fill("t")
    channel = saved(page)
    address = page.url

    services.mood = [401]
    worker.tick("channels.poll")
    page.goto(address)
    page.get_by_text("does not let this account in").first.wait_for()
    services.answers[MENTIONS] = {"nonsense": True}
    worker.tick("channels.poll")
    page.goto(address)
    page.get_by_text("does not answer as it should").first.wait_for()
    services.answers[MENTIONS] = [mention(5)]
    worker.tick("channels.poll")
    page.goto(address)
    expect(page.get_by_text("It did not work last time")).to_have_count(0)
    assert not Message.objects.exists()

    services.answers[MENTIONS] = [mention(6)]
    worker.tick("channels.poll")
    services.mood = [429]
    waiting = answered(page, live_server, worker, "হ্যাঁ, আছে।")
    assert waiting.state == "queued" and "asks to wait" in waiting.trouble
    worker.work(after=timedelta(minutes=5))
    waiting.refresh_from_db()
    assert (waiting.state, len(services.taken), channel.pk) == ("sent", 1, Channel.objects.get().pk)


def test_sms_by_another_provider_from_the_empty_page(page, live_server, services, worker):
    page.get_by_role("link", name="SMS through another provider").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("This is needed.").first.wait_for()
    page.get_by_label("Address of the provider's interface").fill(f"{services.url}/send")
    page.get_by_label("Sender").fill("8809600000000")
    page.get_by_label("Secret of notices").fill("short")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("At least 16 characters").first.wait_for()
    page.get_by_label("Secret of notices").fill("a secret long enough")
    channel = saved(page)
    assert fits(page)
    notices = page.locator("code").first.inner_text()
    assert notices.startswith(live_server.url)

    told = {"from": "8801712345678", "text": "ডেলিভারি কবে?", "id": "1"}
    refused = Client().get(f"/channels/{channel.pk}/notices/", told | {"secret": "another"})
    assert refused.status_code == 401
    page.reload()
    page.get_by_role("link", name="What came in").click()
    page.get_by_role("link", name="Show all").click()
    page.get_by_text(re.compile("signature or the secret does not fit")).first.wait_for()
    assert (
        Client()
        .get(f"/channels/{channel.pk}/notices/", told | {"secret": "a secret long enough"})
        .status_code
        == 200
    )
    worker.work()
    services.mood = [500]
    lost = answered(page, live_server, worker, "আজ বিকেলে।")
    assert (lost.state, services.taken) == ("unknown", [])
    page.reload()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("It is tried again.").wait_for()
    worker.work(after=timedelta(minutes=1))
    lost.refresh_from_db()
    assert (lost.state, services.taken[0][2]["text"]) == ("sent", "আজ বিকেলে।")


def test_instagram_from_the_empty_page(page, live_server, services, worker):
    page.get_by_role("link", name="Instagram").click()
    page.get_by_label("Instagram account ID").fill("1789")
    page.get_by_label("Access token").fill(META["token"])
    page.get_by_label("App secret").fill("mistyped")
    page.get_by_label("Verify token").fill(META["verify_token"])
    channel = saved(page)
    asked = {"hub.mode": "subscribe", "hub.verify_token": META["verify_token"], "hub.challenge": "77"}
    assert Client().get(f"/channels/{channel.pk}/notices/", asked).content == b"77"

    said = {"sender": {"id": "55"}, "recipient": {"id": "1789"}, "message": {"mid": "m1", "text": "দাম কত?"}}
    notice = {"object": "instagram", "entry": [{"id": "1789", "messaging": [said]}]}
    assert meta_notice(channel, notice).status_code == 401
    page.get_by_label("App secret").fill(META["app_secret"])
    saved(page)
    page.get_by_role("link", name="What came in").click()
    page.get_by_role("link", name="Show all").click()
    page.locator("tr a.row-link").first.click()
    page.get_by_role("button", name="Read it again").click()
    worker.work()
    assert Message.objects.get().text == "দাম কত?"
    assert post(channel, json.dumps(notice).encode(), {"x-hub-signature-256": "sha256=0"}).status_code == 401
    services.answers["/1789/messages"] = {"message_id": "m2"}
    assert answered(page, live_server, worker, "৭০ টাকা কেজি।").state == "sent"
