"""Months, and quarters and years of the house's fiscal year, as the reader's zone counts them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from bandhu.catalog.queries import fiscal_year_begins
from bandhu.platform.day_spans import Span
from bandhu.sales.models import PeriodKind

_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_PARTS = {PeriodKind.QUARTER: PeriodKind.MONTH, PeriodKind.YEAR: PeriodKind.QUARTER}
_EARLIEST, _LATEST = date(1971, 1, 1), date(2198, 12, 31)


@dataclass(frozen=True)
class ForecastPeriod:
    """A month, quarter or year; `begins` is its first day, which is the first of a month. `year_begins`: the month of the fiscal year."""

    kind: str
    begins: date
    year_begins: int = field(default=1, compare=False)

    @property
    def ends(self) -> date:
        """Its last day."""
        return self.moved(1).begins - timedelta(days=1)

    @property
    def span(self) -> Span:
        return Span(self.begins, self.ends)

    @property
    def parts(self) -> list[ForecastPeriod]:
        """The quarters of a year, the months of a quarter; a month has none."""
        kind = _PARTS.get(PeriodKind(self.kind))
        if kind is None:
            return []
        first = replace(self, kind=kind.value)
        return [first.moved(number) for number in range(self._months // first._months)]

    @property
    def _months(self) -> int:
        return _MONTHS[PeriodKind(self.kind)]

    @property
    def is_over(self) -> bool:
        return self.ends < timezone.localdate()

    def moved(self, by: int) -> ForecastPeriod:
        """The period so many after this one; before it when `by` is below nought."""
        months = _month_number(self.begins) + by * self._months
        return replace(self, begins=date(months // 12, months % 12 + 1, 1))

    def around(self, day: date) -> ForecastPeriod:
        """The period of this kind that holds a day, cut as this one is."""
        return self.moved((_month_number(day) - _month_number(self.begins)) // self._months)


def period_of(kind: str = "", day: str | date = "") -> ForecastPeriod:
    """The month, or the quarter or year of the fiscal year (without a word the quarter), around an ISO day (without one: today where the reader is).

    Raises ValidationError for what is no period.
    """
    if (kind or PeriodKind.QUARTER) not in PeriodKind.values:
        raise ValidationError({"kind": _("Choose a month, a quarter or a year.")})
    found = _day(day)
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise ValidationError({"begins": _("Write dates as a year, a month and a day.")})
    asked = PeriodKind(kind or PeriodKind.QUARTER)
    first = 1 if asked == PeriodKind.MONTH else fiscal_year_begins()
    return ForecastPeriod(asked.value, date(found.year, first, 1), first).around(found)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day(day: str | date) -> date | None:
    if isinstance(day, date):
        return day
    try:
        return parse_date(day) if day else timezone.localdate()
    except ValueError:
        return None
