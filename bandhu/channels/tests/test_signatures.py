"""Every address of ours that a service tells something to: without its signature, with another, replayed, a thousand times, much later."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.connections import notice_address
from bandhu.channels.models import RawNotice
from bandhu.channels.tests.channel_cast import make_channel, post, read_all
from bandhu.channels.tests.services import SMS_SECRET, own_notice, twilio_notice
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
META = {"token": "t", "app_secret": "app-secret", "verify_token": "a long verify token"}
TELEGRAM = "a_secret_of_telegram"
TEXT = "চাল আছে?"


@dataclass(frozen=True)
class Notice:
    """What a service sends: its body, its headers, and what stands behind the question mark of the address."""

    body: bytes
    headers: dict[str, str]
    query: str = ""


@dataclass(frozen=True)
class Service:
    values: dict[str, Any]
    # What it signs for a channel, and where the signature stands: a header, or "?" for the address.
    signed: Callable[[Any], Notice]
    signature: str


def json_of(found: Any, **headers: str) -> Notice:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Notice(json.dumps(found).encode(), {"content-type": "application/json"} | named)


def by_meta(found: Any) -> Notice:
    notice = json_of(found)
    digest = hmac.new(b"app-secret", notice.body, hashlib.sha256).hexdigest()
    return Notice(notice.body, notice.headers | {"x-hub-signature-256": f"sha256={digest}"})


def of_whatsapp(_channel: Any) -> Notice:
    message = {
        "from": "8801712345678",
        "id": "wamid.1",
        "timestamp": "1",
        "type": "text",
        "text": {"body": TEXT},
    }
    value = {"metadata": {"phone_number_id": "111"}, "messages": [message]}
    changes = [{"field": "messages", "value": value}]
    return by_meta({"object": "whatsapp_business_account", "entry": [{"changes": changes}]})


def of_page(thing: str) -> Callable[[Any], Notice]:
    message = {"sender": {"id": "p1"}, "timestamp": 1, "message": {"mid": "mid.1", "text": TEXT}}
    return lambda _channel: by_meta({"object": thing, "entry": [{"messaging": [message]}]})


def of_telegram(_channel: Any) -> Notice:
    chat = {"id": 77, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": {"first_name": "R"}, "text": TEXT}
    found = {"update_id": 1, "message": message}
    return json_of(found, x_telegram_bot_api_secret_token=TELEGRAM)


def of_twilio(channel: Any) -> Notice:
    fields = {"MessageSid": "SM1", "From": "+8801712345678", "To": "+15005550006", "Body": TEXT}
    return Notice(*twilio_notice(notice_address(channel), fields))


def of_sms(_channel: Any) -> Notice:
    notice = json_of({"from": "8801712345678", "text": TEXT, "id": "x1"})
    digest = hmac.new(SMS_SECRET.encode(), notice.body, hashlib.sha256).hexdigest()
    return Notice(notice.body, notice.headers | {"x-signature": digest})


def of_sms_by_address(channel: Any) -> Notice:
    signed = of_sms(channel)
    return Notice(signed.body, {"content-type": "application/json"}, f"secret={SMS_SECRET}")


def of_own_program(_channel: Any) -> Notice:
    return Notice(*own_notice({"type": "message", "id": "m1", "from": {"id": "p1"}, "text": TEXT}))


SERVICES = {
    "whatsapp": Service({"phone_number_id": "111", **META}, of_whatsapp, "x-hub-signature-256"),
    "messenger": Service({"page_id": "page1", **META}, of_page("page"), "x-hub-signature-256"),
    "instagram": Service({"page_id": "page1", **META}, of_page("instagram"), "x-hub-signature-256"),
    "telegram": Service({"token": "1:A", "secret": TELEGRAM}, of_telegram, "x-telegram-bot-api-secret-token"),
    "twilio_sms": Service({}, of_twilio, "x-twilio-signature"),
    "http_sms": Service({}, of_sms, "x-signature"),
    "http_sms by address": Service({}, of_sms_by_address, "?"),
    "webhook": Service({}, of_own_program, "webhook-signature"),
}


def test_no_kind_that_is_told_something_is_left_out():
    told = {kind for kind, adapter in ADAPTERS.items() if adapter.has_notices and not adapter.is_polled}
    assert told == {name.partition(" ")[0] for name in SERVICES}


@pytest.fixture(params=SERVICES)
def told(request):
    """A service, its channel, and a notice of it that is right."""
    service = SERVICES[request.param]
    channel = make_channel(request.param.partition(" ")[0], values=service.values)
    return service, channel, service.signed(channel)


def send(channel: Any, notice: Notice) -> int:
    return int(post(channel, notice.body, notice.headers, notice.query).status_code)


def without_signature(service: Service, notice: Notice) -> Notice:
    headers = {name: value for name, value in notice.headers.items() if name != service.signature}
    return Notice(notice.body, headers, "" if service.signature == "?" else notice.query)


def with_signature(service: Service, notice: Notice, signature: str) -> Notice:
    if service.signature == "?":
        return Notice(notice.body, notice.headers, f"secret={quote(signature)}")
    return Notice(notice.body, notice.headers | {service.signature: signature}, notice.query)


def test_the_right_one_is_taken(told):
    _service, channel, notice = told
    assert send(channel, notice) == 200
    read_all()
    assert Message.objects.get().text == TEXT


def test_without_its_signature_it_is_401_and_changes_nothing(told):
    service, channel, notice = told
    assert send(channel, without_signature(service, notice)) == 401
    read_all()
    assert not Message.objects.exists() and not Conversation.objects.exists()
    assert AuditEntry.objects.filter(verb="refused", record_id=channel.pk).count() == 1


@pytest.mark.parametrize("signature", ["", "0" * 64, "sha256=" + "0" * 64, "v1,AAAA", "ভুল", "null"])
def test_with_another_signature_it_is_401_and_changes_nothing(told, signature):
    service, channel, notice = told
    assert send(channel, with_signature(service, notice, signature)) == 401
    read_all()
    assert not Message.objects.exists()


def test_what_was_changed_on_its_way_is_401(told):
    service, channel, notice = told
    if service.signature in ("?", "x-telegram-bot-api-secret-token"):
        return  # these services send a word along and sign nothing: TLS alone keeps what they say
    changed = Notice(notice.body.replace(b"1", b"2"), notice.headers, notice.query)
    assert changed.body != notice.body
    assert send(channel, changed) == 401
    read_all()
    assert not Message.objects.exists()


def test_replayed_at_once_and_a_hundred_times_it_is_one(told):
    _service, channel, notice = told
    assert {send(channel, notice) for _time in range(100)} == {200}
    read_all()
    assert {send(channel, notice) for _time in range(3)} == {200}
    read_all()
    assert (RawNotice.objects.count(), Message.objects.count()) == (1, 1)


def test_replayed_when_the_notice_itself_is_long_forgotten_it_is_still_one(told):
    _service, channel, notice = told
    send(channel, notice)
    read_all()
    actions.look_after_notices(timezone.now() + timedelta(days=31))
    assert not RawNotice.objects.exists()
    assert send(channel, notice) == 200
    read_all()
    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


def test_a_signature_of_one_channel_opens_no_other(told):
    """Where the secret is the same, the address or the number in it is another."""
    service, channel, notice = told
    other = make_channel(channel.kind, values=service.values | others(channel.kind))
    send(other, notice)
    read_all()
    assert not Message.objects.filter(place=other.pk).exists()


def others(kind: str) -> dict[str, str]:
    return {
        "whatsapp": {"phone_number_id": "222"},
        "messenger": {"app_secret": "another app's"},
        "instagram": {"app_secret": "another app's"},
        "telegram": {"secret": "a_secret_of_another_bot"},
        "http_sms": {"notice_secret": "another secret of notices"},
        "webhook": {"secret": "a secret of another program"},
    }.get(kind, {})


def test_too_large_a_body_is_refused_before_it_is_read(told):
    _service, channel, notice = told
    assert send(channel, Notice(b"x" * 8_100_000, notice.headers, notice.query)) == 413
    assert not RawNotice.objects.exists()
