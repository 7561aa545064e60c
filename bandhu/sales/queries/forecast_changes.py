"""What changed in the forecast of a period since a snapshot: each opportunity that came, went or is worth something else, and why.

Of a line (or of all open lines), what stood there then, plus what came, grew and shrank, minus what left, is what stands there now:
every opportunity is in at most one of `WAYS`. An opportunity belongs to whoever has it today.
"""

from __future__ import annotations

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
    found = {way: Change(way) for way in WAYS}
    result = ForecastChanges(snapshot, asked)
    rows = _compared(user, snapshot, asked).values_list("way")
    for way, count, then, now in rows.annotate(
        n=Count("*"), then_sum=Sum("then_value"), now_sum=Sum("now_value")
    ):
        result.then += int(then or 0)
        result.now += int(now or 0)
        if way in found:
            found[way] = Change(way, count, int(now or 0) - int(then or 0))
    result.changes = list(found.values())
    return result


def opportunities_behind(
    user: Any, snapshot: ForecastSnapshot, asked: ChangesAsked, way: str
) -> QuerySet[Any]:
    """What one number counts, with `then_value` and `now_value` (minor units of the base currency), `then_close`, and `then_line`."""
    rows = _compared(user, snapshot, asked).filter(way=way)
    return rows.select_related("owner", "stage")


def _compared(user: Any, snapshot: ForecastSnapshot, asked: ChangesAsked) -> QuerySet[Any]:
    """Every opportunity that stands in the line now or stood there then, with its `way`."""
    period = asked.period
    own = Coalesce(NullIf("forecast", Value("")), F("stage__forecast"))
    line = Case(When(state=StageKind.OPEN, then=own), default=Value(Forecast.OMITTED))
    # Nothing open is closed: see line_of.
    lines = [*asked.lines, *([Forecast.CLOSED] if Forecast.COMMIT in asked.lines else [])]
    dated = Q(expected_close__gte=period.begins, expected_close__lte=period.ends)
    then_dated = Q(stood__expected_close__gte=period.begins, stood__expected_close__lte=period.ends)
    reached = Opportunity.objects.visible_to(user, VIEW, deleted=True).filter(_of(asked))
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


def _of(asked: ChangesAsked) -> Q:
    if asked.user is not None:
        return Q(owner=asked.user)
    if asked.team_ids:
        return Q(owner__team__in=asked.team_ids) | Q(owner__isnull=True, team__in=asked.team_ids)
    return Q()


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
