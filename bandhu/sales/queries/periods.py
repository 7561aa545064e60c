"""Months and quarters, as the reader's zone counts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from bandhu.platform.day_spans import Span
from bandhu.sales.models import PeriodKind

_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3}
_EARLIEST, _LATEST = date(1971, 1, 1), date(2198, 12, 31)


@dataclass(frozen=True)
class ForecastPeriod:
    """A calendar month or quarter; `begins` is its first day."""

    kind: str
    begins: date

    @property
    def ends(self) -> date:
        """Its last day."""
        return self.moved(1).begins - timedelta(days=1)

    @property
    def span(self) -> Span:
        return Span(self.begins, self.ends)

    @property
    def quarter(self) -> int:
        """1 to 4."""
        return (self.begins.month + 2) // 3

    @property
    def is_over(self) -> bool:
        return self.ends < timezone.localdate()

    def moved(self, by: int) -> ForecastPeriod:
        """The period so many after this one; before it when `by` is below nought."""
        months = self.begins.year * 12 + self.begins.month - 1 + by * _MONTHS[PeriodKind(self.kind)]
        return ForecastPeriod(self.kind, date(months // 12, months % 12 + 1, 1))


def period_of(kind: str = "", day: str | date = "") -> ForecastPeriod:
    """The month or quarter (without a word the quarter) around an ISO day (without one: today where the reader is).

    Raises ValidationError for what is no period.
    """
    if (kind or PeriodKind.QUARTER) not in PeriodKind.values:
        raise ValidationError({"kind": _("Choose a month or a quarter.")})
    found = _day(day)
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise ValidationError({"begins": _("Write dates as a year, a month and a day.")})
    length = _MONTHS[PeriodKind(kind or PeriodKind.QUARTER)]
    month = (found.month - 1) // length * length + 1
    return ForecastPeriod(kind or PeriodKind.QUARTER, date(found.year, month, 1))


def _day(day: str | date) -> date | None:
    if isinstance(day, date):
        return day
    try:
        return parse_date(day) if day else timezone.localdate()
    except ValueError:
        return None
