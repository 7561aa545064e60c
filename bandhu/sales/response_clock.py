"""By when an enquiry is to be answered: in the business hours of the house's usual calendar, holidays and weekends left out."""

from __future__ import annotations

from datetime import datetime

from bandhu.calendars.business_time import add_business_time
from bandhu.calendars.queries import usual_timetable
from bandhu.sales.models import LeadSource


def response_due(source: LeadSource | None, received_at: datetime) -> datetime | None:
    """The moment the first answer is due; None where the source sets no target."""
    if source is None or source.respond_within_hours is None:
        return None
    return add_business_time(usual_timetable(), received_at, source.respond_within_hours * 60)
