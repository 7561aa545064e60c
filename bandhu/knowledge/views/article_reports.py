"""How articles do in a period: all of them side by side, and one with everything its numbers count."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import queries
from bandhu.knowledge.queries.article_report import MEASURES, SEE, Period

_USUAL_DAYS, _LONGEST_DAYS = 30, 731
_PAGE = 50


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """`since`, `until` (ISO days), `by` (a measure, the most first) and `after` (how many lines came before) stand in the address."""
    require_anywhere(request.user, SEE)
    period, problem = _period(request)
    by = request.GET.get("by", "")
    by = by if by in MEASURES else "views"
    lines = queries.article_lines(request.user, period, by)
    begin = _place(request.GET.get("after") or request.GET.get("before") or "")
    context = {
        "period": period,
        "problem": problem,
        "by": by,
        "measures": _words_of_measures(),
        "lines": lines[begin : begin + _PAGE],
        "most": max((one.views for one in lines), default=0),
        "next": str(begin + _PAGE) if len(lines) > begin + _PAGE else "",
        "previous": str(begin - _PAGE) if begin >= _PAGE else "",
    }
    return render(request, "knowledge/reports/articles.html", context, status=422 if problem else 200)


@require_safe
def article(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the numbers of one article count: days, words of readers, answers, searches."""
    require_anywhere(request.user, SEE)
    found = queries.article_for(request.user, pk)
    period, problem = _period(request)
    said = queries.ratings_of(request.user, found, period)
    context = {
        "article": found,
        "period": period,
        "problem": problem,
        "line": queries.article_line(request.user, found, period),
        "days": queries.days_of(request.user, found, period),
        "ratings": [
            ("helpful", _("Helped"), [one for one in said if one.is_helpful]),
            ("unhelpful", _("Did not help"), [one for one in said if not one.is_helpful]),
        ],
        "answers": queries.answers_with(request.user, found, period),
        "searches": queries.searches_of(request.user, found, period),
    }
    return render(request, "knowledge/reports/article.html", context, status=422 if problem else 200)


def _words_of_measures() -> list[tuple[str, str]]:
    words = {
        "views": _("Times opened"),
        "helpful": _("Helped"),
        "unhelpful": _("Did not help"),
        "replies": _("In answers"),
        "searches": _("After a search"),
    }
    return [(name, words[name]) for name in MEASURES]


def _period(request: HttpRequest) -> tuple[Period, str]:
    today = timezone.localdate()
    usual = Period(today - timedelta(days=_USUAL_DAYS - 1), today)
    try:
        since = date.fromisoformat(request.GET.get("since") or usual.since.isoformat())
        until = date.fromisoformat(request.GET.get("until") or usual.until.isoformat())
    except ValueError:
        return usual, _("Write a date, like 2026-11-22.")
    if not (2000 <= since.year <= until.year <= 2199) or not 0 <= (until - since).days < _LONGEST_DAYS:
        return usual, _("Choose a period of up to two years that ends after it begins.")
    return Period(since, until), ""


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
