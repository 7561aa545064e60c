"""Signing a letter with the key of its sender's domain (DKIM, RFC 6376)."""

from __future__ import annotations

import logging

import dkim

from bandhu.channels.models import SigningKey
from bandhu.channels.wire import wire_address
from bandhu.platform.vault import unsealed

logger = logging.getLogger(__name__)
SECRETS = "channels.signing_key"
# What a reader relies on; those that are absent are signed as absent, so that nobody adds one (oversigning, RFC 6376, 8.15).
_SIGNED = [
    b"from", b"from", b"to", b"to", b"cc", b"cc", b"subject", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
    b"reply-to", b"reply-to", b"mime-version", b"content-type", b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post",
]  # fmt: skip


def signed(content: bytes, sender: str) -> bytes:
    """The letter with its signature in front; as it was where the domain has no key in use, or the key cannot be read any more."""
    domain = wire_address(sender).rpartition("@")[2].lower()
    key = SigningKey.objects.filter(domain=domain, is_active=True).first()
    secret = unsealed(key.secret, SECRETS) if key else ""
    if key is None or not secret:
        return content
    try:
        line = dkim.sign(
            content,
            key.selector.encode(),
            domain.encode(),
            secret.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_SIGNED,
        )
    except dkim.DKIMException:
        logger.exception("a mail of %s leaves unsigned", domain)
        return content
    return bytes(line) + content
