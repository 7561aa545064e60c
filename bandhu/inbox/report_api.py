"""REST: how conversations did; the same numbers as on the page, of those within the token's reach."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import queries
from bandhu.platform.day_spans import span_of, usual_step
from bandhu.platform.rest import PageOf, answers

router = Router(tags=["conversations"])
SEE = "interactions.view_conversation"
TalkDimension = Literal["assignee", "queue", "team", "channel", "language", "labels"]


class ConversationReportQuery(Schema):
    """Days as ISO dates, both included, in the caller's time zone; without them the last 30."""

    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)


class ConversationBacklogQuery(ConversationReportQuery):
    """`step`: at the end of each day, week (they begin on Monday) or month; without it by the length of the period."""

    step: Literal["", "day", "week", "month"] = ""


class ConversationDayOut(Schema):
    """Conversations begun and closed on one day."""

    day: date
    opened: int
    closed: int


class ConversationReportOut(Schema):
    """`backlog` and `unassigned` are those of now; `answered` are those first answered in the period, `first_answer_seconds` the median time that took."""

    since: date
    until: date
    opened: int
    closed: int
    backlog: int
    unassigned: int
    answered: int
    first_answer_seconds: float | None
    days: list[ConversationDayOut]


class ConversationSliceOut(Schema):
    """The same for one assignee, queue or team (`value` is its id), channel, language or label; "" is none.

    `is_others`: the last line, of all that have none of their own, where there are more than thirty; of labels without a time.
    """

    value: str
    label: str
    opened: int
    closed: int
    backlog: int
    answered: int
    first_answer_seconds: float | None
    is_others: bool


class ConversationBacklogOut(Schema):
    """How many were open when `day` was over; of today, now."""

    day: date
    open: int


@router.get("/conversation-report", response=answers(ConversationReportOut))
def get_conversation_report(
    request: HttpRequest, asked: Annotated[ConversationReportQuery, Query(...)]
) -> Any:
    """Volume, backlog and first answers of a period."""
    require_anywhere(request.user, SEE)
    span = span_of(asked.since, asked.until)
    return {
        "since": span.since,
        "until": span.until,
        **_shaped(queries.talk_figures(request.user, span)),
        "days": [
            {"day": day, "opened": opened, "closed": closed}
            for day, opened, closed in queries.talk_volume(request.user, span)
        ],
    }


@router.get("/conversation-report/{dimension}", response=answers(PageOf[ConversationSliceOut]))
def list_conversation_report_slices(
    request: HttpRequest, dimension: TalkDimension, asked: Annotated[ConversationReportQuery, Query(...)]
) -> Any:
    """The period by assignee, queue, team, channel, language or label: the thirty with most begun, then all others in one."""
    require_anywhere(request.user, SEE)
    found = queries.talk_slices(request.user, span_of(asked.since, asked.until), dimension)
    return {"items": [_shaped(one) for one in found], "next": None}


@router.get("/conversation-backlog", response=answers(PageOf[ConversationBacklogOut]))
def list_conversation_backlog(
    request: HttpRequest, asked: Annotated[ConversationBacklogQuery, Query(...)]
) -> Any:
    """How many conversations were open at the end of each day, week or month of a period, up to today."""
    require_anywhere(request.user, SEE)
    span = span_of(asked.since, asked.until)
    found = queries.talk_backlog(request.user, span, asked.step or usual_step(span))
    return {"items": [{"day": day, "open": number} for day, number in found], "next": None}


def _shaped(numbers: Any) -> dict[str, Any]:
    found = asdict(numbers)
    time: timedelta | None = found.pop("first_answer")
    return found | {"first_answer_seconds": None if time is None else time.total_seconds()}
