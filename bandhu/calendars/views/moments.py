"""Moments as addresses and pages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date


def moment_in(text: str) -> datetime | None:
    """The moment of "20261130T090000Z"; None for anything else."""
    try:
        return datetime.strptime(text[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def wall_in(text: str) -> datetime | None:
    """The wall-clock time of "2026-11-30T09:00" (naive); None for anything else."""
    try:
        found = datetime.fromisoformat(text[:16])
    except ValueError:
        return None
    return found if found.tzinfo is None and 1971 <= found.year <= 2199 else None


def day_in(text: str) -> date:
    """The day of "2026-11-30", in a year we can show; today in the reader's zone for anything else."""
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    return found if found and 1971 < found.year < 2199 else timezone.localdate()
