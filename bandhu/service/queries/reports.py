"""How service did in a period: volume, backlog, times in business hours, attainment. Only of tickets within the reader's reach.

A period is counted by when a ticket was opened (volume, attainment) or solved (times, one-touch), from the first day to the last, both
included, in the reader's zone. Merged tickets count once: as the one they went into.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from bandhu.platform.day_spans import Span
from bandhu.platform.medians import Median
from bandhu.service.models import UNFINISHED, Clock, Measure, Ticket

VIEW = "service.view_ticket"
MEASURES = {one.value: one.label for one in Measure}


@dataclass(frozen=True)
class Totals:
    """Numbers of tickets; `one_touch` of those solved. Times are medians of business time, None where nothing was measured."""

    opened: int
    solved: int
    backlog: int
    unassigned: int
    reopened: int
    one_touch: int
    first_answer: timedelta | None
    solution: timedelta | None


@dataclass(frozen=True)
class Attainment:
    """Of the clocks of one measure that began in the period. `share` is met of those that ended met or breached, 0 to 1."""

    measure: Measure
    open: int
    met: int
    breached: int
    abandoned: int

    @property
    def total(self) -> int:
        return self.open + self.met + self.breached + self.abandoned

    @property
    def share(self) -> float | None:
        decided = self.met + self.breached
        return self.met / decided if decided else None


# Which clocks a number counts: of those that began in the period, and `ended`: those that ended in it with what they measure.
_IS_RUNNING = Q(ended_at__isnull=True, breached_at__isnull=True)
WHICH: dict[str, Q] = {
    "open": _IS_RUNNING,
    "met": Q(state=Clock.State.MET),
    "breached": Q(state=Clock.State.BREACHED),
    "abandoned": Q(state=Clock.State.ABANDONED),
    "decided": Q(state__in=(Clock.State.MET, Clock.State.BREACHED)),
    "ended": Q(spent__isnull=False),
}


def totals(user: Any, span: Span) -> Totals:
    """The figures of the period; backlog and unassigned are those of now."""
    rows, (begins, ends) = counted_tickets(user), span.moments
    wanted = conditions(begins, ends) | {"unassigned": Q(stage__in=UNFINISHED, owner__isnull=True)}
    found = rows.aggregate(**{f"n_{name}": Count("pk", filter=one) for name, one in wanted.items()})
    return Totals(
        **{name: found[f"n_{name}"] for name in wanted},
        first_answer=_median(user, Measure.FIRST, begins, ends),
        solution=_median(user, Measure.RESOLUTION, begins, ends),
    )


def conditions(begins: datetime, ends: datetime) -> dict[str, Q]:
    """Which tickets a number of the period counts, by its name."""
    opened = Q(created_at__gte=begins, created_at__lt=ends)
    solved = Q(solved_at__gte=begins, solved_at__lt=ends)
    return {
        "opened": opened,
        "solved": solved,
        "backlog": Q(stage__in=UNFINISHED),
        "reopened": opened & Q(reopened__gt=0),
        "one_touch": solved & Q(answers__lte=1, reopened=0),
    }


def attainment(user: Any, span: Span) -> list[Attainment]:
    """One line for each measure, whether or not a clock of it ran."""
    rows = clocks_begun(counted_tickets(user), span)
    found = rows.values("measure").annotate(
        **{name: Count("pk", filter=WHICH[name]) for name in ("open", "met", "breached", "abandoned")}
    )
    rows_found: list[dict[str, Any]] = [dict(row) for row in found.order_by()]
    by_measure = {row.pop("measure"): row for row in rows_found}
    nothing = {"open": 0, "met": 0, "breached": 0, "abandoned": 0}
    return [Attainment(measure=one, **by_measure.get(one.value, nothing)) for one in Measure]


def volume(user: Any, span: Span) -> list[tuple[date, int, int]]:
    """(day, opened, solved) for every day of the period, in the reader's zone."""
    begins, ends = span.moments
    zone = timezone.get_current_timezone()

    def by_day(column: str) -> dict[date, int]:
        within = {f"{column}__gte": begins, f"{column}__lt": ends}
        rows = counted_tickets(user).filter(**within).annotate(day=TruncDate(column, tzinfo=zone)).order_by()
        return dict(rows.values_list("day").annotate(n=Count("pk")))

    opened, solved = by_day("created_at"), by_day("solved_at")
    days = [span.since + timedelta(days=number) for number in range(span.days)]
    return [(day, opened.get(day, 0), solved.get(day, 0)) for day in days]


def counted_tickets(user: Any) -> QuerySet[Ticket]:
    """Within reach; what was merged counts as what it went into."""
    return Ticket.objects.visible_to(user, VIEW).filter(merged_into__isnull=True)


def _clocks(tickets: QuerySet[Ticket]) -> QuerySet[Clock]:
    return Clock.objects.filter(ticket__in=tickets.order_by().values("pk"))


def clocks_behind(user: Any, span: Span, measure: str, which: str, of: Q | None = None) -> QuerySet[Clock]:
    """The clocks that a number counts; `which` is a key of WHICH, `of` says which of them. Each with its ticket."""
    tickets = counted_tickets(user)
    rows = (
        ended(tickets, *span.moments)
        if which == "ended"
        else clocks_begun(tickets, span).filter(WHICH[which])
    )
    if of is not None:
        rows = rows.filter(of)
    return rows.filter(measure=measure).select_related("ticket", "level")


def clocks_begun(tickets: QuerySet[Ticket], span: Span) -> QuerySet[Clock]:
    """The clocks of these tickets that began in the period."""
    begins, ends = span.moments
    return _clocks(tickets).filter(started_at__gte=begins, started_at__lt=ends)


def ended(tickets: QuerySet[Ticket], begins: datetime, ends: datetime) -> QuerySet[Clock]:
    """The clocks of these tickets that ended in the period with what they measure."""
    return _clocks(tickets).filter(WHICH["ended"], ended_at__gte=begins, ended_at__lt=ends)


def _median(user: Any, measure: str, begins: datetime, ends: datetime) -> timedelta | None:
    """Of the clocks that ended in the period with what they measure."""
    rows = ended(counted_tickets(user), begins, ends).filter(measure=measure)
    return in_time(rows.order_by().aggregate(median=Median("spent"))["median"])


def in_time(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
