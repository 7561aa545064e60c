"""What time it is where a customer is, for those about to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from bandhu.platform.time_zones import zone_named, zones_of_country

NIGHT_ENDS, NIGHT_BEGINS = 8, 21


@dataclass(frozen=True)
class LocalTime:
    """What the customer's clock shows, without a zone: a moment would be told on the reader's. `is_other_zone` when the two differ."""

    clock: time
    is_night: bool
    is_other_zone: bool


def local_time_of(record: Any, now: datetime | None = None) -> LocalTime | None:
    """By the record's own zone, else by its country when that has a single one; None when neither is known."""
    zone = zone_named(record.time_zone)
    if zone is None:
        zones = zones_of_country(record.country)
        zone = zone_named(zones[0]) if len(zones) == 1 else None
    if zone is None:
        return None
    moment = now or timezone.now()
    there, here = moment.astimezone(zone), moment.astimezone(timezone.get_current_timezone())
    return LocalTime(
        clock=there.time(),
        is_night=not NIGHT_ENDS <= there.hour < NIGHT_BEGINS,
        is_other_zone=there.utcoffset() != here.utcoffset(),
    )
