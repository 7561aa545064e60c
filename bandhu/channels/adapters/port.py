"""The port of channels: check what came, read it, send an answer. Nothing here knows conversations, contacts or the database.

An adapter is built from the published protocol of its service. It is given the settings and opened secrets of one channel
(`Connection`) and answers in plain values; it keeps nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from bandhu.channels.kept_words import kept

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_PLACE = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}")


class ChannelError(Exception):
    """A channel did not do what it should; the text is for the page of the channel."""


class Forged(ChannelError):
    """What came was not sent by the service, or is an old notice sent again."""


class Unreadable(ChannelError):
    """What came holds nothing that we understand: kept for a person."""


class TryLater(ChannelError):
    """The service did not answer, or not sensibly: the same may work in a while."""


@dataclass(frozen=True)
class ConnectionField:
    """One of the values a channel is set up with. `kind`: line, text, number, yes_no, colour, choice."""

    name: str
    label: Any
    help: Any = ""
    kind: str = "line"
    is_secret: bool = False
    is_optional: bool = False
    initial: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Capabilities:
    """What a channel carries. `max_length` counts characters of one message; `answer_within` is how long after the customer's last
    word free text may be written to them."""

    files: bool = False
    receipts: bool = False
    typing: bool = False
    max_length: int = 4_000
    answer_within: timedelta | None = None
    is_public: bool = False
    # Whether texts its service approved beforehand may be sent later than that.
    has_templates: bool = False
    # Whether somebody may be written to first, by their telephone number alone.
    begins: bool = False


@dataclass(frozen=True)
class Connection:
    """One channel as its adapter sees it."""

    id: UUID
    url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return str(self.secrets.get(name) or self.settings.get(name) or "")


@dataclass(frozen=True)
class Arrived:
    """What came to the channel's address. Header names are in lower case; `at` is when it came (a replay keeps the first moment)."""

    method: str = "POST"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def form(self) -> dict[str, str]:
        """Its fields, where it is a form. Raises Unreadable."""
        try:
            fields = parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise Unreadable(kept("no_form")) from error
        return {name: readable(value) for name, value in fields}

    def json(self) -> dict[str, Any]:
        """Its object, where it is JSON. Raises Unreadable."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable(kept("no_json")) from error
        if not isinstance(found, dict):
            raise Unreadable(kept("no_json"))
        return found

    def asked(self) -> dict[str, str]:
        """What stands in its address after the question mark."""
        return dict(parse_qsl(self.query, keep_blank_values=True, max_num_fields=50))


@dataclass(frozen=True)
class Writer:
    """The other side. `key` is what the channel knows them by; `phone` and `mail` only where the channel itself vouches for them."""

    key: str
    name: str = ""
    address: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True)
class FileCome:
    """A file of a message: its bytes, or where the adapter gets them (`reference`)."""

    name: str = ""
    reference: str = ""
    content: bytes = b""
    media_type: str = ""


@dataclass(frozen=True)
class Said:
    """A message from the other side. `thread` names the exchange where the channel has several with one person."""

    external_id: str
    writer: Writer
    text: str = ""
    at: datetime | None = None
    thread: str = ""
    subject: str = ""
    reply_to: str = ""
    language: str = ""
    files: tuple[FileCome, ...] = ()
    is_automatic: bool = False
    is_ours: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusTold:
    """What became of a message of ours: "sent", "delivered", "read" or "failed"."""

    external_id: str
    state: str
    trouble: str = ""


Happening = Said | StatusTold


@dataclass(frozen=True)
class Judged:
    """A template as its service tells of it. `state`: approved, pending, rejected, paused or gone; `places` are those of the body, in the
    order in which their values are given, then those of its header ("header.1") and its buttons ("button.0"). `header_kind`: image, video or
    document where a file stands above its words; `buttons` are those that are filled in: {"index", "kind", "text", "url"}; `why_not`: the code of
    what cannot be sent from here (WHY_NOT)."""

    name: str
    language: str
    state: str
    body: str
    category: str = ""
    header: str = ""
    footer: str = ""
    places: tuple[str, ...] = ()
    header_kind: str = ""
    buttons: tuple[dict[str, Any], ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class FileToGo:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Outgoing:
    """A message of ours. `id` stays the same however often it is tried; `heard_at` is the customer's last word."""

    id: UUID
    to: str
    text: str
    thread: str = ""
    reply_to: str = ""
    heard_at: datetime | None = None
    files: Sequence[FileToGo] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class Sent(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    LATER = "later"


@dataclass(frozen=True)
class Outcome:
    """What came of sending. LATER: refused, nothing was sent, and it may pass. `is_channels_fault` where the channel itself is ill."""

    state: Sent
    external_id: str = ""
    trouble: str = ""
    pause: timedelta | None = None
    is_channels_fault: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


class Adapter:
    """One kind of channel. What a kind does not do is left as it stands here."""

    kind: str
    # What conversations by it say they came by.
    channel: str
    label: Any
    icon: str = "message-circle"
    fields: tuple[ConnectionField, ...] = ()
    can = Capabilities()
    # What to do at the service, one sentence a step; %(url)s is the address notices go to.
    steps: tuple[Any, ...] = ()
    # Whether a message may be sent again with the same id without arriving twice.
    is_idempotent = False
    is_polled = False
    has_notices = True

    def check(self, connection: Connection) -> dict[str, Any]:
        """What is wrong with the settings, by field."""
        return {}

    def is_greeting(self, arrived: Arrived) -> bool:
        """Whether it tells nothing and only checks the address."""
        return arrived.method == "GET"

    def greet(self, connection: Connection, arrived: Arrived) -> str:
        """The answer to a GET, by which some services check the address. Raises Forged."""
        raise Forged(kept("asks_nothing"))

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        """Raises Forged unless the service itself sent it."""
        raise Forged(kept("takes_no_notices"))

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        """The same each time the same thing is told."""
        return hashlib.sha256(arrived.body).hexdigest()

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        """What it says, in order. Raises Unreadable."""
        raise Unreadable(kept("takes_no_notices"))

    def answer(self) -> tuple[str, str]:
        """What the service wants to hear when a notice was taken: body and type."""
        return "", "text/plain"

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        """The bytes of a file that came. Raises TryLater or Unreadable."""
        return file.content

    def poll(self, connection: Connection, cursor: str) -> tuple[list[bytes], str]:
        """What is new since `cursor`, each as the body of a notice, and the next cursor. Raises TryLater or Unreadable."""
        return [], cursor

    def templates(self, connection: Connection) -> list[Judged]:
        """Every template of the account, whatever its state. Raises TryLater or Unreadable."""
        return []

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        raise NotImplementedError


def readable(text: str) -> str:
    """The text as a database can keep it: NUL and halves of characters, which JSON can name, become U+FFFD."""
    return _UNKEPT.sub("\ufffd", text)


def places_in(text: str) -> tuple[str, ...]:
    """The places of a template's text, each once: {{1}}, {{2}} … by number, named ones as they come."""
    found = dict.fromkeys(_PLACE.findall(text))
    return tuple(sorted(found, key=int)) if all(one.isdecimal() for one in found) else tuple(found)


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled in; one without a value stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1]) or place[0], text)


def same(one: str, other: str) -> bool:
    """Whether two signatures agree, in a time that does not tell how far."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
