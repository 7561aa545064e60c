"""How a pipeline did over a period: who entered and left each stage, how fast, where it narrows, what was lost and why.

Stages are counted from the moves (`move_counts`): every entry into and every departure from a stage within the period.
Results are counted from opportunities, as they stand today. All amounts are minor units of the base currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import sqrt
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    QuerySet,
    Sum,
    Value,
)
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from bandhu.platform.day_spans import Span
from bandhu.platform.listing import Listing
from bandhu.sales.models import CloseReason, Pipeline, Stage, StageKind, StageMove
from bandhu.sales.queries.move_counts import MoveCounts, move_counts, moves_within

USUAL_DAYS = 90
LONGEST_DAYS = 3660
_EARLIEST, _LATEST = date(1950, 1, 1), date(2199, 12, 31)
# Times are read to the second up to so many departures, beyond them to the hour.
EXACT = 20_000
WAYS = ("entered", "left", "passed", "lost", "back")
# A share of fewer departures than this says nothing about a stage.
_FEWEST = 20
# Two shares that differ by more than this many standard errors differ by more than chance (95 %).
_SURE = 1.96


def span_of(since: str = "", until: str = "") -> Span:
    """From two ISO dates; the last 90 days without them. Raises ValidationError for dates that make no period."""
    last = _day(until) if until else timezone.localdate()
    first = _day(since) if since else last - timedelta(days=USUAL_DAYS - 1)
    if not (_EARLIEST <= first <= last <= _LATEST and (last - first).days < LONGEST_DAYS):
        raise ValidationError(_("A period begins before it ends and lasts at most ten years."))
    return Span(first, last)


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("Write dates as a year, a month and a day."))
    return day


@dataclass
class StageFlow:
    """What happened at one stage in the period: how many, and what they were worth.

    Of those that `left`, some `passed` to a later stage or were won, some were lost, some went back. `median` and
    `slowest` are how long they had stayed: half of them, and nine of ten, left within.
    """

    stage: Stage
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    values: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    median: timedelta | None = None
    slowest: timedelta | None = None
    before: StageFlow | None = None

    @property
    def conversion(self) -> float | None:
        """Which share of those that left passed; None when nobody left."""
        return self.counts["passed"] / self.counts["left"] if self.counts["left"] else None

    @property
    def change(self) -> float | None:
        """By how much the conversion differs from the period before; None where one of them has none."""
        former = self.before.conversion if self.before else None
        return None if self.conversion is None or former is None else self.conversion - former

    @property
    def narrows(self) -> bool:
        """Whether fewer pass than before, by more than chance (two proportions, pooled; Fleiss 1981, section 2.2)."""
        if self.before is None or self.change is None or self.change >= 0:
            return False
        now, former = self.counts["left"], self.before.counts["left"]
        share = (self.counts["passed"] + self.before.counts["passed"]) / (now + former)
        error = sqrt(share * (1 - share) * (1 / now + 1 / former))
        return min(now, former) >= _FEWEST and error > 0 and -self.change / error >= _SURE


@dataclass
class Results:
    """What was closed in the period, and what is open now.

    `cycle` is the average time from creation to the win. `velocity` is what the pipeline earns in a day as it is now:
    open opportunities × share won × average win ÷ days of the cycle.
    """

    won: int = 0
    won_value: int = 0
    lost: int = 0
    lost_value: int = 0
    open: int = 0
    open_value: int = 0
    cycle: timedelta | None = None

    @property
    def win_rate(self) -> float | None:
        return self.won / (self.won + self.lost) if self.won + self.lost else None

    @property
    def velocity(self) -> int | None:
        if not self.won or not self.cycle or self.win_rate is None:
            return None
        days = self.cycle.total_seconds() / 86_400
        return round(self.open * self.win_rate * self.won_value / self.won / days)


@dataclass(frozen=True)
class Loss:
    """What was lost in the period for one reason (None: without one)."""

    reason: CloseReason | None
    count: int
    value: int


@dataclass
class Cohort:
    """What was created in one month of the period, and what has become of it by today."""

    month: date
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(StageKind.values, 0))
    won_value: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def win_rate(self) -> float | None:
        closed = self.counts["won"] + self.counts["lost"]
        return self.counts["won"] / closed if closed else None


@dataclass
class Analysis:
    """A pipeline over a span, as one user may see it."""

    pipeline: Pipeline
    span: Span
    flows: list[StageFlow]
    results: Results
    losses: list[Loss]
    cohorts: list[Cohort]

    @property
    def narrowing(self) -> list[StageFlow]:
        """The stages through which fewer pass than before, the sharpest drop first."""
        found = [flow for flow in self.flows if flow.narrows]
        return sorted(found, key=lambda flow: flow.change or 0)


def analysis(pipeline: Pipeline, listing: Listing, span: Span) -> Analysis:
    """Of the opportunities of `listing` (scoped to its user, filtered as it is)."""
    stages = list(pipeline.stages.all())
    counted = move_counts(listing, pipeline, *span.moments, timed=True)
    counted_before = move_counts(listing, pipeline, *span.before().moments, timed=False)
    now, former = _flows(counted, stages), _flows(counted_before, stages)
    _time(moves_within(listing, pipeline, *span.moments), now, counted)
    for pk, flow in now.items():
        flow.before = former[pk]
    rows = listing.rows().filter(pipeline=pipeline).order_by()
    results, losses = _closed(rows, span)
    _open(rows, results)
    flows = [flow for flow in now.values() if flow.stage.kind == StageKind.OPEN]
    used = [flow for flow in flows if flow.stage.is_active or any(flow.counts.values())]
    return Analysis(pipeline, span, used, results, losses, _cohorts(rows, span))


def moves_behind(stage: Stage, listing: Listing, span: Span, way: str) -> QuerySet[StageMove]:
    """The moves that one number of a stage counts, with what a list of them shows. Order them yourself."""
    stages = list(stage.pipeline.stages.all())
    rows = moves_within(listing, stage.pipeline, *span.moments)
    if way == "entered":
        rows = rows.filter(to_stage=stage)
    elif way == "left":
        rows = rows.filter(from_stage=stage)
    else:
        ends = [one.pk for one in stages if _way(stages, stage, one) == way]
        rows = rows.filter(from_stage=stage, to_stage__in=ends)
    return rows.select_related("opportunity", "from_stage", "to_stage", "actor")


def _way(stages: Sequence[Stage], left: Stage, entered: Stage) -> str:
    """Whether a move from one stage of the pipeline to another passed, lost or went back."""
    if entered.kind != StageKind.OPEN:
        return "passed" if entered.kind == StageKind.WON else "lost"
    return "passed" if stages.index(entered) > stages.index(left) else "back"


def _flows(counted: MoveCounts, stages: Sequence[Stage]) -> dict[UUID, StageFlow]:
    flows = {stage.pk: StageFlow(stage) for stage in stages}
    for (left, entered), (count, value) in counted.flows.items():
        if entered in flows:
            _add(flows[entered], ("entered",), count, value)
        # A card that came from another pipeline only enters here.
        if left in flows and entered in flows:
            way = _way(stages, flows[left].stage, flows[entered].stage)
            _add(flows[left], ("left", way), count, value)
    return flows


def _add(flow: StageFlow, ways: Iterable[str], count: int, value: int) -> None:
    for way in ways:
        flow.counts[way] += count
        flow.values[way] += value


class _Within(Aggregate):
    """In what time half, and nine of ten, were done: continuous percentiles, as PostgreSQL interpolates them."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[0.5, 0.9]::float8[]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


