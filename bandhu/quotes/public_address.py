"""The address at which a customer reads a quote: derived from our secret key, so that the database holds only its hash."""

from __future__ import annotations

import base64
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bandhu.identity.tokens import fingerprint
from bandhu.platform.public_url import absolute
from bandhu.quotes.models import Quote

_LAST_CLOCK = timedelta(hours=12)


def new_token(quote: Quote, secret: str | None = None) -> str:
    """43 letters that nobody can guess; the same for the same quote and key."""
    digest = salted_hmac("bandhu.quotes.public", quote.pk.hex, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def public_token(quote: Quote) -> str:
    """The token customers were given, also when the key has been changed since; "" while the quote was never sent."""
    if not quote.token_hash:
        return ""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = new_token(quote, secret)
        if fingerprint(token) == quote.token_hash:
            return token
    return ""


def public_url(quote: Quote) -> str:
    """The full address to give to the customer; "" while there is none."""
    token = public_token(quote)
    return absolute(reverse("quotes:public_quote", args=[token])) if token else ""


def has_passed(day: date | None) -> bool:
    """Whether this day has ended everywhere on earth: a customer far in the west may accept until their own midnight."""
    return day is not None and (timezone.now() - _LAST_CLOCK).date() > day
