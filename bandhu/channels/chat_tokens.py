"""What proves that somebody is the visitor of a chat: signed, for one channel and one conversation, and only for a while."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing

VISITOR_DAYS, LINK_DAYS, FILE_HOURS = 30, 7, 24
# A site signs who is signed in there for a short time only: a copied token is soon worth nothing.
LONGEST_IDENTITY = timedelta(hours=24)


@dataclass(frozen=True)
class Identity:
    """Who somebody is on the website the chat stands on, by that website's own word."""

    id: str
    name: str = ""
    mail: str = ""
    phone: str = ""


def visitor_token(channel_id: UUID, conversation_id: UUID, turn: int = 0) -> str:
    """What the visitor's browser keeps; `turn` counts how often those given before were ended."""
    return _signer("visitor", channel_id).sign(
        f"{conversation_id.hex}.{turn}" if turn else conversation_id.hex
    )


def read_visitor_token(channel_id: UUID, text: Any) -> tuple[UUID, int] | None:
    """The conversation it is for, and its turn; None when it is not ours, of another channel, or too old."""
    found, _dot, turn = _signed(_signer("visitor", channel_id), text, VISITOR_DAYS * 86_400).partition(".")
    return (UUID(hex=found), int(turn or 0)) if found else None


def link_token(channel_id: UUID, conversation_id: UUID) -> str:
    """What stands in a link mailed to the visitor."""
    return _signer("link", channel_id).sign(conversation_id.hex)


def read_link_token(channel_id: UUID, text: str) -> UUID | None:
    """As `read_visitor_token`."""
    return _read(_signer("link", channel_id), text, LINK_DAYS * 86_400)


def file_token(channel_id: UUID, file_id: UUID) -> str:
    """What stands in the address of a file of a chat."""
    return _signer("file", channel_id).sign(file_id.hex)


def read_file_token(channel_id: UUID, text: str) -> UUID | None:
    """As `read_visitor_token`, for a file."""
    return _read(_signer("file", channel_id), text, FILE_HOURS * 3_600)


def read_identity(secret: str, text: Any) -> Identity | None:
    """Who a website says somebody is: base64url(JSON) "." HMAC-SHA256 in hexadecimal digits, under the channel's secret.

    The JSON holds `id` and `exp` (seconds since 1970, at most a day ahead), and may hold `name`, `mail` and `phone`. None when it proves nothing.
    """
    if not secret or not isinstance(text, str) or len(text) > 4_000:
        return None
    encoded, _dot, given = text.partition(".")
    wanted = hmac.new(secret.encode(), encoded.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(found, dict) or not _is_fresh(found.get("exp")):
        return None
    texts = {name: str(found.get(name) or "")[:200] for name in ("id", "name", "mail", "phone")}
    return Identity(**texts) if texts["id"] else None


def _is_fresh(exp: Any) -> bool:
    if not isinstance(exp, int) or isinstance(exp, bool):
        return False
    now = datetime.now(UTC).timestamp()
    return now < exp <= now + LONGEST_IDENTITY.total_seconds()


def _signer(purpose: str, channel_id: UUID) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"bandhu.chat.{purpose}.{channel_id.hex}")


def _read(signer: signing.TimestampSigner, text: Any, seconds: int) -> UUID | None:
    found = _signed(signer, text, seconds)
    return UUID(hex=found) if found else None


def _signed(signer: signing.TimestampSigner, text: Any, seconds: int) -> str:
    """What we signed; "" where we did not, or too long ago."""
    if not isinstance(text, str) or len(text) > 300:
        return ""
    try:
        return signer.unsign(text, max_age=seconds)
    except signing.BadSignature:
        return ""
