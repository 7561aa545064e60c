"""How programs sign in: Authorization: Bearer <token>."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from bandhu.identity.tokens import user_for_token


class TokenAuth(HttpBearer):
    """Signs in the token's user; request.user is that user, narrowed to the token's role."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_for_token(token)
        if user is not None:
            request.user = user
        return user
