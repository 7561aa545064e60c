import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import override
from standardwebhooks import Webhook as Verifier

from bandhu.customers import actions as customers
from bandhu.identity.tests.cast import make_user
from bandhu.integrations import actions
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.integrations.subscribers import send_webhooks
from bandhu.platform.events import event_classes
from bandhu.platform.models import EventRecord, Notification
from bandhu.platform.web_addresses import ERRORS

pytestmark = pytest.mark.django_db


class Receiver(BaseHTTPRequestHandler):
    """A program that is told things; answers what the test says."""

    status = 200
    got: list[tuple[dict, bytes]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("location", "http://127.0.0.1:1/inside")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    Receiver.got, Receiver.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture
def admin():
    return make_user("Ada", role="administrator")


def _happen(admin):
    """Something is published; the subscriber runs as its job would."""
    customers.create_contact(actor=admin, full_name="রহিম")
    record = EventRecord.objects.order_by("-pk").first()
    event = event_classes[record.name](**record.payload)
    send_webhooks(event, record)
    return record


def _work():
    for delivery in WebhookDelivery.objects.filter(state="waiting"):
        actions.deliver(delivery.pk)


def test_an_event_arrives_once_signed_and_can_be_verified(admin, receiver):
    webhook = actions.create_webhook(actor=admin, name="ERP", url=receiver)
    record = _happen(admin)
    send_webhooks(event_classes[record.name](**record.payload), record)  # delivered again by the queue
    _work()
    _work()
    assert len(Receiver.got) == 1
    headers, body = Receiver.got[0]
    content = Verifier(webhook.secret).verify(body, headers)
    assert content["type"] == record.name and content["data"] == record.payload
    assert WebhookDelivery.objects.get().state == "delivered"


def test_only_chosen_events_are_sent(admin, receiver):
    actions.create_webhook(actor=admin, name="ERP", url=receiver, events=["interactions.follow_up_done"])
    _happen(admin)
    assert not WebhookDelivery.objects.exists()


def test_a_failure_is_tried_again_with_growing_pauses_until_it_has_failed(admin, receiver):
    Receiver.status = 500
    actions.create_webhook(actor=admin, name="ERP", url=receiver)
    _happen(admin)
    pauses = []
    for _attempt in range(12):
        before = timezone.now()
        _work()
        delivery = WebhookDelivery.objects.get()
        if delivery.next_at:
            pauses.append(delivery.next_at - before)
    assert delivery.state == "failed" and len(Receiver.got) == 10
    assert pauses == sorted(pauses) and pauses[0] < timedelta(minutes=1) < timedelta(hours=23) < pauses[-1]


def test_after_five_days_of_failures_it_is_switched_off_and_its_maker_told(admin, receiver):
    Receiver.status = 503
    actions.create_webhook(actor=admin, name="ERP", url=receiver)
    _happen(admin)
    _work()
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        _happen(admin)
        _work()
    webhook = Webhook.objects.get()
    assert not webhook.is_active
    assert "ERP" in Notification.objects.get(user=admin).text
    actions.change_webhook(webhook, actor=admin, is_active=True)
    assert Webhook.objects.get().failing_since is None


def test_a_redirect_is_not_followed(admin, receiver):
    Receiver.status = 302
    actions.create_webhook(actor=admin, name="ERP", url=receiver)
    _happen(admin)
    _work()
    assert WebhookDelivery.objects.get().status == 302 and len(Receiver.got) == 1


def test_a_delivery_can_be_sent_again_by_hand_with_the_same_id(admin, receiver):
    actions.create_webhook(actor=admin, name="ERP", url=receiver)
    _happen(admin)
    _work()
    actions.replay_delivery(WebhookDelivery.objects.get(), actor=admin)
    _work()
    assert len({headers["webhook-id"] for headers, _body in Receiver.got}) == 1 and len(Receiver.got) == 2


def test_a_test_goes_to_its_own_address_only(admin, receiver):
    mine = actions.create_webhook(
        actor=admin, name="ERP", url=receiver, events=["interactions.follow_up_done"]
    )
    actions.create_webhook(actor=admin, name="Other", url=receiver)
    actions.send_test(mine, actor=admin)
    record = EventRecord.objects.get(name="integrations.webhook_tested")
    send_webhooks(event_classes[record.name](**record.payload), record)
    assert [one.webhook for one in WebhookDelivery.objects.all()] == [mine]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://localhost:8000/",
        "gopher://example.com/",
        "ftp://example.com/",
        "http://user:secret@example.com/",
        "javascript:alert(1)",
        "http://93.184.215.14/plain",
        f"https://{'a' * 64}.example.com/",
        "",
    ],
)
def test_addresses_inside_the_network_are_refused(admin, url):
    with pytest.raises(ValidationError) as refusal:
        actions.create_webhook(actor=admin, name="Bad", url=url)
    assert "url" in refusal.value.message_dict
    assert not Webhook.objects.exists()


def test_an_address_that_turns_inside_later_is_not_called(admin, receiver, monkeypatch):
    actions.create_webhook(actor=admin, name="ERP", url=receiver)
    _happen(admin)
    monkeypatch.delenv("BANDHU_CALL_INSIDE")
    _work()
    assert Receiver.got == []
    assert "inside" in WebhookDelivery.objects.get().answer


def test_without_permission_nothing_can_be_made(admin):
    rupa = make_user("Rupa", role="sales")
    with pytest.raises(PermissionDenied):
        actions.create_webhook(actor=rupa, name="X", url="https://example.com/")
    assert not Webhook.objects.exists()


def test_the_page_shows_the_log(admin, receiver, client):
    webhook = actions.create_webhook(actor=admin, name="ERP", url=receiver)
    _happen(admin)
    _work()
    client.force_login(admin)
    page = client.get(f"/settings/webhooks/{webhook.pk}/").content.decode()
    assert webhook.secret in page
    assert "customers.contact_created" in page
    assert json.loads(Receiver.got[0][1])["type"] == "customers.contact_created"


def test_the_page_shows_the_secret_where_no_clipboard_is_at_hand(admin, client):
    client.force_login(admin)
    hook = actions.create_webhook(actor=admin, name="Till", url="https://example.com/hook", events=[])
    page = client.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    assert f">{hook.secret}</bdi>" in page


def test_the_log_tells_events_and_reasons_in_the_words_of_the_reader(admin, receiver):
    webhook = actions.create_webhook(actor=admin, name="ERP", url=receiver)
    actions.send_test(webhook, actor=admin)
    record = EventRecord.objects.get(name="integrations.webhook_tested")
    line = WebhookDelivery.objects.create(webhook=webhook, event=record, answer="unknown_host", attempts=1)
    with override("bn"):
        reason = str(ERRORS["unknown_host"])
        assert line.said == reason and line.sentence == str(event_classes[record.name].sentence)
    assert line.said == "No computer on the internet has this name." != reason
    assert WebhookDelivery(webhook=webhook, event=record, status=500, answer="inside").said == "inside"
