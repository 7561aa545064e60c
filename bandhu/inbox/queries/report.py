"""How conversations did in a period: how many began, were closed and are open, and how fast the first answer came; by agent, queue and so on.

Only those within the reader's reach, spam left out. A period is counted by when a conversation began, was closed or was first answered, from its
first day to its last, both included, in the reader's zone. The first answer counts where the customer wrote first; its time is that of the clock on
the wall, nights and holidays included, for a conversation has no promise and no business calendar. A conversation counts for whoever has it now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Extract, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.models import Queue, WorkItem
from bandhu.inbox.channel_words import channel_named
from bandhu.interactions.models import Conversation, ConversationState, Interaction, Message, MessageKind
from bandhu.interactions.queries import conversations
from bandhu.platform.day_spans import Span
from bandhu.platform.medians import Median
from bandhu.ui.templatetags.formats import language_name

SHOWN = 30
LABELS = "labels"  # of which a conversation may have several
# Name → what conversations are grouped by, and how it is called.
DIMENSIONS: dict[str, tuple[str, Any]] = {
    "assignee": ("assignee", gettext_lazy("Agent")),
    "queue": ("queue", gettext_lazy("Queue")),
    "team": ("team", gettext_lazy("Team")),
    "channel": ("channel", gettext_lazy("Channel")),
    "language": ("language", gettext_lazy("Language")),
    LABELS: ("label", gettext_lazy("Label")),
}
_NAMES = {"assignee": "assignee__full_name", "team": "team__name"}
IS_OPEN = Q(state__in=(ConversationState.OPEN, ConversationState.SNOOZED))
NUMBERS: dict[str, Any] = {
    "opened": gettext_lazy("Begun"),
    "closed": gettext_lazy("Closed"),
    "backlog": gettext_lazy("Open now"),
    "unassigned": gettext_lazy("With nobody"),
    "answered": gettext_lazy("First answered"),
}
_OF_A_LINE = ("opened", "closed", "backlog", "answered")


@dataclass(frozen=True)
class TalkFigures:
    """Numbers of conversations; `backlog` and `unassigned` are those of now. `first_answer` is the median, None where none was answered."""

    opened: int
    closed: int
    backlog: int
    unassigned: int
    answered: int
    first_answer: timedelta | None


@dataclass(frozen=True)
class TalkSlice:
    """The same of one value of a dimension; `is_others`: of all values without a line of their own, without a time where they are labels."""

    value: str
    label: str
    opened: int
    closed: int
    backlog: int
    answered: int
    first_answer: timedelta | None
    is_others: bool = False


def counted_conversations(user: Any) -> QuerySet[Conversation]:
    """Within reach; spam is nobody's work."""
    rows: QuerySet[Conversation] = conversations(user).exclude(state=ConversationState.SPAM)
    return rows


def talk_figures(user: Any, span: Span) -> TalkFigures:
    """Each number is asked for itself: an index answers it, where all at once would read every conversation."""
    wanted, rows = _conditions(span), counted_conversations(user).order_by()
    opened, closed = (rows.filter(wanted[name]).count() for name in ("opened", "closed"))
    standing = rows.filter(IS_OPEN).aggregate(
        backlog=Count("pk"), unassigned=Count("pk", filter=Q(assignee__isnull=True))
    )
    answers = _answered(user, span).order_by().aggregate(answered=Count("pk"), median=Median("took"))
    return TalkFigures(
        opened, closed, **standing, answered=answers["answered"], first_answer=_time(answers["median"])
    )


def talk_slices(user: Any, span: Span, dimension: str) -> list[TalkSlice]:
    """The period by a dimension, the most begun first, SHOWN at most and then one line of all others."""
    path, wanted = DIMENSIONS[dimension][0], _conditions(span)
    names = [path, *([_NAMES[dimension]] if dimension in _NAMES else [])]
    counted: dict[Any, dict[str, int]] = defaultdict(dict)
    labels: dict[Any, Any] = {}
    for number in ("opened", "closed", "backlog"):
        rows = _grouped(counted_conversations(user).filter(wanted[number]), dimension).order_by()
        for *values, n in rows.values_list(*names).annotate(n=Count("pk")):
            counted[values[0]][number], labels[values[0]] = n, values[-1]
    answers = _grouped(_answered(user, span), dimension).order_by().values_list(*names)
    times: dict[Any, float] = {}
    for *values, n, median in answers.annotate(n=Count("pk"), median=Median("took")):
        counted[values[0]]["answered"], labels[values[0]], times[values[0]] = n, values[-1], median
    words = _words(dimension)
    found = []
    for value, of in counted.items():
        numbers: dict[str, Any] = {name: of.get(name, 0) for name in _OF_A_LINE}
        median = _time(times.get(value))
        found.append(TalkSlice(str(value or ""), words(labels[value], value), **numbers, first_answer=median))
    found.sort(key=lambda one: (-one.opened, -one.backlog, not one.value, one.value))
    return found[:SHOWN] + _others(user, span, dimension, found[SHOWN:], found[:SHOWN])


