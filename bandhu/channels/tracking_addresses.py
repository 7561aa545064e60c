"""The addresses by which we learn that a mail was opened or a link followed: a signed id, and nothing that could be read or changed."""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from bandhu.platform.public_url import absolute

_SALT = "bandhu.channels.tracking"
# Together a multiple of three: base64 then writes each token in one way only.
_ID_BYTES, _SIGN_BYTES = 16, 14


def picture_address(link_id: UUID) -> str:
    return absolute(reverse("channels:mail_opening", args=[_token(link_id)]))


def link_address(link_id: UUID) -> str:
    return absolute(reverse("channels:mail_link", args=[_token(link_id)]))


def link_behind(token: str) -> UUID | None:
    """The id a token of ours holds, also one of an earlier key; None for anything else."""
    try:
        raw = base64.urlsafe_b64decode(token[:60])
    except (ValueError, binascii.Error):
        return None
    if len(raw) != _ID_BYTES + _SIGN_BYTES or _written(raw) != token:
        return None
    plain, sign = raw[:_ID_BYTES], raw[_ID_BYTES:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    known = any(hmac.compare_digest(_sign(plain, key), sign) for key in keys)
    return UUID(bytes=plain) if known else None


def _token(link_id: UUID) -> str:
    signed = link_id.bytes + _sign(link_id.bytes, settings.SECRET_KEY)
    return _written(signed)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _sign(plain: bytes, key: str) -> bytes:
    return salted_hmac(_SALT, plain, secret=key, algorithm="sha256").digest()[:_SIGN_BYTES]
