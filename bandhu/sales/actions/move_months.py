"""Counting the moves of months that are over, for the analysis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, DateField, F, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from bandhu.sales.models import ChangedMonth, MonthOfMoves, StageMove
from bandhu.sales.queries.move_counts import MoveCounts, bounds_of, without_bin

# Of fewer moves than this in a month, reading them costs no more than reading what was counted.
FEWEST = 2_000
# A transaction that began in the month may still be writing into it.
_SETTLED = timedelta(days=1)
# Owner and team of opportunities, as they are now.
Seller = tuple[UUID | None, UUID | None]


def count_months(fewest: int = FEWEST) -> int:
    """Called once a day: counts the months with so many moves that were not counted yet, and those that changed since.

    Returns how many were counted.
    """
    known = set(MonthOfMoves.objects.filter(is_whole=True).values_list("pipeline", "month"))
    changed = set(ChangedMonth.objects.values_list("pipeline", "month"))
    large = _large(fewest)
    wanted = (large - known) | (changed & (known | large))
    for pipeline, month in sorted(wanted):
        _count(pipeline, month)
    for pipeline, month in changed - wanted:
        ChangedMonth.objects.filter(pipeline=pipeline, month=month).delete()
    return len(wanted)


def _large(fewest: int) -> set[tuple[UUID, date]]:
    this_month = (timezone.now() - _SETTLED).astimezone(UTC).date().replace(day=1)
    over = StageMove.objects.filter(at__lt=bounds_of(this_month)[0])
    months = over.annotate(month=TruncMonth("at", tzinfo=UTC, output_field=DateField()))
    counted = months.order_by().values_list("pipeline", "month").annotate(n=Count("*"))
    return {(pipeline, month) for pipeline, month, _n in counted.filter(n__gte=fewest)}


@transaction.atomic
def _count(pipeline: UUID, month: date) -> None:
    # Marks go first: what is committed after this statement is either counted below or leaves its own mark, which stays.
    ChangedMonth.objects.filter(pipeline=pipeline, month=month).delete()
    MonthOfMoves.objects.filter(pipeline=pipeline, month=month).delete()
    whole, parts = MoveCounts(), defaultdict[Seller, MoveCounts](MoveCounts)
    for owner, team, left, entered, hours, count, value in _groups(pipeline, month):
        for found in (whole, parts[owner, team]):
            found.add_flow(left, entered, count, int(value or 0))
            if hours is not None:
                found.add_stays(left, [hours], [count])
    rows = [_row(whole, is_whole=True)]
    rows += [_row(found, owner_id=owner, team_id=team) for (owner, team), found in parts.items()]
    for row in rows:
        row.pipeline_id, row.month = pipeline, month
    MonthOfMoves.objects.bulk_create(rows)


def _groups(pipeline: UUID, month: date) -> Iterable[tuple[Any, ...]]:
    begin, end = bounds_of(month)
    moves = without_bin(StageMove.objects.filter(pipeline=pipeline, at__gte=begin, at__lt=end))
    timed = moves.order_by().annotate(hours=F("seconds") / 3600)
    groups: Any = timed.values_list("owner_id", "team_id", "from_stage_id", "to_stage_id", "hours")
    return groups.annotate(n=Count("*"), value=Sum("base_amount_minor")).iterator()


def _row(found: MoveCounts, **whose: Any) -> MonthOfMoves:
    return MonthOfMoves(flows=_flows(found), stays=_stays(found), **whose)


def _flows(found: MoveCounts) -> list[list[str | int | None]]:
    return [
        [str(left) if left else None, str(entered), *counted]
        for (left, entered), counted in found.flows.items()
    ]


def _stays(found: MoveCounts) -> list[list[str | list[int] | None]]:
    return [
        [str(left) if left else None, list(hours), list(hours.values())]
        for left, hours in found.stays.items()
    ]
