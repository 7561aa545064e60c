"""Mailboxes that are entered with a sign-in at their provider: authorisation code with PKCE (RFC 6749, 7636), refreshed as long as it may be.

The provider never tells us a password. What it gives us for one (a refresh token, and for an hour an access token) is kept as passwords of
mailboxes are, sealed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from django.db import transaction
from django.utils import timezone

from bandhu.channels.models import MailAccount, MailProvider, ProviderKind
from bandhu.platform.vault import sealed, unsealed
from bandhu.platform.web_addresses import WebAddressError, allows_inside, safe_post

SECRETS, TOKENS = "channels.mail_provider", "channels.mail_account.tokens"
# A token that ends while it travels is no token.
SLACK = 60
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

READY_MADE: dict[str, tuple[str, str, str]] = {
    ProviderKind.GOOGLE: (
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
    ),
    ProviderKind.MICROSOFT: (
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
    ),
}
# Without these Google gives no refresh token to who has signed in once before.
_ASKED_OF: dict[str, dict[str, str]] = {
    ProviderKind.GOOGLE: {"access_type": "offline", "prompt": "consent"},
}


class OAuthError(Exception):
    """`code` is "consent" where the provider does not let us in (any more), "client" where it does not know us, "provider" where it cannot be asked or talks nonsense."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said = code, said[:200]


@dataclass(frozen=True)
class Tokens:
    """`expires` is the moment (seconds since 1970) after which `access` opens nothing."""

    access: str = ""
    refresh: str = ""
    expires: int = 0


@dataclass(frozen=True)
class Pending:
    """What the browser's session keeps between leaving for the provider and coming back."""

    account: str
    state: str
    verifier: str
    back: str


def departure(account: MailAccount, provider: MailProvider, back: str) -> tuple[str, Pending]:
    """Where the browser is sent, and what must be remembered; `back` is our address it comes back to."""
    pending = Pending(str(account.pk), secrets.token_urlsafe(32), secrets.token_urlsafe(64), back)
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode()
    )
    asked = {
        "client_id": provider.client_id,
        "response_type": "code",
        "redirect_uri": back,
        "scope": provider.scopes,
        "state": pending.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": account.imap_user or account.address,
        **_ASKED_OF.get(provider.kind, {}),
    }
    joint = "&" if urlsplit(provider.authorize_url).query else "?"
    return f"{provider.authorize_url}{joint}{urlencode(asked)}", pending


def exchanged(provider: MailProvider, code: str, pending: Pending) -> Tokens:
    """What the provider gives for the code the browser came back with. Raises OAuthError."""
    found = _asked(
        provider,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.back,
            "code_verifier": pending.verifier,
        },
    )
    if not found.refresh:
        raise OAuthError("provider", "no refresh token")
    return found


def access_token(account: MailAccount) -> str:
    """One that is good for a while, fetched anew where the kept one is not; two who need one at once fetch one. Raises OAuthError."""
    kept = tokens_of(account)
    if kept.expires - SLACK > timezone.now().timestamp():
        return kept.access
    with transaction.atomic():
        row = (
            MailAccount.objects.select_for_update(of=("self",)).select_related("provider").get(pk=account.pk)
        )
        kept = tokens_of(row)
        if kept.expires - SLACK <= timezone.now().timestamp():
            if row.provider is None or not kept.refresh:
                raise OAuthError("consent")
            fresh = _asked(row.provider, {"grant_type": "refresh_token", "refresh_token": kept.refresh})
            # Some change the refresh token each time, some never tell it again.
            kept = replace(fresh, refresh=fresh.refresh or kept.refresh)
            row.sealed_tokens = seal_tokens(kept)
            row.save(update_fields=["sealed_tokens"])
        account.sealed_tokens = row.sealed_tokens
    return kept.access


def tokens_of(account: MailAccount) -> Tokens:
    opened = unsealed(account.sealed_tokens, TOKENS)
    return Tokens(**json.loads(opened)) if opened else Tokens()


def seal_tokens(tokens: Tokens) -> str:
    return sealed(json.dumps(asdict(tokens)), TOKENS)


def _asked(provider: MailProvider, fields: Mapping[str, str]) -> Tokens:
    known_as = {"client_id": provider.client_id}
    if secret := unsealed(provider.sealed_secret, SECRETS):
        known_as["client_secret"] = secret
    try:
        answer = safe_post(
            provider.token_url,
            urlencode({**fields, **known_as}).encode(),
            headers=_HEADERS,
            allow_inside=allows_inside(),
        )
    except (WebAddressError, httpx.HTTPError) as error:
        raise OAuthError("provider", str(error)) from None
    said = _read(answer.body)
    if answer.status in (400, 401, 403) and said.get("error"):
        refused = said["error"] in (
            "invalid_grant",
            "access_denied",
            "interaction_required",
            "consent_required",
        )
        unknown = said["error"] in ("invalid_client", "unauthorized_client")
        raise OAuthError("consent" if refused else "client" if unknown else "provider", str(said["error"]))
    access = said.get("access_token")
    if answer.status != 200 or not isinstance(access, str) or not access.isascii():
        raise OAuthError("provider", f"HTTP {answer.status}")
    lasts = timedelta(seconds=_seconds(said.get("expires_in")))
    refresh = said.get("refresh_token")
    return Tokens(
        access, refresh if isinstance(refresh, str) else "", int((timezone.now() + lasts).timestamp())
    )


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(given: Any) -> int:
    try:
        return min(max(int(given), 0), 86_400)
    except (TypeError, ValueError):
        return 3_600
