"""How service did in a period: volume, backlog, times in business hours, attainment. Only of tickets within the reader's reach.

A period is counted by when a ticket was opened (volume, attainment) or solved (times, one-touch), from the first day to the last, both
included, in the reader's zone. Merged tickets count once: as the one they went into.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.service.models import UNFINISHED, Clock, Measure, Ticket

VIEW = "service.view_ticket"
MEASURES = {one.value: one.label for one in Measure}
SHOWN_OF_A_KIND = 30


@dataclass(frozen=True)
class Span:
    """From the first moment of `since` to the last of `until`."""

    since: date
    until: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        zone = timezone.get_current_timezone()
        begins = timezone.make_aware(datetime.combine(self.since, time()), zone)
        return begins, timezone.make_aware(datetime.combine(self.until + timedelta(days=1), time()), zone)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


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
    def share(self) -> float | None:
        decided = self.met + self.breached
        return self.met / decided if decided else None


@dataclass(frozen=True)
class Slice:
    """The figures of one agent, queue, channel, language, type, tag or label; `value` is what a filter asks for."""

    value: str
    label: str
    opened: int
    solved: int
    backlog: int


# Name → what tickets are grouped by, and how it is called.
DIMENSIONS: dict[str, tuple[str, Any]] = {
    "owner": ("owner__full_name", _("Owner")),
    "queue": ("queue_id", _("Queue")),
    "channel": ("channel", _("Channel")),
    "language": ("language", _("Language")),
    "type": ("type__name", _("Type")),
    "priority": ("priority", _("Priority")),
    "tags": ("tags__name", _("Tag")),
    "labels": ("label", _("Label")),
}
_IDS = {"owner": "owner", "type": "type", "tags": "tags"}
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
    rows, (begins, ends) = _tickets(user), span.moments
    opened = Q(created_at__gte=begins, created_at__lt=ends)
    solved = Q(solved_at__gte=begins, solved_at__lt=ends)
    unfinished = Q(stage__in=UNFINISHED)
    found = rows.aggregate(
        opened=Count("pk", filter=opened),
        solved=Count("pk", filter=solved),
        backlog=Count("pk", filter=unfinished),
        unassigned=Count("pk", filter=unfinished & Q(owner__isnull=True)),
        again=Count("pk", filter=opened & Q(reopened__gt=0)),
        one_touch=Count("pk", filter=solved & Q(answers__lte=1, reopened=0)),
    )
    return Totals(
        reopened=found.pop("again"),
        **found,
        first_answer=_median(user, Measure.FIRST, begins, ends),
        solution=_median(user, Measure.RESOLUTION, begins, ends),
    )


def attainment(user: Any, span: Span) -> list[Attainment]:
    """One line for each measure, whether or not a clock of it ran."""
    begins, ends = span.moments
    rows = _clocks(user).filter(started_at__gte=begins, started_at__lt=ends)
    found = rows.values("measure").annotate(
        **{name: Count("pk", filter=WHICH[name]) for name in ("open", "met", "breached", "abandoned")}
    )
    rows_found: list[dict[str, Any]] = [dict(row) for row in found.order_by()]
    by_measure = {row.pop("measure"): row for row in rows_found}
    nothing = {"open": 0, "met": 0, "breached": 0, "abandoned": 0}
    return [Attainment(measure=one, **by_measure.get(one.value, nothing)) for one in Measure]


def slices(user: Any, span: Span, dimension: str, name_of: Callable[[Any], str]) -> list[Slice]:
    """The period by a dimension, the most opened first; `name_of` gives the words of a value that is no name itself."""
    if dimension == "labels":
        return _by_label(user, span)
    path, _label = DIMENSIONS[dimension]
    begins, ends = span.moments
    key = _IDS.get(dimension, path)
    rows = (
        _tickets(user).order_by().values(key, path) if key != path else _tickets(user).order_by().values(path)
    )
    counted = rows.annotate(
        opened=Count("pk", filter=Q(created_at__gte=begins, created_at__lt=ends)),
        solved=Count("pk", filter=Q(solved_at__gte=begins, solved_at__lt=ends)),
        backlog=Count("pk", filter=Q(stage__in=UNFINISHED)),
    ).order_by("-opened", "-backlog", path)
    return [
        Slice(
            value=str(row[key] or ""),
            label=name_of(row[path]),
            opened=row["opened"],
            solved=row["solved"],
            backlog=row["backlog"],
        )
        for row in counted[:SHOWN_OF_A_KIND]
        if row["opened"] or row["solved"] or row["backlog"]
    ]


def _by_label(user: Any, span: Span) -> list[Slice]:
    """By the labels of their conversations: a ticket counts once for each."""
    begins, ends = span.moments
    asked = _tickets(user).order_by().values("pk", "created_at", "solved_at", "stage")
    inner, given = asked.query.sql_with_params()
    statement = f"""
        SELECT label, count(DISTINCT ticket.id) FILTER (WHERE ticket.created_at >= %s AND ticket.created_at < %s) AS opened,
            count(DISTINCT ticket.id) FILTER (WHERE ticket.solved_at >= %s AND ticket.solved_at < %s) AS solved,
            count(DISTINCT ticket.id) FILTER (WHERE ticket.stage = ANY(%s)) AS backlog
        FROM ({inner}) AS ticket (id, created_at, solved_at, stage)
        JOIN service_ticketconversation AS thread ON thread.ticket_id = ticket.id
        JOIN interactions_conversation AS talk ON talk.id = thread.conversation_id
        CROSS JOIN LATERAL unnest(talk.labels) AS label
        GROUP BY label ORDER BY opened DESC, backlog DESC, label LIMIT %s"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [begins, ends, begins, ends, [str(one) for one in UNFINISHED], *given, SHOWN_OF_A_KIND]
        )
        return [Slice(row[0], row[0], *row[1:]) for row in cursor.fetchall() if any(row[1:])]


