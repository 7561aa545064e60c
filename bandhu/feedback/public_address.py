"""The address at which somebody answers: the asking's id and our seal on it. Nothing of it is kept in the database."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.urls import reverse

from bandhu.feedback.models import Asking
from bandhu.platform.public_url import absolute

_SALT = "bandhu.feedback.answer"


def token_of(asking: Asking) -> str:
    return signing.Signer(salt=_SALT).sign(asking.pk.hex)


def asking_behind(token: str) -> UUID | None:
    """The id a token was made for; None for one that is not ours."""
    try:
        return UUID(hex=signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def public_url(asking: Asking) -> str:
    """The full address to give to the customer."""
    return absolute(reverse("feedback:answer", args=[token_of(asking)]))
