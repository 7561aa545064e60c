"""Builders for calendars in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bandhu.calendars.actions import plan_meeting
from bandhu.calendars.models import Meeting
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user


def make_seller(name: str = "Rupa", role: str = "manager", **fields: Any) -> User:
    """Somebody who plans meetings, in Dhaka unless said otherwise."""
    return make_user(name, role=role, **fields)


def utc(text: str) -> datetime:
    """The moment of "2026-11-30 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_meeting(
    title: str = "Prices of rice", *, by: User, starts: datetime | str, minutes: int = 60, **values: Any
) -> Meeting:
    """So many minutes from a moment in UTC on."""
    begins = utc(starts) if isinstance(starts, str) else starts
    return plan_meeting(
        actor=by, title=title, starts_at=begins, ends_at=begins + timedelta(minutes=minutes), **values
    )