def _others(
    user: Any, span: Span, dimension: str, left: list[TalkSlice], shown: list[TalkSlice]
) -> list[TalkSlice]:
    if not left:
        return []
    sums = {name: sum(getattr(one, name) for one in left) for name in _OF_A_LINE}
    median = None
    if dimension != LABELS:
        rows = _but(_grouped(_answered(user, span), dimension), dimension, [one.value for one in shown])
        median = rows.order_by().aggregate(median=Median("took"))["median"]
    return [TalkSlice("", _("Others"), **sums, first_answer=_time(median), is_others=True)]


def talks_behind(
    user: Any, span: Span, number: str, by: str = "", value: str = "", *, are_others: bool = False
) -> QuerySet[Conversation]:
    """The conversations a number counts (a key of NUMBERS); of one value of a dimension, or of all that have no line of their own."""
    rows = (
        _answered(user, span)
        if number == "answered"
        else counted_conversations(user).filter(_conditions(span)[number])
    )
    if not by:
        return rows
    if are_others:
        shown = [one.value for one in talk_slices(user, span, by) if not one.is_others]
        return _but(_grouped(rows, by), by, shown)
    if by == LABELS:
        return rows.filter(labels__contains=[value])
    return _with(_grouped(rows, by), by, value)


def talk_volume(user: Any, span: Span) -> list[tuple[date, int, int]]:
    """(day, begun, closed) for every day of the period, in the reader's zone."""
    wanted, zone = _conditions(span), timezone.get_current_timezone()

    def by_day(number: str, column: str) -> dict[date, int]:
        rows = counted_conversations(user).filter(wanted[number]).order_by()
        return dict(rows.values_list(TruncDate(column, tzinfo=zone)).annotate(n=Count("pk")))

    opened, closed = by_day("opened", "created_at"), by_day("closed", "closed_at")
    days = [span.since + timedelta(days=number) for number in range(span.days)]
    return [(day, opened.get(day, 0), closed.get(day, 0)) for day in days]


class _EachLabel(Func):
    function, arity, set_returning = "unnest", 1, True
    output_field = CharField()


def _conditions(span: Span) -> dict[str, Q]:
    begins, ends = span.moments
    return {
        "opened": Q(created_at__gte=begins, created_at__lt=ends),
        "closed": Q(closed_at__gte=begins, closed_at__lt=ends, state=ConversationState.CLOSED),
        "backlog": IS_OPEN,
        "unassigned": IS_OPEN & Q(assignee__isnull=True),
    }


def _answered(user: Any, span: Span) -> QuerySet[Conversation]:
    """First answered in the period, after the customer had written; `took` is in how many seconds."""
    begins, ends = span.moments
    said = Message.objects.filter(
        conversation=OuterRef("pk"), kind=MessageKind.SAID, direction=Interaction.Direction.IN
    )
    # Looked up only for a conversation that does not say.
    looked_up = Subquery(said.order_by("pk").values("at")[:1], output_field=DateTimeField())
    asked = Coalesce("first_incoming_at", looked_up)
    rows = counted_conversations(user).filter(first_answered_at__gte=begins, first_answered_at__lt=ends)
    rows = rows.annotate(asked_at=asked).filter(asked_at__lte=F("first_answered_at"))
    wait = ExpressionWrapper(F("first_answered_at") - F("asked_at"), output_field=DurationField())
    return rows.annotate(took=Extract(wait, "epoch"))


def _grouped(rows: QuerySet[Conversation], dimension: str) -> QuerySet[Conversation]:
    if dimension == "queue":
        work = WorkItem.objects.filter(kind=KIND, record_id=OuterRef("pk"))
        return rows.annotate(queue=Subquery(work.values("queue")[:1]))
    return rows.annotate(label=_EachLabel(F("labels"))) if dimension == LABELS else rows


def _but(rows: QuerySet[Conversation], dimension: str, shown: list[str]) -> QuerySet[Conversation]:
    """Those with none of these values."""
    path, named = DIMENSIONS[dimension][0], [value for value in shown if value]
    if dimension in ("channel", "language"):
        return rows.exclude(**{f"{path}__in": shown})
    has_none = Q(**{f"{path}__isnull": True})
    others = ~Q(**{f"{path}__in": named}) & ~has_none
    return rows.filter(others if "" in shown else others | has_none)


def _with(rows: QuerySet[Conversation], dimension: str, value: str) -> QuerySet[Conversation]:
    path = DIMENSIONS[dimension][0]
    if dimension in ("channel", "language"):
        return rows.filter(**{path: value})
    if not value:
        return rows.filter(**{f"{path}__isnull": True})
    try:
        return rows.filter(**{path: UUID(value)})
    except ValueError:
        return rows.none()


def _words(dimension: str) -> Callable[[Any, Any], str]:
    """Of (name, value): what a line is called, in the reader's language."""
    queues = {one.pk: one.name for one in Queue.objects.all()} if dimension == "queue" else {}

    def words(name: Any, value: Any) -> str:
        if not value:
            return _("(none)")
        if dimension == "channel":
            return str(channel_named(value).label)
        if dimension == "language":
            return language_name(value)
        return str(queues.get(value, name))

    return words


def _time(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
