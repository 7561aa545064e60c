"""Days from one to another, as reports count them: in the reader's zone, both included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, Func, IntegerField, Value
from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST_DAYS, USUAL_DAYS = 731, 30
Step = Literal["day", "week", "month"]
STEPS: tuple[Step, ...] = get_args(Step)
_MOST_DAYS, _MOST_WEEKS = 45, 30 * 7  # in days; more would be told by the next longer step


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


def usual_step(span: Span) -> Step:
    """By what a period is told where nobody says: so that it has some thirty lines at most, or is told by months."""
    return "day" if span.days <= _MOST_DAYS else "week" if span.days <= _MOST_WEEKS else "month"


def last_days(span: Span, step: Step, first_weekday: int = 0) -> list[date]:
    """The last days of the days, weeks or months of a period. The one that is not over ends with the period, or today; later there are none.

    Weeks begin with `first_weekday`, Monday 0.
    """
    last = min(span.until, timezone.localdate())
    days = [span.since + timedelta(days=number) for number in range((last - span.since).days + 1)]
    return [day for day in days if day == last or _ends(day, step, first_weekday)]


def _ends(day: date, step: Step, first_weekday: int) -> bool:
    following = day + timedelta(days=1)
    if step == "month":
        return following.day == 1
    return step == "day" or following.weekday() == first_weekday


def moments_after(days: Iterable[date]) -> list[datetime]:
    """The first moment after each of these days."""
    return [Span(day, day).moments[1] for day in days]


def ends_passed(column: str, ends: Sequence[datetime]) -> Func:
    """How many of these ascending moments are not after what stands in the column."""
    given = Value(list(ends), output_field=ArrayField(DateTimeField()))
    return Func(F(column), given, function="width_bucket", output_field=IntegerField())


def standing_at(ends: int, now: int, changes: Iterable[tuple[int, int]]) -> list[int]:
    """What stood at each of so many ends, of what stands now and how it changed since.

    `changes` are (how many ends had passed, by how much it changed then), as `ends_passed` counts them.
    """
    by_place = dict(changes)
    found: list[int] = []
    for place in range(ends, 0, -1):
        now -= by_place.get(place, 0)
        found.append(now)
    return found[::-1]
