"""Secrets of other systems that we must be able to say again (passwords of mailboxes, keys of second steps), kept encrypted.

The keys are made from those of the installation: with SECRET_KEY_FALLBACKS, what an older key closed still opens.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def sealed(text: str, purpose: str) -> str:
    """`text` encrypted for `purpose` ("app.what"): nothing of another purpose opens it. Empty stays empty."""
    return _box(purpose).encrypt(text.encode()).decode() if text else ""


def unsealed(text: str, purpose: str) -> str:
    """What was sealed; "" when the installation's key was lost or the text is no sealed one."""
    if not text:
        return ""
    try:
        return _box(purpose).decrypt(text.encode()).decode()
    except InvalidToken:
        return ""


def _box(purpose: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(f"bandhu.{purpose}".encode() + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
