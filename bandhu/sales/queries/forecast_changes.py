"""What changed in the forecast of a period since a snapshot: each opportunity that came, went or is worth something else, and why.

Of a line (or of all open lines), what stood there then, plus what came, grew and shrank, minus what left, is what stands there now:
every opportunity is in at most one of `WAYS`. An opportunity belongs to whoever has it today; one that sellers share belongs to each of
them by the part of today, and is looked at as a whole when it is told in which way it changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.sales.models import Forecast, ForecastSnapshot, Opportunity, SnapshotLine, StageKind
from bandhu.sales.queries.forecast import SEE
from bandhu.sales.queries.periods import ForecastPeriod
from bandhu.sales.queries.pipelines import VIEW
from bandhu.sales.queries.shares import Sellers, parts_of

CAME, LEFT = ("new", "moved_in", "line_in"), ("won", "lost", "moved_out", "line_out", "removed")
WAYS = (*CAME, "grown", "shrunk", *LEFT)
OPEN_ONES = (Forecast.COMMIT, Forecast.BEST_CASE, Forecast.PIPELINE)


@dataclass(frozen=True)
class ChangesAsked:
    """Which part of the forecast: a period, a person or teams (empty: all), a line (empty: all open ones)."""

    period: ForecastPeriod
    user: User | None = None
    team_ids: tuple[UUID, ...] = ()
    line: str = ""

    @property
    def sellers(self) -> Sellers:
        return Sellers(self.user, self.team_ids)

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.line,) if self.line else OPEN_ONES


@dataclass
class Change:
    """How many opportunities changed in one way, and by how much the line changed through them."""

    way: str
    count: int = 0
    value: int = 0


@dataclass
class ForecastChanges:
    """`then` + the values of all changes = `now`."""

    snapshot: ForecastSnapshot
    asked: ChangesAsked
    then: int = 0
    now: int = 0
    changes: list[Change] = field(default_factory=list)


def snapshots(user: Any) -> list[ForecastSnapshot]:
    """Those that are kept, the newest first."""
    require_anywhere(user, SEE)
    return list(ForecastSnapshot.objects.all())


def snapshot_for(user: Any, snapshot_id: UUID | str) -> ForecastSnapshot:
    """Raises OutOfReach (404)."""
    require_anywhere(user, SEE)
    try:
        found = ForecastSnapshot.objects.filter(pk=UUID(str(snapshot_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise OutOfReach
    return found


def latest_before(user: Any, period: ForecastPeriod) -> ForecastSnapshot | None:
    """What a period is compared with unless one chooses: about a week ago, else the oldest there is."""
    known = snapshots(user)
    week_ago = timezone.now() - timedelta(days=6)
    return next((one for one in known if one.taken_at <= week_ago), known[-1] if known else None)


def forecast_changes(user: Any, snapshot: ForecastSnapshot, asked: ChangesAsked) -> ForecastChanges:
    """The ways in their order, those in which nothing changed too."""
    found = {way: Change(way) for way in (*WAYS, "same")}
    result = ForecastChanges(snapshot, asked)
    rows = _compared(user, snapshot, asked)
    whole = rows.filter(asked.sellers.alone).values_list("way")
    sums = [
        (way, count, int(then or 0), int(now or 0))
        for way, count, then, now in whole.annotate(
            n=Count("*"), then_sum=Sum("then_value"), now_sum=Sum("now_value")
        )
    ]
    for way, count, then, now in (*sums, *_shared(rows, asked.sellers)):
        result.then += then
        result.now += now
        found[way].count += count
        found[way].value += now - then
    result.changes = [found[way] for way in WAYS]
    return result


def _shared(rows: QuerySet[Any], sellers: Sellers) -> Iterator[tuple[str, int, int, int]]:
    """(way, 1, then, now) of each opportunity that these sellers share, with their part of it."""
    if sellers.is_everybody:
        return
    held = list(rows.filter(sellers.sharing).values_list("pk", "way", "then_value", "now_value"))
    parts = parts_of(pk for pk, *_rest in held)
    for pk, way, then, now in held:
        yield way, 1, sellers.share(then or 0, parts[pk]), sellers.share(now or 0, parts[pk])


def opportunities_behind(
    user: Any, snapshot: ForecastSnapshot, asked: ChangesAsked, way: str
) -> QuerySet[Any]:
    """What one number counts, with `then_value` and `now_value` (minor units of the base currency), `then_close`, and `then_line`."""
    rows = _compared(user, snapshot, asked).filter(asked.sellers.counted, way=way)
    return rows.select_related("owner", "stage")


def count_shares(rows: Sequence[Any], asked: ChangesAsked) -> None:
    """Put the part of those asked for into `then_value` and `now_value` of rows of `opportunities_behind`, and its percentage into `part`."""
    sellers = asked.sellers
    parts = {} if sellers.is_everybody else parts_of(one.pk for one in rows)
    for one in rows:
        shares = parts.get(one.pk, [])
        one.part = sellers.percent(shares)
        one.then_value, one.now_value = (
            None if value is None else sellers.share(value, shares)
            for value in (one.then_value, one.now_value)
        )


def _compared(user: Any, snapshot: ForecastSnapshot, asked: ChangesAsked) -> QuerySet[Any]:
    """Every opportunity that stands in the line now or stood there then, with its `way`."""
    period = asked.period
    own = Coalesce(NullIf("forecast", Value("")), F("stage__forecast"))
    line = Case(When(state=StageKind.OPEN, then=own), default=Value(Forecast.OMITTED))
    # Nothing open is closed: see line_of.
    lines = [*asked.lines, *([Forecast.CLOSED] if Forecast.COMMIT in asked.lines else [])]
    dated = Q(expected_close__gte=period.begins, expected_close__lte=period.ends)
    then_dated = Q(stood__expected_close__gte=period.begins, stood__expected_close__lte=period.ends)
    reached = Opportunity.objects.visible_to(user, VIEW, deleted=True)
    now_there = Opportunity.objects.filter(dated, state=StageKind.OPEN, deleted_at__isnull=True)
    then_there = SnapshotLine.objects.filter(
        snapshot=snapshot,
        line__in=asked.lines,
        expected_close__gte=period.begins,
        expected_close__lte=period.ends,
    )
    ids = now_there.order_by().values("pk").union(then_there.order_by().values("opportunity"))
    rows = reached.filter(pk__in=ids).annotate(
        stood=FilteredRelation("snapshot_lines", condition=Q(snapshot_lines__snapshot=snapshot)),
        line_now=line,
    )
    is_now = Q(dated, state=StageKind.OPEN, deleted_at__isnull=True, line_now__in=lines)
    was_then = Q(then_dated, stood__line__in=asked.lines)
    rows = rows.filter(is_now | was_then).annotate(
        then_close=F("stood__expected_close"),
        then_line=F("stood__line"),
        then_value=Case(When(was_then, then=Coalesce(F("stood__base_amount_minor"), Value(0)))),
        now_value=Case(When(is_now, then=Coalesce(F("base_amount_minor"), Value(0)))),
    )
    return rows.annotate(way=_way(snapshot, is_now, was_then, dated, then_dated)).order_by()


def _way(snapshot: ForecastSnapshot, is_now: Q, was_then: Q, dated: Q, then_dated: Q) -> Case:
    return Case(
        When(is_now & was_then & Q(now_value__gt=F("then_value")), then=Value("grown")),
        When(is_now & was_then & Q(now_value__lt=F("then_value")), then=Value("shrunk")),
        When(is_now & was_then, then=Value("same")),
        When(is_now & Q(stood__isnull=True, created_at__gte=snapshot.taken_at), then=Value("new")),
        When(is_now & then_dated, then=Value("line_in")),
        When(is_now, then=Value("moved_in")),
        When(deleted_at__isnull=False, then=Value("removed")),
        When(state=StageKind.WON, then=Value("won")),
        When(state=StageKind.LOST, then=Value("lost")),
        When(dated, then=Value("line_out")),
        default=Value("moved_out"),
    )
