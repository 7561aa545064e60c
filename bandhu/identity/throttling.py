"""How often one may try to come in: per account and per address, counted in the database by `rate_limits`.

Three buckets guard the password: one per account and address together (a person who mistypes), one per account (many
addresses trying one account), one per address (one address trying many accounts). The middle one is wide, so that a stranger cannot easily
lock somebody out from elsewhere; the second step has its own, since its codes are short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from bandhu.platform import audit, rate_limits
from bandhu.platform.middleware import client_address

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Limit:
    """`burst` tries at once, then one every `seconds`."""

    name: str
    burst: int
    seconds: float

    def take(self, key: str) -> int:
        """Count one try; 0 when it is allowed, else the seconds to wait."""
        return rate_limits.allow(f"{self.name}:{key}", 1 / self.seconds, self.burst)[1]


PAIR = Limit("sign-in-pair", 5, 60)
ACCOUNT = Limit("sign-in-account", 30, 120)
ADDRESS = Limit("sign-in-address", 60, 15)
STEP = Limit("second-step", 6, 120)
RESET_ACCOUNT = Limit("reset-account", 3, 1200)
RESET_ADDRESS = Limit("reset-address", 20, 120)
OPEN_ADDRESS = Limit("open-address", 30, 30)
LOCK_OUT_NOTED = Limit("lock-out-noted", 1, 600)


def _sign_in(request: HttpRequest) -> list[tuple[Limit, str]]:
    address, account = client_address(request), request.POST.get("login", "").strip().lower()
    return [(PAIR, f"{account} {address}"), (ACCOUNT, account), (ADDRESS, address)]


def _second_step(request: HttpRequest) -> list[tuple[Limit, str]]:
    login = unstash_login(request, peek=True)
    return [(STEP, str(login.user.pk))] if login and login.user else []


def _again(request: HttpRequest) -> list[tuple[Limit, str]]:
    return [(STEP, str(request.user.pk))] if request.user.is_authenticated else []


def _reset(request: HttpRequest) -> list[tuple[Limit, str]]:
    account = request.POST.get("email", "").strip().lower()
    return [(RESET_ACCOUNT, account), (RESET_ADDRESS, client_address(request))]


def _by_address(request: HttpRequest) -> list[tuple[Limit, str]]:
    return [(OPEN_ADDRESS, client_address(request))]


# What a POST to these addresses (by the names of their URLs) takes from which buckets.
GUARDED: dict[str, Callable[[HttpRequest], list[tuple[Limit, str]]]] = {
    "account_login": _sign_in,
    "mfa_authenticate": _second_step,
    "mfa_login_webauthn": _by_address,
    "account_reset_password": _reset,
    "account_reset_password_from_key": _by_address,
    "account_reauthenticate": _again,
    "account_change_password": _again,
    "mfa_reauthenticate": _again,
    "mfa_reauthenticate_webauthn": _again,
    "mfa_activate_totp": _again,
    "identity:invitation": _by_address,
}


class ThrottleMiddleware:
    """Answers 429, with when to come again, to whoever tries too often."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        guard = GUARDED.get(request.resolver_match.view_name) if request.resolver_match else None
        if guard is None or request.method != "POST":
            return None
        waits = [(limit, key, limit.take(key)) for limit, key in guard(request)]
        limit, key, seconds = max(waits, key=lambda one: one[2], default=(PAIR, "", 0))
        if not seconds:
            return None
        _note(limit, key)
        return locked_out(request, seconds)


def locked_out(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that says when to try again."""
    until = timezone.now() + timedelta(seconds=seconds)
    response = render(
        request, "identity/locked.html", {"until": until, "minutes": -(-seconds // 60)}, status=429
    )
    response.headers["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response


def forgive(request: HttpRequest, user: Any) -> None:
    """Somebody came in: what was counted against the account from here is forgotten, the address gets its try back.

    The address's bucket is not emptied: signing in to an account of one's own must not buy tries at others.
    """
    address = client_address(request)
    rate_limits.forget(f"{PAIR.name}:{user.email.lower()} {address}")
    rate_limits.forget(f"{STEP.name}:{user.pk}")
    rate_limits.give_back(f"{ACCOUNT.name}:{user.email.lower()}")
    rate_limits.give_back(f"{ADDRESS.name}:{address}")


def count_failure(user: Any) -> None:
    """A wrong code counts against the account as a wrong password does."""
    ACCOUNT.take(user.email.lower())


def _note(limit: Limit, key: str) -> None:
    """One entry in the audit trail for each lock-out, not one for each try."""
    if not LOCK_OUT_NOTED.take(f"{limit.name}:{key}"):
        audit.record_change("locked_out", actor=None, kind="user", title=key.split(" ")[0][:100])
