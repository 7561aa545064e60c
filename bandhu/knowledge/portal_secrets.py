"""Links and sessions of customers: secrets of which the database holds only fingerprints."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from bandhu.identity.tokens import fingerprint
from bandhu.knowledge.models import PortalLink

COOKIE = "bandhu_portal"
LINK_LASTS = timedelta(minutes=30)
MAIL_PROOF_LASTS = timedelta(hours=24)
# Ends after this long without a visit, and after this long in any case (ASVS 5.0, 7.3).
SESSION_IDLE, SESSION_WHOLE = timedelta(days=14), timedelta(days=60)


def link_secret(link: PortalLink, key: str | None = None) -> str:
    """The secret in a mailed link: derived from our key, so that a job can write the mail and nothing secret is stored."""
    text = f"{link.pk.hex}:{link.expires_at.timestamp()}:{link.new_mail}"
    return salted_hmac("bandhu.knowledge.portal-link", text, secret=key, algorithm="sha256").hexdigest()


def new_session_secret() -> str:
    """256 random bits for the cookie of one browser."""
    return secrets.token_urlsafe(32)


def is_secret(text: str) -> bool:
    """Whether it can be one of ours at all: everything else is not looked up."""
    return 20 <= len(text) <= 100 and text.isascii() and text.isprintable()


def cookie_is_secure() -> bool:
    """Where the house is reached by https the cookie never travels otherwise."""
    return bool(settings.BEHIND_TLS)


__all__ = [
    "COOKIE",
    "LINK_LASTS",
    "MAIL_PROOF_LASTS",
    "SESSION_IDLE",
    "SESSION_WHOLE",
    "cookie_is_secure",
    "fingerprint",
    "is_secret",
    "link_secret",
    "new_session_secret",
]
