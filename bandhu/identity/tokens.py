"""API tokens and invitation links: secrets of which only a hash is stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac

from bandhu.identity.models import ApiToken, Invitation, User
from bandhu.identity.models.users import GRANTED

PREFIX = "bandhu_"
_USED_EVERY = timedelta(minutes=1)
# Every request of a program asks this: building the statement anew would cost more than running it.
_SPEAKS_FOR = f"""
    SELECT account.*, {GRANTED}, token.id AS token_id, token.role_id AS token_role_id, token.last_used_at AS token_used_at
    FROM identity_apitoken AS token JOIN identity_user AS account ON account.id = token.user_id
    WHERE token.sha256 = %(sha256)s AND token.revoked_at IS NULL AND account.is_active
      AND (token.expires_at IS NULL OR token.expires_at > %(now)s)
"""  # noqa: S608 (our own words)


def new_secret() -> str:
    """The text of a new token: 256 random bits, with a prefix by which leaked ones are found."""
    return PREFIX + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a secret. Plain SHA-256 suffices: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def user_for_token(secret: str) -> User | None:
    """The user a token speaks for, narrowed to the token's role; None for one that is unknown, expired or revoked."""
    if not secret.startswith(PREFIX):
        return None
    now = timezone.now()
    found: Any = User.objects.found_by(_SPEAKS_FOR, {"sha256": fingerprint(secret), "now": now})
    if found is None:
        return None
    if found.token_used_at is None or found.token_used_at < now - _USED_EVERY:
        ApiToken.objects.filter(pk=found.token_id).update(last_used_at=now)
    user: User = found
    user.acting_role_id = found.token_role_id
    return user


def invitation_secret(invitation: Invitation) -> str:
    """The secret in the link of an invitation: derived, so that the mail can be sent by a job and nothing secret is stored.

    It changes with `expires_at`: sending again makes the older link useless.
    """
    text = f"{invitation.pk.hex}:{invitation.expires_at.timestamp()}"
    return salted_hmac("bandhu.identity.invitation", text, algorithm="sha256").hexdigest()


def invitation_for(secret: str) -> Invitation | None:
    """The open invitation with this secret, or None."""
    return (
        Invitation.objects.filter(sha256=fingerprint(secret), accepted_at=None, revoked_at=None)
        .filter(expires_at__gt=timezone.now())
        .select_related("team", "invited_by")
        .first()
    )
