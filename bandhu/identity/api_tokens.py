"""How programs sign in: Authorization: Bearer <token>. All tokens of a user share one bucket of requests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth as NinjaSessionAuth

from bandhu.identity.throttling import Limit
from bandhu.identity.tokens import user_for_token

# A thousand at once, then a hundred a second: programs that synchronise are welcome, runaway loops are not.
API = Limit("api", 1000, 0.01)


class TooManyRequests(Exception):
    """The user's programs ask too often; `seconds` until they may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TokenAuth(HttpBearer):
    """Signs in the token's user; request.user is that user, narrowed to the token's role."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_for_token(token)
        if user is None:
            return None
        request.user = user
        seconds = API.take(str(user.pk))
        if seconds:
            raise TooManyRequests(seconds)
        return user


class SessionAuth(NinjaSessionAuth):
    """The session of our own pages. Who sent a token, or nothing, is told to send a token (401) rather than of CSRF (403)."""

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        return super().__call__(request)


# The ways into the API, in the order they are tried.
WAYS_IN = [TokenAuth(), SessionAuth()]


def is_signed_in(request: HttpRequest) -> bool:
    """Whether an operation would let the request in. What refuses it, the operation says again itself."""
    try:
        return any(way(request) for way in WAYS_IN)
    except (TooManyRequests, HttpError):
        return False
