"""Days from one to another, as reports count them: in the reader's zone, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST_DAYS, USUAL_DAYS = 731, 30


@dataclass(frozen=True)
class Span:
    """Days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one after."""
        zone = timezone.get_current_timezone()
        begin, end = (
            timezone.make_aware(datetime.combine(day, time()), zone)
            for day in (self.since, self.until + timedelta(days=1))
        )
        return begin, end

    def before(self) -> Span:
        """As many days, right before these."""
        length = timedelta(days=self.days)
        return Span(self.since - length, self.until - length)


def usual_span() -> Span:
    """The last 30 days, today included."""
    today = timezone.localdate()
    return Span(today - timedelta(days=USUAL_DAYS - 1), today)


def span_of(since: str = "", until: str = "") -> Span:
    """From two ISO days, both included; the last 30 days without them. Raises ValidationError for what makes no period."""
    usual = usual_span()
    try:
        first = date.fromisoformat(since) if since else usual.since
        last = date.fromisoformat(until) if until else usual.until
    except ValueError:
        raise ValidationError(_("Write a date, like 2026-11-22.")) from None
    if not (2000 <= first.year <= last.year <= 2199) or first > last or (last - first).days >= LONGEST_DAYS:
        raise ValidationError(_("Choose a period of up to two years that ends after it begins."))
    return Span(first, last)
