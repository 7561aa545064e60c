"""A channel of one's own: any program that signs what it sends, and takes what we sign (docs/guides/channels.md).

Headers and signature are those of Standard Webhooks: `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`
("v1," and the base64 of HMAC-SHA256 over "id.timestamp.body"), several separated by spaces while a secret is being changed. A secret in that
standard's form, "whsec_" and base64, stands for the bytes; any other for its characters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Silent, TooLong, call, fetch_file, lost, refused
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
from bandhu.channels.adapters.shapes import part, parts, truth, words
from bandhu.channels.kept_words import kept
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

WINDOW = timedelta(minutes=5)
_PREFIX = "whsec_"
_STATES = {"sent", "delivered", "read", "failed"}
_MOST_FILES = 20
# In base64; requests end far earlier.
_LONGEST_FILE = 100_000_000


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
        if problem := _secret_problem(connection["secret"]):
            problems["secret"] = problem
        if connection["url"] and not allows_inside():
            try:
                refuse_inside(connection["url"])
            except WebAddressError as error:
                if error.code != "unknown_host":
                    problems["url"] = error.message
        return problems

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        name, stamp = arrived.headers.get("webhook-id", ""), arrived.headers.get("webhook-timestamp", "")
        if not name or not re.fullmatch(r"[0-9]{1,11}", stamp):
            raise Forged(kept("part_missing", "webhook-id, webhook-timestamp"))
        if abs(datetime.fromtimestamp(int(stamp), UTC) - arrived.at) > WINDOW:
            raise Forged(kept("not_now"))
        wanted = signature(connection["secret"], name, stamp, arrived.body)
        given = arrived.headers.get("webhook-signature", "").split()
        if not connection["secret"] or not any(same(one, wanted) for one in given[:10]):
            raise Forged(kept("forged", "webhook-signature"))

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        return arrived.headers.get("webhook-id", "")

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        if found.get("type") == "status":
            state, message_id = words(found, "state"), words(found, "message_id", 250)
            if state not in _STATES or not message_id:
                raise Unreadable(kept("part_missing", "message_id, state"))
            return [StatusTold(message_id, state, words(found, "trouble", 300))]
        if found.get("type") != "message":
            raise Unreadable(kept("other_kind", "type"))
        writer = part(found, "from")
        if not words(writer, "id", 250):
            raise Unreadable(kept("part_missing", "from.id"))
        if not words(found, "id", 250):
            raise Unreadable(kept("part_missing", "id"))
        person = Writer(
            key=words(writer, "id", 250), name=words(writer, "name", 200), address=words(writer, "address", 254),
            phone=words(writer, "verified_phone", 40), mail=words(writer, "verified_mail", 254),
        )  # fmt: skip
        return [
            Said(
                words(found, "id", 250), person, words(found, "text", 50_000), at=_moment(words(found, "at", 60)),
                thread=words(found, "thread", 200), subject=words(found, "subject", 300),
                reply_to=words(found, "reply_to", 250), language=words(found, "language", 12), files=_files(found),
                is_automatic=truth(found, "is_automatic"),
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
        except TooLong:
            # Its status says that it was taken, and an id of its own need not be told.
            return Outcome(Sent.SENT, str(message.id))
        except Silent as silence:
            return lost(silence, is_idempotent=True)
        if reply.is_good:
            return Outcome(Sent.SENT, str(reply.found.get("id") or message.id)[:250])
        return refused(reply, f"{reply.status} {str(reply.found)[:200]}", is_idempotent=True)


def _secret_problem(secret: str) -> Any:
    if secret.startswith(_PREFIX) and key_of(secret) == secret.encode():
        return _("A secret that begins with whsec_ goes on with base64, as in Standard Webhooks.")
    # The standard wants as many bytes as we ask for characters.
    return _("At least 24 characters, so that nobody guesses it.") if len(key_of(secret)) < 24 else ""


def key_of(secret: str) -> bytes:
    """What is signed with: the bytes a secret of Standard Webhooks ("whsec_" and base64) stands for; any other as it is typed."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except ValueError:
            return secret.encode()
    return secret.encode()


def signature(secret: str, name: str, stamp: str, body: bytes) -> str:
    """ "v1," and the signature of one notice."""
    digest = hmac.new(key_of(secret), f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Unreadable(kept("no_moment", "at, ISO 8601")) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _files(found: dict[str, Any]) -> tuple[FileCome, ...]:
    return tuple(_file(one) for one in parts(found, "files")[:_MOST_FILES])


def _file(found: dict[str, Any]) -> FileCome:
    name, url = words(found, "name", 255), words(found, "url", 2_000)
    if url:
        return FileCome(name=name, reference=url)
    try:
        return FileCome(
            name=name, content=base64.b64decode(words(found, "content", _LONGEST_FILE), validate=True)
        )
    except (binascii.Error, ValueError) as error:
        raise Unreadable(kept("no_content", "base64")) from error
