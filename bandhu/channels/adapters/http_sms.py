"""SMS through any provider with a simple HTTP interface: how it is called is said on the channel's page.

What comes in is taken at our address, signed with the channel's own secret where the provider can sign, else guarded by a secret that
stands in the address.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Silent, call, lost, refused
from bandhu.channels.adapters.port import (
    Adapter,
    Arrived,
    Capabilities,
    Connection,
    ConnectionField,
    Forged,
    Happening,
    Outcome,
    Outgoing,
    Said,
    Sent,
    StatusTold,
    Unreadable,
    Writer,
    readable,
    same,
)
from bandhu.channels.adapters.twilio import billed
from bandhu.channels.kept_words import kept
from bandhu.platform.phone_numbers import PhoneNumberError, parse_phone_number
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

# What providers call the same things; the first that is there counts.
_ID = ("id", "message_id", "messageid", "msgid", "sid", "smsid")
_FROM = ("from", "sender", "msisdn", "mobile", "source")
_TEXT = ("text", "message", "body", "content", "msg")
_STATUS = ("status", "state", "dlr", "delivery_status")
_DELIVERED = {"delivered", "delivrd", "success", "1"}
# A provider that gives its messages no id and sends one again does so within this time.
_SAME_SECONDS = 600
_FAILED = {"failed", "undelivered", "undeliv", "rejected", "rejectd", "expired", "2", "16"}


class HttpSms(Adapter):
    kind, channel, icon = "http_sms", "sms", "message-square-text"
    label = _("SMS through another provider")
    can = Capabilities(receipts=True, max_length=1_600, begins=True)
    fields = (
        ConnectionField("url", _("Address of the provider's interface"), _("Beginning with https://")),
        ConnectionField(
            "template", _("What is sent there"), kind="text",
            initial="to={to}&text={text}&from={from}&reference={id}&key={key}",
            help=_("A form (to={to}&text={text}) or JSON. {to}, {digits} (without the +), {text}, {from}, {id} and {key} are filled in."),
        ),
        ConnectionField("key", _("Key of the provider"), is_secret=True, is_optional=True),
        ConnectionField("header", _("Header with the key"), _("For example Authorization: Bearer {key}. Empty where none is wanted."), is_optional=True),
        ConnectionField("number", _("Sender"), _("The number or the name messages come from.")),
        ConnectionField("id_field", _("Where the answer names the message"), _("For example data.id. Empty where it does not."), is_optional=True),
        ConnectionField("notice_secret", _("Secret of notices"), _("Any long random text; it signs what the provider tells us, or stands in the address as ?secret=…"), is_secret=True),
        ConnectionField("country", _("Country of numbers without one"), _("Two letters, for example BD."), is_optional=True, initial="BD"),
        ConnectionField("price", _("Price of one part"), _("For example 0.35. Empty means that no cost is shown."), is_optional=True),
    )  # fmt: skip
    steps = (
        _(
            "At your provider find the interface by which programs send messages (HTTP API), and copy its address and your key into this form."
        ),
        _(
            "Enter this address there for messages that come in and for reports of delivery, with ?secret= and the secret of notices behind it: %(url)s"
        ),
    )

    def check(self, connection: Connection) -> dict[str, Any]:
        problems: dict[str, Any] = {}
        if not allows_inside():
            try:
                refuse_inside(connection["url"])
            except WebAddressError as error:
                if error.code != "unknown_host":
                    problems["url"] = error.message
        if problem := _template_problem(connection["template"]):
            problems["template"] = problem
        if len(connection["notice_secret"]) < 16:
            problems["notice_secret"] = _("At least 16 characters, so that nobody guesses it.")
        return problems

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        secret = connection["notice_secret"]
        signature = arrived.headers.get("x-signature", "").removeprefix("sha256=")
        wanted = hmac.new(secret.encode(), arrived.body, hashlib.sha256).hexdigest()
        given = arrived.asked().get("secret", "")
        # A signature of nothing says nothing of what stands in the address.
        is_signed = bool(signature and arrived.body)
        if not secret or not (same(signature, wanted) if is_signed else same(given, secret)):
            raise Forged(kept("forged"))

    def is_greeting(self, arrived: Arrived) -> bool:
        """Some providers tell what came in by GET, in the address alone."""
        facts = {name.lower() for name, value in arrived.asked().items() if value}
        return arrived.method == "GET" and not facts & {*_FROM, *_TEXT, *_STATUS}

    def greet(self, connection: Connection, arrived: Arrived) -> str:
        self.verify(connection, arrived)
        return "OK"

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        facts = _facts(arrived)
        told = f"{_first(facts, _ID)}/{_first(facts, _STATUS)}"
        return told if _first(facts, _ID) else _unnamed(arrived)

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        facts = _facts(arrived)
        external_id, status = _first(facts, _ID), _first(facts, _STATUS).lower()
        number, text = _first(facts, _FROM), _first(facts, _TEXT)
        if status and not (number and text):
            if not external_id:
                raise Unreadable(kept("part_missing", "id"))
            state = "delivered" if status in _DELIVERED else "failed" if status in _FAILED else ""
            return [StatusTold(external_id, state, status if state == "failed" else "")] if state else []
        if not number:
            raise Unreadable(kept("part_missing", "from"))
        phone = _international(number, connection["country"])
        external_id = external_id or _unnamed(arrived)
        return [Said(external_id, Writer(key=phone or number, address=phone or number, phone=phone), text)]

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        key = connection["key"]
        values = {
            "to": message.to, "digits": message.to.lstrip("+"), "text": message.text, "from": connection["number"],
            "id": str(message.id), "key": key,
        }  # fmt: skip
        content, kind = _filled(connection["template"], values)
        headers = {"Content-Type": kind, "Idempotency-Key": str(message.id)}
        name, colon, value = connection["header"].partition(":")
        if colon:
            headers[name.strip()] = value.strip().replace("{key}", key)
        try:
            reply = call("POST", connection["url"], content=content, headers=headers)
        except Silent as silence:
            return lost(silence)
        if reply.is_good:
            external_id = _inside(reply.found, connection["id_field"])
            return Outcome(Sent.SENT, external_id, details=billed(message.text, connection["price"]))
        return refused(reply, f"{reply.status} {str(reply.found)[:200]}".replace(key or "\x00", "•"))


def _template_problem(template: str) -> Any:
    if "{text}" not in template or not ("{to}" in template or "{digits}" in template):
        return _("{text} must stand somewhere in it, and {to} or {digits}.")
    if _is_json(template):
        try:
            json.loads(template)
        except (ValueError, RecursionError):
            return _("This begins like JSON and is none.")
    return ""


def _is_json(template: str) -> bool:
    return re.match(r'\s*\{\s*"', template) is not None


def _facts(arrived: Arrived) -> dict[str, str]:
    """What a notice says, whichever way it is written; names in lower case."""
    if arrived.body and "json" in arrived.headers.get("content-type", ""):
        found: dict[str, Any] = arrived.json()
    else:
        found = arrived.asked() | arrived.form()
    facts = {str(name).lower(): value for name, value in found.items() if value is not None}
    for name in {*_ID, *_FROM, *_TEXT, *_STATUS} & facts.keys():
        if isinstance(facts[name], dict | list | bool):
            raise Unreadable(kept("no_text", name))
    return {name: readable(str(value)) for name, value in facts.items()}


def _unnamed(arrived: Arrived) -> str:
    """The same for what comes again at once; who says “yes” once more an hour later says it anew."""
    told = f"{arrived.query}\n{int(arrived.at.timestamp()) // _SAME_SECONDS}\n".encode() + arrived.body
    return hashlib.sha256(told).hexdigest()


def _first(facts: dict[str, str], names: tuple[str, ...]) -> str:
    return next((facts[name] for name in names if facts.get(name)), "")


def _international(number: str, country: str) -> str:
    for text in (number, f"+{number.lstrip('+')}"):
        try:
            return parse_phone_number(text, country).e164
        except PhoneNumberError:
            continue
    return ""


def _filled(template: str, values: dict[str, str]) -> tuple[bytes, str]:
    """The template with the values in it, each written so that it cannot break out of its place."""
    if _is_json(template):
        filled = _in_json(json.loads(template), values)
        return json.dumps(filled, ensure_ascii=False).encode(), "application/json"
    pairs = [pair.partition("=") for pair in template.strip().split("&")]
    form = [(name, _put(value, values)) for name, _sign, value in pairs if name]
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _in_json(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _in_json(one, values) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_json(one, values) for one in value]
    return _put(value, values) if isinstance(value, str) else value


def _put(text: str, values: dict[str, str]) -> str:
    """One pass: what a customer's text says in braces stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def _inside(found: Any, path: str) -> str:
    for name in filter(None, path.split(".")):
        found = found.get(name) if isinstance(found, dict) else None
    return str(found) if path and isinstance(found, str | int) else ""
