"""A channel of one's own: any program that signs what it sends, and takes what we sign (docs/guides/channels.md).

Headers and signature are those of Standard Webhooks: `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`
("v1," and the base64 of HMAC-SHA256 over "id.timestamp.body"), several separated by spaces while a secret is being changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Silent, call, fetch_file, lost, refused
from bandhu.channels.adapters.port import (
    Adapter,
    Arrived,
    Capabilities,
    Connection,
    ConnectionField,
    FileCome,
    Forged,
    Happening,
    Outcome,
    Outgoing,
    Said,
    Sent,
    StatusTold,
    Unreadable,
    Writer,
    same,
)
from bandhu.channels.kept_words import kept
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

WINDOW = timedelta(minutes=5)
_STATES = {"sent", "delivered", "read", "failed"}
_MOST_FILES = 20


class SignedWebhook(Adapter):
    kind = channel = "webhook"
    icon, is_idempotent = "webhook", True
    label = _("A program of your own (signed webhook)")
    can = Capabilities(files=True, receipts=True, max_length=50_000)
    fields = (
        ConnectionField("secret", _("Secret"), _("At least 24 characters; both sides sign with it."), is_secret=True),
        ConnectionField("url", _("Address answers are sent to"), _("Beginning with https://. Empty where nothing is answered."), is_optional=True),
    )  # fmt: skip
    steps = (
        _("Let your program send signed notices to %(url)s"),
        _("Enter the address at which your program takes answers; they are signed with the same secret."),
        _("How to sign, and what the notices hold, stands in the guide “Channels”."),
    )

    def check(self, connection: Connection) -> dict[str, Any]:
        problems: dict[str, Any] = {}
        if len(connection["secret"]) < 24:
            problems["secret"] = _("At least 24 characters, so that nobody guesses it.")
        if connection["url"] and not allows_inside():
            try:
                refuse_inside(connection["url"])
            except WebAddressError as error:
                if error.code != "unknown_host":
                    problems["url"] = error.message
        return problems

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        name, stamp = arrived.headers.get("webhook-id", ""), arrived.headers.get("webhook-timestamp", "")
        if not name or not stamp.isdigit() or len(stamp) > 12:
            raise Forged("webhook-id or webhook-timestamp is missing")
        if abs(datetime.fromtimestamp(int(stamp), UTC) - arrived.at) > WINDOW:
            raise Forged("older or newer than five minutes")
        wanted = signature(connection["secret"], name, stamp, arrived.body)
        given = arrived.headers.get("webhook-signature", "").split()
        if not connection["secret"] or not any(same(one, wanted) for one in given[:10]):
            raise Forged("webhook-signature does not fit")

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        return arrived.headers.get("webhook-id", "")

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        if found.get("type") == "status":
            state = str(found.get("state", ""))
            if state not in _STATES:
                raise Unreadable("state is none of sent, delivered, read, failed")
            return [StatusTold(_text(found, "message_id", 250), state, _text(found, "trouble", 300))]
        if found.get("type") != "message":
            raise Unreadable("type is neither message nor status")
        writer = found.get("from")
        if not isinstance(writer, dict) or not _text(writer, "id", 250):
            raise Unreadable("from.id is missing")
        if not _text(found, "id", 250):
            raise Unreadable("id is missing")
        person = Writer(
            key=_text(writer, "id", 250), name=_text(writer, "name", 200), address=_text(writer, "address", 254),
            phone=_text(writer, "verified_phone", 40), mail=_text(writer, "verified_mail", 254),
        )  # fmt: skip
        return [
            Said(
                _text(found, "id", 250), person, _text(found, "text", 50_000), at=_moment(found.get("at")),
                thread=_text(found, "thread", 200), subject=_text(found, "subject", 300),
                reply_to=_text(found, "reply_to", 250), language=_text(found, "language", 12), files=_files(found),
                is_automatic=found.get("is_automatic") is True,
            )
        ]  # fmt: skip

    def answer(self) -> tuple[str, str]:
        return '{"taken": true}', "application/json"

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        return file.content or fetch_file(file.reference)

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        if not connection["url"]:
            return Outcome(Sent.FAILED, trouble=kept("no_address_for_answers"))
        body = json.dumps(
            {
                "type": "message", "id": str(message.id), "to": message.to, "thread": message.thread, "text": message.text,
                "reply_to": message.reply_to,
                "files": [
                    {"name": one.name, "media_type": one.media_type, "content": base64.b64encode(one.content).decode()}
                    for one in message.files
                ],
            },
            ensure_ascii=False,
        ).encode()  # fmt: skip
        name, stamp = str(message.id), str(int(datetime.now(UTC).timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(connection["secret"], name, stamp, body),
        }
        try:
            reply = call("POST", connection["url"], content=body, headers=headers)
        except Silent as silence:
            return lost(silence, is_idempotent=True)
        if reply.is_good:
            return Outcome(Sent.SENT, str(reply.found.get("id") or message.id)[:250])
        return refused(reply, f"{reply.status} {str(reply.found)[:200]}", is_idempotent=True)


def signature(secret: str, name: str, stamp: str, body: bytes) -> str:
    """ "v1," and the signature of one notice."""
    digest = hmac.new(secret.encode(), f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _text(found: dict[str, Any], name: str, most: int) -> str:
    value = found.get(name)
    return value[:most] if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Unreadable("at is no moment as in ISO 8601") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _files(found: dict[str, Any]) -> tuple[FileCome, ...]:
    given = found.get("files") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Unreadable("files is no list of objects")
    return tuple(_file(one) for one in given[:_MOST_FILES])


def _file(found: dict[str, Any]) -> FileCome:
    name, url = _text(found, "name", 255), _text(found, "url", 2_000)
    if url:
        return FileCome(name=name, reference=url)
    try:
        return FileCome(name=name, content=base64.b64decode(str(found.get("content", "")), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Unreadable("the content of a file is no base64") from error
