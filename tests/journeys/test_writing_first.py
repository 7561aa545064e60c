"""A colleague writes first: by SMS from the customer's page, answered there; by a template of WhatsApp from the inbox."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bandhu.channels.adapters import graph, twilio
from bandhu.channels.models import ApprovedTemplate
from bandhu.channels.tests.channel_cast import make_channel, texted
from bandhu.channels.tests.services import services_of
from bandhu.channels.tests.test_networks import META, meta_notice, whatsapp_message
from bandhu.customers import actions as customers
from bandhu.identity.ready_made import system_user
from bandhu.inbox.tests.cast import make_desk
from bandhu.interactions.models import Conversation, Message
from bandhu.privacy.purposes import ensure_purposes
from tests.journeys.accessibility import violations
from tests.journeys.people import fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NUMBER = "+8801712345678"
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, graph, twilio, seconds=10) as running:
        running.answers["/111/messages"] = {"messages": [{"id": "wamid.ours"}]}
        yield running


@pytest.fixture
def desk(services, live_server, settings):
    settings.PUBLIC_URL = live_server.url
    ensure_purposes()
    rupa, _kamal, rahima = make_desk()
    customers.change_contact(
        rahima,
        actor=system_user(),
        phones=[{"number": NUMBER, "label": "mobile"}, {"number": "+8801812345678"}],
    )
    return rupa, rahima


def test_an_sms_from_the_customers_page_is_answered_in_its_conversation(
    browser, live_server, desk, services, worker
):
    rupa, rahima = desk
    sms = make_channel("twilio_sms")
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/contacts/{rahima.pk}/", wait_until="networkidle")
    page.get_by_role("link", name="Message", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Text").fill("আপনার চালান আজ বিকেলে পৌঁছাবে।")
    dialog.get_by_text("1 part").wait_for()
    dialog.get_by_text("It costs 0.35.").wait_for()
    assert violations(page) == []
    dialog.get_by_role("button", name="Send").click()
    page.locator("[data-act]", has_text="Undo").wait_for()
    assert services.taken == [], "there is time to take it back"

    worker.work(after=timedelta(minutes=1))
    assert [fields["To"] for _method, _path, fields in services.taken] == [NUMBER]
    texted(
        sms,
        {"MessageSid": "SM9", "From": NUMBER, "To": "+15005550006", "Body": "ধন্যবাদ, থাকব।", "NumMedia": "0"},
    )
    worker.work(after=timedelta(minutes=1))

    page.goto(f"{live_server.url}/inbox/?view=mine")
    page.locator(".desk-item").get_by_text("ধন্যবাদ, থাকব।").click()
    page.locator(".talk-message.is-out").get_by_text("আপনার চালান আজ বিকেলে পৌঁছাবে।").wait_for()
    page.locator(".talk-message.is-in").get_by_text("ধন্যবাদ, থাকব।").wait_for()
    assert Conversation.objects.get().assignee == rupa
    page.goto(f"{live_server.url}/contacts/{rahima.pk}/", wait_until="networkidle")
    page.locator("#main").get_by_text("ধন্যবাদ, থাকব।").first.wait_for()

    page.get_by_role("link", name="Message", exact=True).click()
    dialog.get_by_text("A conversation with this number is open").wait_for()


def test_a_template_of_whatsapp_is_filled_in_from_the_inbox(browser, live_server, desk, services, worker):
    rupa, _rahima = desk
    whatsapp = make_channel(
        "whatsapp", values={"phone_number_id": "111", "business_account_id": "777", **META}
    )
    ApprovedTemplate.objects.create(
        channel=whatsapp, name="order_ready", language="bn", state="approved", fetched_at=timezone.now(),
        body="নমস্কার {{1}}, অর্ডার {{2}} তৈরি।", places=["1", "2"],
    )  # fmt: skip
    page = page_of(browser, live_server, rupa, viewport=TELEPHONE)
    page.goto(f"{live_server.url}/inbox/", wait_until="networkidle")
    page.get_by_role("link", name="New message").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="To whom").press_sequentially("রহিমা")
    dialog.get_by_role("option").first.click()
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_label("Place 1").fill("রহিমা আপা")
    dialog.get_by_label("Place 2").fill("৭৭")
    dialog.get_by_text("নমস্কার রহিমা আপা, অর্ডার ৭৭ তৈরি।").wait_for()
    assert fits(page)
    assert violations(page) == []
    dialog.get_by_role("button", name="Send").click()
    page.wait_for_url("**/inbox/*/")
    page.locator(".talk-message.is-out").get_by_text("অর্ডার ৭৭ তৈরি।").wait_for()

    worker.work(after=timedelta(minutes=1))
    sent = services.taken[0][2]
    assert (sent["to"], sent["template"]["name"]) == (NUMBER.lstrip("+"), "order_ready")
    meta_notice(whatsapp, whatsapp_message(type="text", text={"body": "ঠিক আছে"}))
    worker.work(after=timedelta(minutes=1))
    page.reload()
    page.locator(".talk-message.is-in").get_by_text("ঠিক আছে").wait_for()
    assert (Conversation.objects.count(), Message.objects.get(direction="out").state) == (1, "sent")
