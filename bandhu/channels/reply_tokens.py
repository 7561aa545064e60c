"""Tokens by which an answer is told from a new mail where a program dropped the References: in the address, and hidden in the text.

A token holds the conversation's id and a keyed hash of it and of the mailbox, so that nobody makes one up. It says which
conversation is meant, not who writes: whether the sender takes part in it is asked all the same.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from bandhu.channels.models import MailAccount
from bandhu.platform.mail_addresses import mail_key

_SALT = "bandhu.channels.replies"
# Together a multiple of five: base32 then writes them without padding, in letters no mail server folds.
_ID_BYTES, _SIGN_BYTES = 16, 14
_LENGTH = 48
# The longest part before the @ that servers take (RFC 5321).
_LOCAL_PART = 64
_MARK = re.compile(r"\[bandhu:([a-z2-7]{48})\]")


def reply_address(account: MailAccount, address: str, conversation_id: UUID) -> str:
    """The mailbox's own with the token behind a plus; "" where its server knows no such addresses, or it were too long."""
    local, _at, domain = address.rpartition("@")
    if not account.has_plus_addresses or len(local) + 1 + _LENGTH > _LOCAL_PART:
        return ""
    return f"{local}+{_token(account, conversation_id)}@{domain}"


def reply_mark(account: MailAccount, conversation_id: UUID) -> str:
    """What stands hidden in the HTML of an answer."""
    return f"[bandhu:{_token(account, conversation_id)}]"


def without_marks(text: str) -> str:
    """What people read."""
    return _MARK.sub("", text)


def conversations_named(account: MailAccount, addresses: Iterable[str], *texts: str) -> list[UUID]:
    """The conversations of this mailbox that true tokens in the addresses or the texts name."""
    tokens = [mail_key(one).rpartition("@")[0].rpartition("+")[2] for one in addresses]
    for text in texts:
        tokens += _MARK.findall(text)[:10]
    found = (_behind(account, one) for one in dict.fromkeys(tokens))
    return [one for one in found if one is not None]


def _token(account: MailAccount, conversation_id: UUID) -> str:
    signed = conversation_id.bytes + _sign(account, conversation_id.bytes, settings.SECRET_KEY)
    return base64.b32encode(signed).decode().lower()


def _behind(account: MailAccount, token: str) -> UUID | None:
    if len(token) != _LENGTH:
        return None
    try:
        raw = base64.b32decode(token.upper())
    except (ValueError, binascii.Error):
        return None
    plain, sign = raw[:_ID_BYTES], raw[_ID_BYTES:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    known = any(hmac.compare_digest(_sign(account, plain, key), sign) for key in keys)
    return UUID(bytes=plain) if known else None


def _sign(account: MailAccount, plain: bytes, key: str) -> bytes:
    return salted_hmac(_SALT, account.pk.bytes + plain, secret=key, algorithm="sha256").digest()[:_SIGN_BYTES]
