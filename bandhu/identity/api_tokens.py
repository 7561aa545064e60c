"""How programs sign in: Authorization: Bearer <token>."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from bandhu.identity.models import ApiToken, User

_NOTED_EVERY = timedelta(minutes=1)


class TokenAuth(HttpBearer):
    """Signs in the token's user; request.user is that user, narrowed to the token's role."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_for_token(token)
        if user is not None:
            request.user = user
        return user


def user_for_token(secret: str) -> User | None:
    """The user a token acts as; None when it is unknown, expired, revoked or its user may not sign in."""
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user", "role")
        .filter(sha256=hashlib.sha256(secret.encode()).hexdigest(), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .filter(user__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    token.user.acting_role = token.role
    return token.user
