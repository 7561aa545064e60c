"""How conversations did: begun, closed, open, first answers; each number with its conversations."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.customers.imports.neutral import csv_lines
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import queries
from bandhu.inbox.queries import DIMENSIONS, NUMBERS
from bandhu.platform.day_spans import Span, span_of, usual_span
from bandhu.platform.paging import keyset_page
from bandhu.platform.report_pages import backlog_shown
from bandhu.ui.pages import render_page

SEE = "interactions.view_conversation"
_OF_A_LINE = ("opened", "closed", "backlog", "answered")


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """`since`, `until` (ISO days), `by` (a dimension) and `step` (day, week, month) stand in the address."""
    require_anywhere(request.user, SEE)
    span, problem = _span(request)
    by = _by(request)
    lines = queries.talk_slices(request.user, span, by)
    volume = queries.talk_volume(request.user, span)
    context: dict[str, Any] = {
        "span": span,
        "problem": problem,
        "figures": queries.talk_figures(request.user, span),
        "to": _links(span, NUMBERS),
        "by": by,
        "by_label": DIMENSIONS[by][1],
        "dimensions": [(name, label) for name, (_path, label) in DIMENSIONS.items()],
        "slices": [(one, _links_of(span, by, one)) for one in lines],
        "volume": [(*line, _links(Span(line[0], line[0]), ("opened", "closed"))) for line in volume],
        "busiest": max((max(opened, closed) for _day, opened, closed in volume), default=0),
        "sees_tickets": request.user.holds("service.view_ticket"),
        **backlog_shown(request, span, queries.talk_backlog, reverse("inbox:report_conversations")),
    }
    return render(request, "inbox/report.html", context, status=422 if problem else 200)


@require_safe
def report_file(request: HttpRequest) -> HttpResponse:
    """The lines of a dimension as CSV; times in seconds."""
    require_anywhere(request.user, SEE)
    span, problem = _span(request)
    if problem:
        return HttpResponse(problem, status=422, content_type="text/plain; charset=utf-8")
    by = _by(request)
    header = [
        str(DIMENSIONS[by][1]), *(str(NUMBERS[name]) for name in _OF_A_LINE), _("First answer in seconds (median)"),
    ]  # fmt: skip
    rows = (
        [
            one.label, *(str(getattr(one, name)) for name in _OF_A_LINE),
            "" if one.first_answer is None else f"{one.first_answer.total_seconds():.0f}",
        ]
        for one in queries.talk_slices(request.user, span, by)
    )  # fmt: skip
    response = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    name = f"conversations {by} {span.since.isoformat()} {span.until.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The conversations of one `number` (a key of NUMBERS), of one line with `by` and `value` or `others`; or with `day` those open at its end."""
    require_anywhere(request.user, SEE)
    span, problem = _span(request)
    number, by = request.GET.get("number", ""), request.GET.get("by", "")
    try:
        if "day" in request.GET:
            day = date.fromisoformat(request.GET["day"])
            rows, title = queries.talks_open_at_end(request.user, day), _("Open at the end of the day")
            span = Span(day, day)
        elif number in NUMBERS and by in ("", *DIMENSIONS):
            are_others = "others" in request.GET and by != queries.LABELS
            value = request.GET.get("value", "")[:300].replace("\x00", "")
            rows = queries.talks_behind(request.user, span, number, by, value, are_others=are_others)
            title = str(NUMBERS[number])
        else:
            raise Http404
        cursor = request.GET.get("after") or request.GET.get("before")
        page = keyset_page(rows.select_related("contact", "company", "assignee"), ["-id"], cursor=cursor)
    except (ValueError, OverflowError, ValidationError) as error:
        raise Http404 from error
    hide_unseen_customers(request.user, page.items)
    context = {"span": span, "problem": problem, "page": page, "title": title, "how_many": rows.count()}
    status = 422 if problem else 200
    return render_page(request, "inbox/report_conversations.html", context, fragment="rows", status=status)


def _links(span: Span, numbers: Any, **of: str) -> dict[str, str]:
    days = {"since": span.since.isoformat(), "until": span.until.isoformat()}
    where = reverse("inbox:report_conversations")
    return {name: f"{where}?{urlencode({'number': name, **days, **of})}" for name in numbers}


def _links_of(span: Span, by: str, one: Any) -> dict[str, str]:
    """None where a conversation may be counted twice."""
    if one.is_others:
        return {} if by == queries.LABELS else _links(span, _OF_A_LINE, by=by, others="1")
    return _links(span, _OF_A_LINE, by=by, value=one.value)


def _by(request: HttpRequest) -> str:
    by = request.GET.get("by", "")
    return by if by in DIMENSIONS else "assignee"


def _span(request: HttpRequest) -> tuple[Span, str]:
    try:
        return span_of(request.GET.get("since", ""), request.GET.get("until", "")), ""
    except ValidationError as problem:
        return usual_span(), problem.messages[0]
