"""Which days somebody may have been born on: one rule for pages, API and import."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

EARLIEST = date(1850, 1, 1)


def may_be_born_on(day: date) -> bool:
    """Neither in the future nor before 1850."""
    return EARLIEST <= day <= timezone.localdate()
