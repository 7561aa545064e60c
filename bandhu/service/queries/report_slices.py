"""How service did in a period by agent, queue, channel, language, type, priority, tag and label: the same numbers as in `reports`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.inbox.channel_words import channel_named
from bandhu.platform.medians import Median
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.value_choices import words_for
from bandhu.service.models import UNFINISHED, Measure, TicketConversation
from bandhu.service.queries.reports import Span, conditions, counted_tickets, ended, in_time

SHOWN_OF_A_KIND = 30
# Name → what tickets are grouped by, and how it is called.
DIMENSIONS: dict[str, tuple[str, Any]] = {
    "owner": ("owner__full_name", gettext_lazy("Owner")),
    "queue": ("queue_id", gettext_lazy("Queue")),
    "channel": ("channel", gettext_lazy("Channel")),
    "language": ("language", gettext_lazy("Language")),
    "type": ("type__name", gettext_lazy("Type")),
    "priority": ("priority", gettext_lazy("Priority")),
    "tags": ("tags__name", gettext_lazy("Tag")),
    "labels": ("label", gettext_lazy("Label")),
}
_IDS = {"owner": "owner", "type": "type", "tags": "tags"}
_BY_NAME = ("owner", "type", "tags", "level")
MANY_OF = ("tags", "labels")  # of which a ticket may have several
_FIGURES = ("opened", "solved", "backlog", "reopened", "one_touch")
_MEASURED = {"first_answer": Measure.FIRST, "solution": Measure.RESOLUTION}
Medians = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Slice:
    """The figures of one value of a dimension; `value` is what a filter asks for. Times are medians of business time.

    `is_others`: of all values that have no line of their own. A ticket with several tags or labels counts once for each here too, and
    no times are told of those.
    """

    value: str
    label: str
    opened: int
    solved: int
    backlog: int
    reopened: int
    one_touch: int
    first_answer: timedelta | None
    solution: timedelta | None
    is_others: bool = False


def slices(user: Any, span: Span, dimension: str, name_of: Callable[[Any], str]) -> list[Slice]:
    """The period by a dimension, the most opened first, SHOWN_OF_A_KIND at most and then one line of all others.

    `name_of` gives the words of a value that is no name itself.
    """
    if dimension == "labels":
        rows = _counts_by_label(user, span)
        shown, medians = rows[:SHOWN_OF_A_KIND], _medians_by_label(user, span)
        found = [Slice(row[0], row[0], *row[1:], **_times(medians, row[0])) for row in shown]
        return found + _others([row[1:] for row in rows[SHOWN_OF_A_KIND:]], _times({}, ""))
    key, path = key_of(dimension)
    medians = _medians(user, span, key)
    counted = _counts(user, span, key, path)
    found = [
        Slice(
            value=str(row[key] or ""),
            label=name_of(row[path]),
            **{name: row[f"n_{name}"] for name in _FIGURES},
            **_times(medians, str(row[key] or "")),
        )
        for row in counted[:SHOWN_OF_A_KIND]
    ]
    left = [tuple(row[f"n_{name}"] for name in _FIGURES) for row in counted[SHOWN_OF_A_KIND:]]
    times = _times({}, "") if not left or dimension in MANY_OF else _times_but(user, span, dimension, found)
    return found + _others(left, times)


def _others(left: list[tuple[int, ...]], times: dict[str, Any]) -> list[Slice]:
    """One line of what has none of its own, so that the lines of a report make its totals."""
    if not left:
        return []
    sums = dict(zip(_FIGURES, (sum(column) for column in zip(*left, strict=True)), strict=True))
    return [
        Slice("", _("Others"), **sums, first_answer=times["first_answer"], solution=times["solution"], is_others=True)
    ]  # fmt: skip


def _times_but(user: Any, span: Span, dimension: str, shown: list[Slice]) -> dict[str, Any]:
    """The medians of all that is in none of these slices."""
    but = Q()
    for one in shown:
        but |= of_value(dimension, one.value)
    rows = ended(counted_tickets(user).exclude(but), *span.moments).order_by()
    found = rows.values("measure").annotate(median=Median("spent")).values_list("measure", "median")
    return _times({("", measure): median for measure, median in found}, "")


def of_value(dimension: str, value: str) -> Q:
    """The tickets of one slice; nothing for a value that can be none."""
    if dimension == "labels":
        threads = TicketConversation.objects.filter(conversation__labels__contains=[value])
        return Q(pk__in=threads.values("ticket"))
    key, _path = key_of(dimension)
    if not value:
        return Q(**{f"{key}__isnull": True}) if key in (*_IDS, "queue_id") else Q(**{key: ""})
    if key not in (*_IDS, "queue_id"):
        return Q(**{key: value})
    try:
        return Q(**{key: UUID(value)})
    except ValueError:
        return Q(pk__in=[])


def words_of_value(user: Any, dimension: str, value: Any) -> str:
    """What a slice is called, in the reader's language; what nobody or nothing has says so."""
    if not value:
        return _("(none)")
    if dimension == "channel":
        return str(channel_named(value).label)
    if dimension in _BY_NAME:
        return _(value) if dimension == "type" else str(value)
    field = record_kinds["ticket"].field(dimension)
    return words_for(user, field, str(value)) or str(value) if field else str(value)


