"""The past of what was won, period by period, and what it says of the next one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from bandhu.identity.scoping import require_anywhere
from bandhu.sales.models import Opportunity, PeriodKind, StageKind
from bandhu.sales.queries.forecast import SEE
from bandhu.sales.queries.periods import ForecastPeriod, period_of
from bandhu.sales.queries.pipelines import VIEW
from bandhu.sales.queries.shares import Sellers, parts_of
from bandhu.sales.trend import Trend, trend_of

# Five years: what is older says little about the next month. Of years themselves twelve are needed.
_MOST = {PeriodKind.MONTH: 60, PeriodKind.QUARTER: 20, PeriodKind.YEAR: 20}
_SEASON = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.YEAR: 1}
Counted = dict[date, list[int]]


@dataclass(frozen=True)
class PastPeriod:
    """What was won in one period: how many, and their value in minor units of the base currency."""

    period: ForecastPeriod
    count: int
    value: int


@dataclass
class WonTrend:
    """Complete periods, the oldest first, and the trend; `period` is the one that runs now, which is forecast."""

    period: ForecastPeriod
    past: list[PastPeriod]
    trend: Trend


def won_trend(user: Any, kind: str, sellers: Sellers | None = None) -> WonTrend:
    """Of what was won within reach, by months, quarters or years of the reader's zone; periods without a win count as nought.

    Of `sellers` (default: everybody) a sale that several share counts by their part, as in the forecast.
    """
    require_anywhere(user, SEE)
    now = period_of(kind)
    first = now.moved(-_MOST[PeriodKind(kind)])
    won = Opportunity.objects.visible_to(user, VIEW).filter(
        state=StageKind.WON, closed_at__gte=first.span.moments[0], closed_at__lt=now.span.moments[0]
    )
    past = _without_gaps(_counted(won.order_by(), now, sellers or Sellers()), now)
    values = [one.value / 1 for one in past]
    return WonTrend(now, past, trend_of(values, _SEASON[PeriodKind(kind)]))


def _counted(won: QuerySet, now: ForecastPeriod, sellers: Sellers) -> Counted:
    """First day of a period, cut as `now`, to [how many, their value]."""
    cut = TruncMonth("closed_at")
    found: Counted = defaultdict(lambda: [0, 0])
    alone = won.filter(sellers.alone).annotate(begun=cut).values_list("begun")
    for begun, count, value in alone.annotate(n=Count("*"), value=Sum("base_amount_minor")):
        held = found[_first_day(begun, now)]
        held[0] += count
        held[1] += int(value or 0)
    if sellers.is_everybody:
        return found
    shared = list(
        won.filter(sellers.sharing).annotate(begun=cut).values_list("pk", "begun", "base_amount_minor")
    )
    parts = parts_of(pk for pk, *_rest in shared)
    for pk, begun, value in shared:
        held = found[_first_day(begun, now)]
        held[0] += 1
        held[1] += sellers.share(value or 0, parts[pk])
    return found


def _without_gaps(found: Counted, now: ForecastPeriod) -> list[PastPeriod]:
    if not found:
        return []
    one, past = now.around(min(found)), []
    while one.begins < now.begins:
        count, value = found.get(one.begins, (0, 0))
        past.append(PastPeriod(one, count, value))
        one = one.moved(1)
    return past


def _first_day(moment: datetime, now: ForecastPeriod) -> date:
    return now.around(timezone.localtime(moment).date()).begins
