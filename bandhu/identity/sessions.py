"""The places where a user is signed in."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from bandhu.identity.models import User


def sessions_of(user: User) -> list[UserSession]:
    """Live sessions, the one used last first."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)


def end_one(user: User, pk: Any) -> UserSession | None:
    """End the session when it is the user's; returns it."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session:
        _end([session])
    return session


def end_all(user: User, *, but: str | None = None) -> int:
    """End every session but the one with key `but`; returns how many."""
    return _end([one for one in UserSession.objects.filter(user=user) if one.session_key != but])


def _end(sessions: list[UserSession]) -> int:
    Session.objects.filter(session_key__in=[one.session_key for one in sessions]).delete()
    UserSession.objects.filter(pk__in=[one.pk for one in sessions]).delete()
    return len(sessions)


def is_browser_of_a_user(address: str, agent: str) -> bool:
    """Whether somebody who is signed in here used this browser from this network address within the last day."""
    try:
        ip_address(address)
    except ValueError:
        return False
    since = timezone.now() - timedelta(days=1)
    rows = UserSession.objects.filter(ip=address, user_agent=agent[:200], last_seen_at__gte=since)
    return bool(agent) and rows.exists()