def volume(user: Any, span: Span) -> list[tuple[date, int, int]]:
    """(day, opened, solved) for every day of the period, in the reader's zone."""
    begins, ends = span.moments
    zone = timezone.get_current_timezone()

    def by_day(column: str) -> dict[date, int]:
        within = {f"{column}__gte": begins, f"{column}__lt": ends}
        rows = _tickets(user).filter(**within).annotate(day=TruncDate(column, tzinfo=zone)).order_by()
        return dict(rows.values_list("day").annotate(n=Count("pk")))

    opened, solved = by_day("created_at"), by_day("solved_at")
    days = [span.since + timedelta(days=number) for number in range(span.days)]
    return [(day, opened.get(day, 0), solved.get(day, 0)) for day in days]


def _tickets(user: Any) -> QuerySet[Ticket]:
    return Ticket.objects.visible_to(user, VIEW).filter(merged_into__isnull=True)


def _clocks(user: Any) -> QuerySet[Clock]:
    return Clock.objects.filter(ticket__in=_tickets(user).values("pk"))


def clocks_behind(user: Any, span: Span, measure: str, which: str) -> QuerySet[Clock]:
    """The clocks that a number counts; `which` is a key of WHICH. Each with its ticket."""
    begins, ends = span.moments
    if which == "ended":
        rows = _ended(user, measure, begins, ends)
    else:
        rows = _clocks(user).filter(
            WHICH[which], measure=measure, started_at__gte=begins, started_at__lt=ends
        )
    return rows.select_related("ticket", "level")


def _ended(user: Any, measure: str, begins: datetime, ends: datetime) -> QuerySet[Clock]:
    return _clocks(user).filter(WHICH["ended"], measure=measure, ended_at__gte=begins, ended_at__lt=ends)


def _median(user: Any, measure: str, begins: datetime, ends: datetime) -> timedelta | None:
    """Of the clocks that ended in the period with what they measure."""
    rows = _ended(user, measure, begins, ends)
    spent = sorted(one for one in rows.values_list("spent", flat=True) if one is not None)
    if not spent:
        return None
    middle = len(spent) // 2
    value = spent[middle] if len(spent) % 2 else (spent[middle - 1] + spent[middle]) / 2
    return timedelta(seconds=value)
