"""REST: how articles do, the same numbers as on the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import queries
from bandhu.knowledge.queries.article_report import SEE, ArticleLine
from bandhu.platform.day_spans import span_of
from bandhu.platform.rest import PageOf, answers

router = Router(tags=["articles"])
_COUNTED = ("views", "helpful", "unhelpful", "replies", "searches")


class ArticleReportQuery(Schema):
    """Days as ISO dates, both included, in the caller's time zone; without them the last 30."""

    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)


class ArticleReportListQuery(ArticleReportQuery):
    """`by` is the measure that comes most first; `after` how many lines are passed over, as `next` says."""

    by: Literal["views", "helpful", "unhelpful", "replies", "searches"] = "views"
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


class ArticleFiguresOut(Schema):
    """Times opened, said to help or not, put into answers; `searches` are readings that followed a search."""

    article_id: UUID
    number: int
    title: str
    views: int
    helpful: int
    unhelpful: int
    replies: int
    searches: int


class ArticleReportDayOut(Schema):
    """Times opened on one day in one language."""

    day: date
    language: str
    views: int


class ArticleRatingOut(Schema):
    """What one reader said of it."""

    given_at: datetime
    language: str
    is_helpful: bool
    comment: str


class ArticleAnswerOut(Schema):
    """An answer with the article in it; the conversation is null where it is out of reach."""

    written_at: datetime
    language: str
    conversation_id: UUID | None


class ArticleSearchOut(Schema):
    """Words that led to it."""

    term: str
    language: str
    times: int


class ArticleReportOut(ArticleFiguresOut):
    """The figures with what they count: days, and at most two hundred each of words of readers, answers and searches."""

    days: list[ArticleReportDayOut]
    ratings: list[ArticleRatingOut]
    answers: list[ArticleAnswerOut]
    found_by: list[ArticleSearchOut]


@router.get("/article-report", response=answers(PageOf[ArticleFiguresOut]))
def list_article_figures(request: HttpRequest, asked: Annotated[ArticleReportListQuery, Query(...)]) -> Any:
    """Every article that readers can see or that has a figure, the most by a measure first; `next` is what to send as `after`."""
    require_anywhere(request.user, SEE)
    lines = queries.article_lines(request.user, span_of(asked.since, asked.until), asked.by)
    end = asked.after + asked.limit
    return {
        "items": [_figures(one) for one in lines[asked.after : end]],
        "next": str(end) if len(lines) > end else None,
    }


@router.get("/article-report/{article_id}", response=answers(ArticleReportOut))
def get_article_report(
    request: HttpRequest, article_id: UUID, asked: Annotated[ArticleReportQuery, Query(...)]
) -> Any:
    """One article in a period, with what its numbers count."""
    require_anywhere(request.user, SEE)
    found, period = queries.article_for(request.user, article_id), span_of(asked.since, asked.until)
    return _figures(queries.article_line(request.user, found, period)) | {
        "days": queries.days_of(request.user, found, period),
        "ratings": queries.ratings_of(request.user, found, period),
        "answers": [
            {
                "written_at": one.written_at,
                "language": one.language,
                "conversation_id": one.conversation.pk if one.conversation else None,
            }
            for one in queries.answers_with(request.user, found, period)
        ],
        "found_by": [
            {"term": one["term"], "language": one["language"], "times": one["counted"]}
            for one in queries.searches_of(request.user, found, period)
        ],
    }


def _figures(line: ArticleLine) -> dict[str, Any]:
    article = line.article
    return {"article_id": article.pk, "number": article.number, "title": str(article)} | {
        name: getattr(line, name) for name in _COUNTED
    }
