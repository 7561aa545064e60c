"""Open opportunities on the days they are expected to close."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Sum, Window
from django.db.models.functions import RowNumber

from bandhu.platform.listing import Listing
from bandhu.sales.models import Opportunity, Pipeline, StageKind

# The largest of a day stand on it; its number opens all of them.
SHOWN = 4


@dataclass
class ClosingDay:
    """One day: how many are expected to close, worth what in minor units of the base currency, and the largest of them."""

    day: date
    is_of_month: bool
    count: int = 0
    value: int = 0
    sales: list[Opportunity] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        return self.count - len(self.sales)


def closing_weeks(
    listing: Listing, pipeline: Pipeline, month: date, first_weekday: int
) -> list[list[ClosingDay]]:
    """The weeks a month touches; `first_weekday` as the reader's place counts it, Monday 0."""
    weeks = [
        [ClosingDay(day, day.month == month.month) for day in week]
        for week in Calendar(first_weekday).monthdatescalendar(month.year, month.month)
    ]
    days = {one.day: one for week in weeks for one in week}
    rows = listing.rows().order_by().filter(pipeline=pipeline, state=StageKind.OPEN)
    rows = rows.filter(expected_close__gte=weeks[0][0].day, expected_close__lte=weeks[-1][-1].day)
    counted = rows.values_list("expected_close").annotate(n=Count("*"), value=Sum("base_amount_minor"))
    for day, count, value in counted:
        days[day].count, days[day].value = count, int(value or 0)
    largest = [F("base_amount_minor").desc(nulls_last=True), F("id").asc()]
    place = Window(RowNumber(), partition_by=[F("expected_close")], order_by=largest)
    for sale in rows.annotate(place=place).filter(place__lte=SHOWN).order_by("expected_close", "place"):
        days[sale.expected_close].sales.append(sale)
    return weeks
