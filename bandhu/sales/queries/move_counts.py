"""The moves of a pipeline within a time, counted by where from and where to, and by how long they had stayed.

Half a million opportunities make fifty thousand moves a month. Months that are over (in UTC, so that they are the same for
every reader) are counted once by a job, as a whole and by owner and team; the days around them, the running month, and whatever
changed since, are read from the moves themselves. Both ways give the same figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, Exists, F, JSONField, OuterRef, Q, QuerySet, Sum, Value, When

from bandhu.platform.listing import Listing
from bandhu.sales.models import ChangedMonth, MonthOfMoves, Opportunity, Pipeline, StageMove
from bandhu.sales.queries.pipelines import VIEW

# How many left a stage, by the whole hours they had stayed.
Stays = dict[UUID | None, Counter[int]]
# What MonthOfMoves keeps: (flows, stays).
Counted = tuple[list[Any], list[Any]]
# One row for each pair of stages instead of one for each of their thousand hours.
_TOGETHER = """
    SELECT from_stage_id, to_stage_id, sum(n)::bigint, coalesce(sum(value), 0)::bigint,
           array_agg(hours) FILTER (WHERE hours IS NOT NULL), array_agg(n) FILTER (WHERE hours IS NOT NULL)
    FROM ({counted}) AS counted GROUP BY 1, 2
"""


@dataclass
class MoveCounts:
    """`flows`: (how many, worth how much) by the stages (from, to); nothing before the first stage is None."""

    flows: dict[tuple[UUID | None, UUID], tuple[int, int]] = field(default_factory=dict)
    stays: Stays = field(default_factory=lambda: defaultdict(Counter))

    def add_flow(self, left: UUID | None, entered: UUID, count: int, value: int) -> None:
        counted, worth = self.flows.get((left, entered), (0, 0))
        self.flows[left, entered] = counted + count, worth + value

    def add_stays(self, left: UUID | None, hours: Iterable[int], counts: Iterable[int]) -> None:
        stayed = self.stays[left]
        for hour, count in zip(hours, counts, strict=True):
            stayed[hour] += count

    @property
    def timed(self) -> int:
        """How many of them left a stage after a known time."""
        return sum(counts.total() for counts in self.stays.values())


def moves_within(listing: Listing, pipeline: Pipeline, begin: datetime, end: datetime) -> QuerySet[StageMove]:
    """Of the opportunities of `listing`, from `begin` to before `end`."""
    rows = StageMove.objects.filter(pipeline=pipeline, at__gte=begin, at__lt=end)
    if _is_filtered(listing):
        return rows.filter(opportunity__in=listing.rows().order_by().values("pk"))
    return without_bin(rows.visible_to(listing.user, VIEW))


def without_bin(rows: QuerySet[StageMove]) -> QuerySet[StageMove]:
    """The moves' own index answers this, without a look at half a million opportunities."""
    return rows.exclude(opportunity__in=Opportunity.objects.filter(deleted_at__isnull=False).values("pk"))


def _is_filtered(listing: Listing) -> bool:
    return bool(listing.definition.get("filter") or listing.text)


def move_counts(
    listing: Listing, pipeline: Pipeline, begin: datetime, end: datetime, *, timed: bool
) -> MoveCounts:
    """Of the moves of `moves_within`; without `timed`, `stays` is empty."""
    found = MoveCounts()
    at = begin
    months = {} if _is_filtered(listing) else _months(listing.user, pipeline, begin, end, timed=timed)
    for month, parts in months.items():
        first, after = bounds_of(month)
        if at < first:
            count_into(found, moves_within(listing, pipeline, at, first), timed=timed)
        for flows, stays in parts:
            _take(found, flows, stays)
        at = after
    if at < end:
        count_into(found, moves_within(listing, pipeline, at, end), timed=timed)
    return found


def count_into(found: MoveCounts, moves: QuerySet[StageMove], *, timed: bool) -> None:
    """Add what is counted from the moves themselves."""
    hours = {"hours": F("seconds") / 3600} if timed else {}
    groups = moves.order_by().values("from_stage_id", "to_stage_id").annotate(**hours)
    groups = groups.annotate(n=Count("*"), value=Sum("base_amount_minor"))
    for left, entered, count, value, hours_of, counts in _asked(groups, timed=timed):
        found.add_flow(left, entered, count, int(value or 0))
        if hours_of:
            found.add_stays(left, hours_of, counts)


def _asked(groups: QuerySet[Any], *, timed: bool) -> Iterable[tuple[Any, ...]]:
    if not timed:
        return (
            (*row, None, None) for row in groups.values_list("from_stage_id", "to_stage_id", "n", "value")
        )
    try:
        counted, values = groups.query.sql_with_params()
    except EmptyResultSet:  # somebody without reach
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER.format(counted=counted), values)
        return cursor.fetchall()


def _months(
    user: Any, pipeline: Pipeline, begin: datetime, end: datetime, *, timed: bool
) -> dict[date, list[Counted]]:
    """The whole months between the two moments whose counts are believed, in their order, each with what `user` may see of it.

    One statement: what is believed must not change between asking for the months and for their parts.
    """
    sees_all = user.holds_on_all(VIEW)
    changed = ChangedMonth.objects.filter(pipeline=OuterRef("pipeline"), month=OuterRef("month"))
    rows = MonthOfMoves.objects.filter(
        ~Exists(changed.filter(only_parts=False) if sees_all else changed),
        pipeline=pipeline, month__gte=_first_whole(begin), month__lt=end.astimezone(UTC).date().replace(day=1),
    )  # fmt: skip
    if not sees_all:
        rows = rows.filter(Q(is_whole=True) | rows.reach(user, VIEW))
    mine, none = Q(is_whole=sees_all), Value(None, JSONField())
    shown = Case(When(mine, then="flows")), Case(When(mine, then="stays")) if timed else none
    months: dict[date, list[Counted]] = {}
    for month, flows, stays in rows.order_by("month").values_list("month", *shown):
        parts = months.setdefault(month, [])
        if flows is not None:
            parts.append((flows, stays or []))
    return months


def _first_whole(begin: datetime) -> date:
    """The first month that begins at this moment or after it."""
    day = begin.astimezone(UTC).date()
    return day if begin == _midnight(day) and day.day == 1 else month_after(day)


def _take(found: MoveCounts, flows: list[Any], stays: list[Any]) -> None:
    for left, entered, count, value in flows:
        found.add_flow(_id(left), UUID(entered), count, value)
    for left, hours, counts in stays:
        found.add_stays(_id(left), hours, counts)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def bounds_of(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month in UTC, and the first one after it."""
    return _midnight(month), _midnight(month_after(month))


def month_after(day: date) -> date:
    """The first day of the month after the one `day` lies in."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
