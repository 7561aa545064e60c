"""REST: how service did; the same numbers as on the page, of the tickets within the token's reach."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.day_spans import usual_step
from bandhu.platform.rest import PageOf, answers
from bandhu.service import queries

router = Router()
Dimension = Literal["owner", "queue", "channel", "language", "type", "priority", "tags", "labels"]
LevelDimension = Literal[
    "owner", "queue", "level", "channel", "language", "type", "priority", "tags", "labels"
]
_TIMES = {"first_answer": "first_answer_seconds", "solution": "solution_seconds"}


class ServiceReportQuery(Schema):
    """Days as ISO dates, both included, in the caller's time zone; without them the last 30."""

    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)


class BacklogQuery(ServiceReportQuery):
    """`step`: at the end of each day, week (they begin on Monday) or month; without it by the length of the period."""

    step: Literal["", "day", "week", "month"] = ""


class TicketBacklogOut(Schema):
    """How many were open when `day` was over; of today, now."""

    day: date
    open: int


class AttainmentOut(Schema):
    """Of the clocks of one measure that began in the period. `share` is met of those met or breached, 0 to 1."""

    measure: str
    open: int
    met: int
    breached: int
    abandoned: int
    share: float | None


class LevelSliceOut(Schema):
    """How one owner, queue, service level, type or tag (`value` is its id), channel, language, priority or label kept each measure.

    `is_others`: the last line, of all that have none of their own, where there are more than thirty.
    """

    value: str
    label: str
    is_others: bool
    measures: list[AttainmentOut]


class ServiceDayOut(Schema):
    """Tickets opened and solved on one day."""

    day: date
    opened: int
    solved: int


class ServiceReportOut(Schema):
    """`backlog` and `unassigned` are those of now; `one_touch` those solved with one answer at most. Times are medians of business time."""

    since: date
    until: date
    opened: int
    solved: int
    backlog: int
    unassigned: int
    reopened: int
    one_touch: int
    first_answer_seconds: float | None
    solution_seconds: float | None
    attainment: list[AttainmentOut]
    days: list[ServiceDayOut]


class ServiceSliceOut(Schema):
    """The same numbers for one owner, queue, type or tag (`value` is its id), channel, language, priority or label; "" is none.

    `is_others`: the last line, of all that have none of their own, where there are more than thirty; of tags and labels without times.
    """

    value: str
    label: str
    opened: int
    solved: int
    backlog: int
    reopened: int
    one_touch: int
    first_answer_seconds: float | None
    solution_seconds: float | None
    is_others: bool


@router.get("/service-report", response=answers(ServiceReportOut), tags=["tickets"])
def get_service_report(request: HttpRequest, asked: Annotated[ServiceReportQuery, Query(...)]) -> Any:
    """Volume, backlog, times and service levels of a period."""
    require_anywhere(request.user, queries.VIEW)
    span = queries.span_of(asked.since, asked.until)
    levels = queries.attainment(request.user, span)
    return {
        "since": span.since,
        "until": span.until,
        **_shaped(queries.totals(request.user, span)),
        "attainment": [_attained(one) for one in levels],
        "days": [
            {"day": day, "opened": opened, "solved": solved}
            for day, opened, solved in queries.volume(request.user, span)
        ],
    }


@router.get("/ticket-backlog", response=answers(PageOf[TicketBacklogOut]), tags=["tickets"])
def list_ticket_backlog(request: HttpRequest, asked: Annotated[BacklogQuery, Query(...)]) -> Any:
    """How many tickets were open at the end of each day, week or month of a period, up to today."""
    require_anywhere(request.user, queries.VIEW)
    span = queries.span_of(asked.since, asked.until)
    found = queries.backlog(request.user, span, asked.step or usual_step(span))
    return {"items": [{"day": day, "open": number} for day, number in found], "next": None}


@router.get("/service-report/{dimension}", response=answers(PageOf[ServiceSliceOut]), tags=["tickets"])
def list_service_report_slices(
    request: HttpRequest, dimension: Dimension, asked: Annotated[ServiceReportQuery, Query(...)]
) -> Any:
    """The period by owner, queue, channel, language, type, priority, tag or label: the thirty with most tickets opened, then all others in one."""
    require_anywhere(request.user, queries.VIEW)
    span = queries.span_of(asked.since, asked.until)
    found = queries.slices(
        request.user, span, dimension, lambda value: queries.words_of_value(request.user, dimension, value)
    )
    return {"items": [_shaped(one) for one in found], "next": None}


@router.get("/service-report/{dimension}/levels", response=answers(PageOf[LevelSliceOut]), tags=["tickets"])
def list_service_level_slices(
    request: HttpRequest, dimension: LevelDimension, asked: Annotated[ServiceReportQuery, Query(...)]
) -> Any:
    """Service levels by owner, queue, service level and so on: the thirty with most clocks that began in the period, then all others in one."""
    require_anywhere(request.user, queries.VIEW)
    span = queries.span_of(asked.since, asked.until)
    found = queries.level_slices(
        request.user, span, dimension, lambda value: queries.words_of_value(request.user, dimension, value)
    )
    items = [
        {
            "value": one.value,
            "label": one.label,
            "is_others": one.is_others,
            "measures": [_attained(each) for each in one.measures.values()],
        }
        for one in found
    ]
    return {"items": items, "next": None}


def _attained(one: queries.Attainment) -> dict[str, Any]:
    return asdict(one) | {"share": one.share}


def _shaped(numbers: Any) -> dict[str, Any]:
    """With times in seconds."""
    found = asdict(numbers)
    times: dict[str, timedelta | None] = {name: found.pop(name) for name in _TIMES}
    return found | {_TIMES[name]: None if one is None else one.total_seconds() for name, one in times.items()}
