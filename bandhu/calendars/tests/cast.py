"""Builders for calendars in tests."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from bandhu.calendars.actions import create_booking_page, plan_meeting, set_working_hours
from bandhu.calendars.models import BookingPage, Meeting
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


def make_booking_page(*hosts: User, by: User, **values: Any) -> BookingPage:
    """Half hours, every day from nine to five on each host's clock, in three languages, without notice."""
    for one in hosts:
        set_working_hours(actor=one, hours={day: [(time(9), time(17))] for day in range(7)})
    usual: dict[str, Any] = {
        "titles": {"en": "Talk about rice", "bn": "চাল নিয়ে কথা", "ta": "அரிசி பற்றி பேச"},
        "languages": ["en", "bn", "ta"],
        "slug": "rice",
        "notice": 0,
        "days_ahead": 365,
        "mode": "person" if len(hosts) == 1 else "round",
    }
    return create_booking_page(actor=by, hosts=hosts, **(usual | values))
