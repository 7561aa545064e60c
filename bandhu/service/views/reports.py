"""How service did: volume, backlog, times and attainment, each number with its records."""

from __future__ import annotations

import json
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
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.paging import keyset_page
from bandhu.platform.report_pages import backlog_shown
from bandhu.service import queries
from bandhu.service.queries import DIMENSIONS, LEVEL_DIMENSIONS, Span
from bandhu.ui.pages import render_page


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """`since`, `until` (ISO days) and `by` (a dimension) stand in the address."""
    require_anywhere(request.user, queries.VIEW)
    span, problem = _span(request)
    by = request.GET.get("by", "owner")
    by = by if by in DIMENSIONS else "owner"
    links = Links(span)
    found = queries.slices(
        request.user, span, by, lambda value: queries.words_of_value(request.user, by, value)
    )
    volume = queries.volume(request.user, span)
    context: dict[str, Any] = {
        "span": span,
        "problem": problem,
        "sees_talks": request.user.holds("interactions.view_conversation"),
        "sees_queues": request.user.holds("contact_center.view_queue"),
        "totals": queries.totals(request.user, span),
        "to": links,
        "attainment": [
            (one, links.of_measure(one.measure)) for one in queries.attainment(request.user, span)
        ],
        "by": by,
        "by_label": DIMENSIONS[by][1],
        "dimensions": [(name, label) for name, (_path, label) in DIMENSIONS.items()],
        "slices": [(one, links.of_line(by, one, found)) for one in found],
        "most": max((one.opened for one in found if not one.is_others), default=0),
        "volume": [(*line, links.of_day(line[0])) for line in volume],
        "busiest": max((max(opened, solved) for _day, opened, solved in volume), default=0),
        **backlog_shown(request, span, queries.backlog, reverse("service:report_open")),
    }
    return render(request, "service/reports.html", context, status=422 if problem else 200)


@require_safe
def still_open(request: HttpRequest) -> HttpResponse:
    """The tickets that were open at the end of `day` (ISO)."""
    require_anywhere(request.user, queries.VIEW)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
        rows = queries.open_at_end(request.user, day)
        page = keyset_page(
            rows.select_related("status", "owner"),
            ["-number"],
            cursor=request.GET.get("after") or request.GET.get("before"),
        )
    except (ValueError, OverflowError, ValidationError) as error:
        raise Http404 from error
    context = {"day": day, "page": page, "how_many": rows.count()}
    return render_page(request, "service/report_open.html", context, fragment="rows")


class Links:
    """Where the numbers lead: the list of tickets with the filter that makes them."""

    def __init__(self, span: Span) -> None:
        self.span = {"since": span.since.isoformat(), "until": span.until.isoformat()}
        self.opened_in = _between("created_at", span)
        self.solved_in = _between("solved_at", span)

    @property
    def opened(self) -> str:
        return tickets_where(self.opened_in)

    @property
    def solved(self) -> str:
        return tickets_where(self.solved_in)

    @property
    def backlog(self) -> str:
        return tickets_where(_OPEN)

    @property
    def unassigned(self) -> str:
        return tickets_where(_OPEN, {"field": "owner", "op": "empty"})

    @property
    def reopened(self) -> str:
        return tickets_where(self.opened_in, _AGAIN)

    @property
    def one_touch(self) -> str:
        return tickets_where(self.solved_in, *_ONCE)

    @property
    def first_answer(self) -> str:
        return self.clocks("first", "ended")

    @property
    def solution(self) -> str:
        return self.clocks("resolution", "ended")

    def clocks(self, measure: str, which: str, **of: str) -> str:
        """The clocks that a number counts; `by` and `value` say of which tickets."""
        asked = {"measure": str(measure), "which": which, **self.span, **of}
        return f"{reverse('service:report_clocks')}?{urlencode(asked)}"

    def of_measure(self, measure: str, **of: str) -> dict[str, str]:
        """By what became of the measure's clocks that began in the period; `by` and `value` as for `clocks`."""
        return {which: self.clocks(measure, which, **of) for which in queries.WHICH}

    def of_day(self, day: date) -> dict[str, str]:
        one = Span(day, day)
        return {
            "opened": tickets_where(_between("created_at", one)),
            "solved": tickets_where(_between("solved_at", one)),
        }

    def of_line(self, dimension: str, one: queries.Slice, lines: list[queries.Slice]) -> dict[str, str]:
        """Of a value, or of the line of others, which counts what is in none of `lines`; none where that may count a ticket twice."""
        if not one.is_others:
            return self.of_slice(dimension, one.value)
        if dimension in queries.MANY_OF:
            return {}
        shown = [each.value for each in lines if not each.is_others]
        named = [value for value in shown if value]
        own = [{"field": dimension, "op": "not_in", "value": named}] if named else []
        return self._of_tickets(*own, *([{"field": dimension, "op": "filled"}] if "" in shown else []))

    def _of_tickets(self, *own: dict[str, Any]) -> dict[str, str]:
        return {
            "opened": tickets_where(self.opened_in, *own),
            "solved": tickets_where(self.solved_in, *own),
            "backlog": tickets_where(_OPEN, *own),
            "reopened": tickets_where(self.opened_in, _AGAIN, *own),
            "one_touch": tickets_where(self.solved_in, *_ONCE, *own),
        }

    def of_slice(self, dimension: str, value: str) -> dict[str, str]:
        own = (
            {"field": dimension, "op": "in", "value": [value]}
            if value
            else {"field": dimension, "op": "empty"}
        )
        if dimension in queries.MANY_OF and value:
            own["op"] = "any_of"
        return self._of_tickets(own) | {
            "first_answer": self.clocks("first", "ended", by=dimension, value=value),
            "solution": self.clocks("resolution", "ended", by=dimension, value=value),
        }


