"""How articles do in a period: all of them side by side, and one with everything its numbers count."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import queries
from bandhu.knowledge.queries.article_report import MEASURES, SEE
from bandhu.platform.day_spans import Span, span_of, usual_span

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


def _period(request: HttpRequest) -> tuple[Span, str]:
    try:
        return span_of(request.GET.get("since", ""), request.GET.get("until", "")), ""
    except ValidationError as problem:
        return usual_span(), problem.messages[0]


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
