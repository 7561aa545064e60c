"""Channels of the tests, and what happens to them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from bandhu.channels import actions
from bandhu.channels.connections import notice_address
from bandhu.channels.models import Channel, RawNotice
from bandhu.channels.tests.services import SMS_SECRET, TWILIO, WEBHOOK_SECRET, own_notice, twilio_notice
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Message

VALUES = {
    "twilio_sms": TWILIO,
    "http_sms": {"url": "https://sms.example.com/send", "number": "Bandhu", "notice_secret": SMS_SECRET},
    "webhook": {"secret": WEBHOOK_SECRET},
}


def make_channel(kind: str = "webhook", *, values: dict[str, Any] | None = None, **more: Any) -> Channel:
    admin = make_user(f"Admin {Channel.objects.count()}", role="administrator")
    return actions.create_channel(
        actor=admin, kind=kind, name=kind, values={**VALUES.get(kind, {}), **(values or {})}, **more
    )


def post(channel: Channel, body: bytes, headers: dict[str, str], query: str = "") -> Any:
    """A notice as the service sends it, over HTTP."""
    names = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in headers.items()
        if name != "content-type"
    }
    kind = headers.get("content-type", "application/json")
    path = f"/channels/{channel.pk}/notices/" + (f"?{query}" if query else "")
    return Client().post(path, data=body, content_type=kind, **names)


def told(channel: Channel, found: Any, name: str = "n1", **more: Any) -> Any:
    """A notice of one's own program."""
    return post(channel, *own_notice(found, name, **more))


def texted(channel: Channel, fields: dict[str, str], **more: Any) -> Any:
    """A notice of Twilio's."""
    return post(channel, *twilio_notice(notice_address(channel), fields, **more))


def read_all() -> None:
    """What the worker's jobs do with every notice that waits."""
    for pk in RawNotice.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True):
        actions.read_notice(pk)


def answered(channel: Channel, text: str = "হ্যাঁ, পাঠাচ্ছি", **more: Any) -> Message:
    """A colleague answers the latest conversation of the channel; the message as it stands after the job ran."""
    asked = Message.objects.filter(place=channel.pk, direction="in").order_by("-pk").first()
    assert asked is not None
    colleague = make_user(f"Colleague {Message.objects.count()}", role="service")
    written = write_message(asked.conversation, actor=colleague, text=text, **more)
    actions.send_message(written.pk)
    return Message.objects.get(pk=written.pk)