def _time(moves: QuerySet[StageMove], flows: dict[UUID, StageFlow], counted: MoveCounts) -> None:
    """Exact up to EXACT departures; sorting more than these costs the most of the page, so that hours are told then."""
    if counted.timed > EXACT:
        for left, counts in counted.stays.items():
            if left in flows:
                flows[left].median, flows[left].slowest = (_quantile(counts, share) for share in (0.5, 0.9))
        return
    timed = moves.order_by().filter(seconds__isnull=False).values_list("from_stage")
    for left, spread in timed.annotate(spread=_Within("seconds")):
        if left in flows and spread:
            flows[left].median, flows[left].slowest = (timedelta(seconds=one) for one in spread)


def _quantile(hours: Counter[int], share: float) -> timedelta:
    """As PostgreSQL's percentile_cont, with the stays of one hour spread evenly over it: at most an hour off."""
    rank, before = share * (sum(hours.values()) - 1), 0
    for hour in sorted(hours):
        if before + hours[hour] > rank:
            return timedelta(hours=hour + (rank - before + 0.5) / hours[hour])
        before += hours[hour]
    return timedelta(hours=max(hours) + 1)


def _closed(rows: QuerySet, span: Span) -> tuple[Results, list[Loss]]:
    begin, end = span.moments
    lasted = ExpressionWrapper(F("closed_at") - F("created_at"), output_field=DurationField())
    closed = rows.filter(closed_at__gte=begin, closed_at__lt=end).exclude(state=StageKind.OPEN)
    counted = closed.values_list("state", "close_reason").annotate(
        n=Count("*"), value=Sum("base_amount_minor"), lasted=Sum(lasted)
    )
    results, cycle = Results(), timedelta()
    lost: dict[UUID | None, tuple[int, int]] = {}
    for state, reason, count, value, together in counted:
        if state == StageKind.WON:
            results.won, results.won_value = results.won + count, results.won_value + int(value or 0)
            cycle += together
        else:
            results.lost, results.lost_value = results.lost + count, results.lost_value + int(value or 0)
            lost[reason] = (count, int(value or 0))
    results.cycle = cycle / results.won if results.won else None
    named = CloseReason.objects.in_bulk([pk for pk in lost if pk])
    losses = [Loss(named.get(pk) if pk else None, *figures) for pk, figures in lost.items()]
    return results, sorted(losses, key=lambda one: (-one.value, -one.count))


def _open(rows: QuerySet, results: Results) -> None:
    found = rows.filter(state=StageKind.OPEN).aggregate(n=Count("*"), value=Sum("base_amount_minor"))
    results.open, results.open_value = found["n"], int(found["value"] or 0)


class _Bucket(Func):
    """Between which of these moments (in their order, the first before everything) a moment lies, from 1: a tenth of what date_trunc in a zone costs."""

    function = "width_bucket"
    output_field = IntegerField()

    def __init__(self, path: str, moments: Sequence[datetime]) -> None:
        super().__init__(F(path), Value(list(moments), output_field=ArrayField(DateTimeField())))


def _months(span: Span) -> list[date]:
    """The first days of the months that the span touches."""
    found, month = [], span.since.replace(day=1)
    while month <= span.until:
        found.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return found


def _cohorts(rows: QuerySet, span: Span) -> list[Cohort]:
    begin, end = span.moments
    months = _months(span)
    starts = [Span(month, month).moments[0] for month in months]
    created = rows.filter(created_at__gte=begin, created_at__lt=end).annotate(
        place=_Bucket("created_at", starts)
    )
    found: dict[date, Cohort] = {}
    for place, state, count, value in created.values_list("place", "state").annotate(
        n=Count("*"), value=Sum("base_amount_minor")
    ):
        month = months[place - 1]
        cohort = found.setdefault(month, Cohort(month))
        cohort.counts[state] += count
        cohort.won_value += int(value or 0) if state == StageKind.WON else 0
    return [found[month] for month in sorted(found)]