_AGAIN = {"field": "reopened", "op": "more", "value": 1}
_ONCE = ({"field": "answers", "op": "less", "value": 1}, {"field": "reopened", "op": "is", "value": 0})
_COUNTED = {"field": "was_merged", "op": "no"}
_OPEN = {"field": "stage", "op": "in", "value": ["new", "open", "waiting", "hold"]}


def tickets_where(*conditions: dict[str, Any]) -> str:
    """The list of tickets for which all of this holds; what was merged counts as the one it went into."""
    tree = {"all": [*conditions, _COUNTED]}
    return f"{reverse('service:tickets')}?{urlencode({'filter': json.dumps(tree)})}"


def _between(field: str, span: Span) -> dict[str, Any]:
    return {"field": field, "op": "between", "value": [span.since.isoformat(), span.until.isoformat()]}


def _span(request: HttpRequest) -> tuple[Span, str]:
    try:
        return queries.span_of(request.GET.get("since", ""), request.GET.get("until", "")), ""
    except ValidationError as problem:
        return queries.usual_span(), problem.messages[0]


@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """What one number counts: `measure`, and `which` of its clocks (a key of WHICH); of one slice with `by` and `value`."""
    require_anywhere(request.user, queries.VIEW)
    span, problem = _span(request)
    measure, which = request.GET.get("measure", ""), request.GET.get("which", "")
    if measure not in queries.MEASURES or which not in queries.WHICH:
        raise Http404
    by, value = request.GET.get("by", ""), request.GET.get("value", "")
    of = None
    if by in LEVEL_DIMENSIONS and "value" in request.GET:
        of = queries.clocks_of_value(by, value[:300])
    rows = queries.clocks_behind(request.user, span, measure, which, of)
    try:
        page = keyset_page(
            rows, ["-started_at"], cursor=request.GET.get("after") or request.GET.get("before")
        )
    except ValidationError as error:
        raise Http404 from error
    context = {
        "span": span,
        "problem": problem,
        "page": page,
        "how_many": rows.count(),
        "title": f"{queries.MEASURES[measure]}: {_words_of_which()[which]}",
    }
    return render_page(
        request, "service/report_clocks.html", context, fragment="rows", status=422 if problem else 200
    )


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """How service levels were kept: `since`, `until`, `by` (a key of LEVEL_DIMENSIONS) and `measure` stand in the address."""
    require_anywhere(request.user, queries.VIEW)
    span, problem = _span(request)
    by, measure = _by(request), request.GET.get("measure", "")
    measure = measure if measure in queries.MEASURES else "first"
    links = Links(span)
    found = [
        (
            one.label,
            one.measures[measure],
            {} if one.is_others else links.of_measure(measure, by=by, value=one.value),
        )
        for one in _level_slices(request, span, by)
    ]
    context = {
        "span": span,
        "problem": problem,
        "by": by,
        "by_label": LEVEL_DIMENSIONS[by],
        "dimensions": list(LEVEL_DIMENSIONS.items()),
        "measure": measure,
        "measures": list(queries.MEASURES.items()),
        "slices": [line for line in found if line[1].total],
    }
    return render(request, "service/report_levels.html", context, status=422 if problem else 200)


@require_safe
def levels_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV, all of it: one row for each value and measure."""
    require_anywhere(request.user, queries.VIEW)
    span, problem = _span(request)
    if problem:
        return HttpResponse(problem, status=422, content_type="text/plain; charset=utf-8")
    by = _by(request)
    header = [
        str(LEVEL_DIMENSIONS[by]), _("Clock"), _("Running in time"), _("Met"), _("Breached"), _("Abandoned"), _("Attained"),
    ]  # fmt: skip
    rows = (
        [
            one.label, str(each.measure.label), each.open, each.met, each.breached, each.abandoned,
            "" if each.share is None else f"{each.share:.4f}",
        ]
        for one in _level_slices(request, span, by, limit=None)
        for each in one.measures.values()
        if each.total
    )  # fmt: skip
    response = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    name = f"service-levels {by} {span.since.isoformat()} {span.until.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _by(request: HttpRequest) -> str:
    by = request.GET.get("by", "")
    return by if by in LEVEL_DIMENSIONS else "owner"


def _level_slices(request: HttpRequest, span: Span, by: str, **limit: None) -> list[queries.LevelSlice]:
    def words(value: Any) -> str:
        return queries.words_of_value(request.user, by, value)

    return queries.level_slices(request.user, span, by, words, **limit)


def _words_of_which() -> dict[str, str]:
    return {
        "open": _("Running in time"),
        "met": _("Met"),
        "breached": _("Breached"),
        "abandoned": _("Abandoned"),
        "decided": _("Met or breached"),
        "ended": _("Ended in the period"),
    }
