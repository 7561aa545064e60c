"""SMS through Twilio: its REST API of 2010-04-01 and its webhooks (https://www.twilio.com/docs/usage/security)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qsl, quote

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
from bandhu.channels.adapters.segments import cost_of, parts_of
from bandhu.channels.kept_words import kept

API = "https://api.twilio.com"
_STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}
# https://www.twilio.com/docs/messaging/api/message-resource: what is still on its way, and nothing to tell.
_ON_ITS_WAY = {
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "receiving",
    "received",
    "canceled",
    "partially_delivered",
}
_SID = re.compile(r"AC[0-9a-f]{32}")
# https://www.twilio.com/docs/api/errors: what concerns the account, not the one message.
_ACCOUNT_ERRORS = {20003, 20005, 21606, 21612, 30002}


class TwilioSms(Adapter):
    kind, channel, icon = "twilio_sms", "sms", "message-square-text"
    label = _("SMS through Twilio")
    can = Capabilities(receipts=True, max_length=1_600, begins=True)
    fields = (
        ConnectionField("account_sid", _("Account SID"), _("Begins with AC; on the first page of Twilio's console.")),
        ConnectionField("auth_token", _("Auth token"), is_secret=True),
        ConnectionField("number", _("Number"), _("With its country, as Twilio writes it: +15005550006.")),
        ConnectionField("price", _("Price of one part"), _("For example 0.35. Empty means that no cost is shown."), is_optional=True),
    )  # fmt: skip
    steps = (
        _("In Twilio's console open Phone Numbers, then your number."),
        _("Under “A message comes in” choose Webhook and HTTP POST, and paste %(url)s"),
        _("Copy the Account SID and the auth token from the first page of the console into this form."),
    )

    def check(self, connection: Connection) -> dict[str, Any]:
        if not _SID.fullmatch(connection["account_sid"]):
            return {"account_sid": _("It begins with AC, and 32 digits and letters from a to f follow.")}
        return {}

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        """HMAC-SHA1 of the address followed by every field, sorted by name, under the auth token."""
        url = connection.url + (f"?{arrived.query}" if arrived.query else "")
        pairs = sorted(set(parse_qsl(arrived.body.decode("utf-8", "replace"), keep_blank_values=True)))
        text = url + "".join(name + value for name, value in pairs)
        digest = hmac.new(connection["auth_token"].encode(), text.encode(), hashlib.sha1).digest()
        if not connection["auth_token"] or not same(
            base64.b64encode(digest).decode(), arrived.headers.get("x-twilio-signature", "")
        ):
            raise Forged(kept("forged", "X-Twilio-Signature"))

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        form = arrived.form()
        return f"{form.get('MessageSid', '')}/{form.get('MessageStatus', '')}".strip("/")

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        form = arrived.form()
        sid = form.get("MessageSid", "")
        if not sid:
            raise Unreadable(kept("part_missing", "MessageSid"))
        if status := form.get("MessageStatus"):
            if status in _ON_ITS_WAY:
                return []
            if status not in _STATES:
                raise Unreadable(kept("says_nothing", "MessageStatus"))
            trouble = f"Twilio {form['ErrorCode']}" if form.get("ErrorCode") else ""
            return [StatusTold(sid, _STATES[status], trouble)]
        number = form.get("From", "")
        if not number:
            raise Unreadable(kept("part_missing", "From"))
        count = form.get("NumMedia", "0")
        if not re.fullmatch(r"[0-9]{1,3}", count):
            raise Unreadable(kept("no_number", "NumMedia"))
        files = tuple(
            FileCome(
                reference=form.get(f"MediaUrl{at}", ""), media_type=form.get(f"MediaContentType{at}", "")
            )
            for at in range(min(int(count), 10))
        )
        writer = Writer(key=number, address=number, phone=number if number.startswith("+") else "")
        return [Said(sid, writer, form.get("Body", ""), files=files)]

    def answer(self) -> tuple[str, str]:
        return "<Response/>", "text/xml"

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        if not file.reference.startswith(f"{API}/"):
            raise Unreadable(kept("file_elsewhere", "Twilio"))
        return fetch_file(file.reference, _authorised(connection))

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        sid = quote(connection["account_sid"], safe="")
        form = {
            "To": message.to, "From": connection["number"], "Body": message.text, "StatusCallback": connection.url,
        }  # fmt: skip
        try:
            reply = call(
                "POST",
                f"{API}/2010-04-01/Accounts/{sid}/Messages.json",
                form=form,
                headers=_authorised(connection),
            )
        except Silent as silence:
            return lost(silence)
        if reply.is_good and reply.found.get("sid"):
            return Outcome(
                Sent.SENT, str(reply.found["sid"]), details=billed(message.text, connection["price"])
            )
        code, words = reply.found.get("code"), str(reply.found.get("message") or f"Twilio {reply.status}")
        outcome = refused(reply, words)
        if code in _ACCOUNT_ERRORS:
            return Outcome(Sent.FAILED, trouble=kept("service_sign_in", words), is_channels_fault=True)
        return outcome


def billed(text: str, price: str) -> dict[str, Any]:
    """What a text message counts as: its encoding, its parts, and what they cost."""
    parts = parts_of(text)
    found: dict[str, Any] = {"encoding": parts.encoding, "parts": parts.count}
    return found | ({"cost": cost} if (cost := cost_of(text, price)) else {})


def _authorised(connection: Connection) -> dict[str, str]:
    pair = f"{connection['account_sid']}:{connection['auth_token']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