def key_of(dimension: str) -> tuple[str, str]:
    """What tickets are grouped by, and the path to its name."""
    path, _label = DIMENSIONS[dimension]
    return _IDS.get(dimension, path), path


def _counts(user: Any, span: Span, key: str, path: str) -> list[dict[str, Any]]:
    rows = counted_tickets(user).order_by().values(*dict.fromkeys((key, path)))
    wanted = conditions(*span.moments)
    counted = rows.annotate(**{f"n_{name}": Count("pk", filter=one) for name, one in wanted.items()})
    found = counted.order_by("-n_opened", "-n_backlog", path)
    return [row for row in found if row["n_opened"] or row["n_solved"] or row["n_backlog"]]


def _medians(user: Any, span: Span, key: str) -> Medians:
    """By value and measure, of the clocks that ended in the period."""
    rows = ended(counted_tickets(user), *span.moments).filter(measure__in=_MEASURED.values()).order_by()
    found = rows.values(f"ticket__{key}", "measure").annotate(median=Median("spent"))
    return {(str(row[f"ticket__{key}"] or ""), row["measure"]): row["median"] for row in found}


def _times(medians: Medians, value: str) -> dict[str, Any]:
    return {name: in_time(medians.get((value, measure))) for name, measure in _MEASURED.items()}


# A ticket counts once for each label, whichever of its conversations has it.
_LABELLED = """SELECT DISTINCT ticket.*, label
    FROM ({tickets}) AS ticket (id, created_at, solved_at, stage, reopened, answers)
    JOIN service_ticketconversation AS thread ON thread.ticket_id = ticket.id
    JOIN interactions_conversation AS talk ON talk.id = thread.conversation_id
    CROSS JOIN LATERAL unnest(talk.labels) AS label"""


def _labelled(user: Any) -> tuple[str, tuple[Any, ...]]:
    columns = ("pk", "created_at", "solved_at", "stage", "reopened", "answers")
    inner, given = counted_tickets(user).order_by().values_list(*columns).query.sql_with_params()
    return _LABELLED.format(tickets=inner), given


def _counts_by_label(user: Any, span: Span) -> list[tuple[Any, ...]]:
    """(label, opened, solved, backlog, reopened, one_touch)."""
    labelled, given = _labelled(user)
    opened, solved = "created_at >= %s AND created_at < %s", "solved_at >= %s AND solved_at < %s"
    statement = f"""
        SELECT label, count(*) FILTER (WHERE {opened}) AS opened, count(*) FILTER (WHERE {solved}) AS solved,
            count(*) FILTER (WHERE stage = ANY(%s)) AS backlog, count(*) FILTER (WHERE {opened} AND reopened > 0),
            count(*) FILTER (WHERE {solved} AND answers <= 1 AND reopened = 0)
        FROM ({labelled}) AS labelled
        GROUP BY label ORDER BY opened DESC, backlog DESC, label"""  # noqa: S608
    moments = span.moments
    open_stages = [str(one) for one in UNFINISHED]
    values = [*moments, *moments, open_stages, *moments, *moments, *given]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row for row in cursor.fetchall() if any(row[1:4])]


def _medians_by_label(user: Any, span: Span) -> Medians:
    labelled, given = _labelled(user)
    statement = f"""
        SELECT label, clock.measure, percentile_cont(0.5) WITHIN GROUP (ORDER BY clock.spent)
        FROM ({labelled}) AS labelled JOIN service_clock AS clock ON clock.ticket_id = labelled.id
        WHERE clock.spent IS NOT NULL AND clock.ended_at >= %s AND clock.ended_at < %s AND clock.measure = ANY(%s)
        GROUP BY label, clock.measure"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, *span.moments, [str(one) for one in _MEASURED.values()]])
        return {(label, measure): median for label, measure, median in cursor.fetchall()}
