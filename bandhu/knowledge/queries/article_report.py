"""How articles do in a period: opened, said to help or not, put into answers, found by which words. Each number has what it counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge.models import Article, ArticleDay, ArticleFeedback, ArticleReply, ArticleSearch
from bandhu.platform.day_spans import Span
from bandhu.platform.record_kinds import record_kinds

SEE = "knowledge.view_reports"
MEASURES = ("views", "helpful", "unhelpful", "replies", "searches")
_MOST_SHOWN = 200


@dataclass(frozen=True)
class ArticleLine:
    """The figures of one article. `searches` are readings that followed a search here, as far as browsers tell."""

    article: Article
    views: int = 0
    helpful: int = 0
    unhelpful: int = 0
    replies: int = 0
    searches: int = 0


@dataclass(frozen=True)
class UsedIn:
    """An answer with the article in it; `conversation` is None where it is out of the reader's reach."""

    written_at: datetime
    language: str
    conversation: Any
    url: str


def article_lines(user: Any, period: Span, measure: str = "views") -> list[ArticleLine]:
    """Every article that readers can see or that has a figure, the most by `measure` (one of MEASURES) first."""
    require_anywhere(user, SEE)
    figures: dict[UUID, dict[str, int]] = defaultdict(dict)
    for name, rows in _counted(period).items():
        for article_id, value in rows:
            figures[article_id][name] = value
    shown = Article.objects.visible_to(user).filter(~Q(live_languages=[]) | Q(pk__in=list(figures)))
    lines = [ArticleLine(article=one, **figures.get(one.pk, {})) for one in shown]
    order = measure if measure in MEASURES else "views"
    return sorted(lines, key=lambda one: (-getattr(one, order), one.article.number))


def article_line(user: Any, article: Article, period: Span) -> ArticleLine:
    """The figures of one article."""
    require_anywhere(user, SEE)
    found = {name: dict(rows.filter(article=article)) for name, rows in _counted(period).items()}
    return ArticleLine(article=article, **{name: rows.get(article.pk, 0) for name, rows in found.items()})


def days_of(user: Any, article: Article, period: Span) -> list[ArticleDay]:
    """When it was opened: by day and language, the newest first."""
    require_anywhere(user, SEE)
    return list(_days(period).filter(article=article).order_by("-day", "language"))


def ratings_of(user: Any, article: Article, period: Span) -> list[ArticleFeedback]:
    """What readers said in the period, the newest first, at most two hundred."""
    require_anywhere(user, SEE)
    return list(_feedback(period).filter(article=article)[:_MOST_SHOWN])


def searches_of(user: Any, article: Article, period: Span) -> list[Any]:
    """Words that led to it: {"term", "language", "counted"}, the most often first, at most two hundred."""
    require_anywhere(user, SEE)
    rows = _searches(period).filter(article=article).values("term", "language")
    return list(rows.annotate(counted=Sum("times")).order_by("-counted", "term")[:_MOST_SHOWN])


def answers_with(user: Any, article: Article, period: Span) -> list[UsedIn]:
    """Answers that have it in them, the newest first, at most two hundred; their conversations where the user may see them."""
    require_anywhere(user, SEE)
    rows = list(_replies(period).filter(article=article)[:_MOST_SHOWN])
    kind = record_kinds.get("conversation")
    seen: dict[UUID, Any] = {}
    if kind is not None and rows:
        seen = kind.visible_to(user).in_bulk([one.conversation_id for one in rows])
    return [
        UsedIn(
            one.written_at, one.language, found := seen.get(one.conversation_id),
            kind.url(found) if kind is not None and found is not None else "",
        )
        for one in rows
    ]  # fmt: skip


def _counted(period: Span) -> dict[str, QuerySet[Any]]:
    """By measure: rows of (article, number)."""
    said = _feedback(period).order_by().values("article")
    return {
        "views": _days(period)
        .order_by()
        .values("article")
        .annotate(counted=Sum("views"))
        .values_list("article", "counted"),
        "searches": _searches(period)
        .order_by()
        .values("article")
        .annotate(counted=Sum("times"))
        .values_list("article", "counted"),
        "replies": _replies(period)
        .order_by()
        .values("article")
        .annotate(counted=Count("pk"))
        .values_list("article", "counted"),
        "helpful": said.filter(is_helpful=True)
        .annotate(counted=Count("pk"))
        .values_list("article", "counted"),
        "unhelpful": said.filter(is_helpful=False)
        .annotate(counted=Count("pk"))
        .values_list("article", "counted"),
    }


def _days(period: Span) -> QuerySet[ArticleDay]:
    return ArticleDay.objects.filter(day__range=(period.since, period.until))


def _searches(period: Span) -> QuerySet[ArticleSearch]:
    return ArticleSearch.objects.filter(day__range=(period.since, period.until))


def _replies(period: Span) -> QuerySet[ArticleReply]:
    begins, ends = period.moments
    return ArticleReply.objects.filter(written_at__gte=begins, written_at__lt=ends)


def _feedback(period: Span) -> QuerySet[ArticleFeedback]:
    begins, ends = period.moments
    rows = ArticleFeedback.objects.filter(given_at__gte=begins, given_at__lt=ends)
    return rows.order_by("-given_at")
