"""Chats that keep the house's hours."""

from __future__ import annotations

from django.utils import timezone

from bandhu.calendars.business_time import is_open
from bandhu.calendars.queries import usual_timetable
from bandhu.channels.models import Channel


def is_business_time(channel: Channel) -> bool | None:
    """Whether the usual calendar is open now; None for a channel that keeps no hours."""
    return is_open(usual_timetable(), timezone.now()) if channel.settings.get("keeps_hours") else None
