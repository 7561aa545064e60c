"""By when an enquiry is to be answered. Hours of the clock for now: business hours come with service levels, and only here."""

from __future__ import annotations

from datetime import datetime, timedelta

from bandhu.sales.models import LeadSource


def response_due(source: LeadSource | None, received_at: datetime) -> datetime | None:
    """The moment the first answer is due; None where the source sets no target."""
    if source is None or source.respond_within_hours is None:
        return None
    return received_at + timedelta(hours=source.respond_within_hours)
