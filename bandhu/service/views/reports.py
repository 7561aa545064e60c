"""How service did: volume, backlog, times and attainment, each number with its records."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.value_choices import words_for
from bandhu.service import queries
from bandhu.service.queries.reports import DIMENSIONS, Span

LONGEST = 731
_USUAL_DAYS = 30
_BY_NAME = ("owner", "type")


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """`since`, `until` (ISO days) and `by` (a dimension) stand in the address."""
    require_anywhere(request.user, queries.VIEW)
    span, problem = _span(request)
    by = request.GET.get("by", "owner")
    by = by if by in DIMENSIONS else "owner"
    links = Links(span)
    found = queries.slices(request.user, span, by, lambda value: _name(request, by, value))
    volume = queries.volume(request.user, span)
    context: dict[str, Any] = {
        "span": span,
        "problem": problem,
        "totals": queries.totals(request.user, span),
        "to": links,
        "attainment": [
            (one, links.of_measure(one.measure)) for one in queries.attainment(request.user, span)
        ],
        "by": by,
        "by_label": DIMENSIONS[by][1],
        "dimensions": [(name, label) for name, (_path, label) in DIMENSIONS.items()],
        "slices": [(one, links.of_slice(by, one.value)) for one in found],
        "most": max((one.opened for one in found), default=0),
        "volume": volume,
        "busiest": max((max(opened, solved) for _day, opened, solved in volume), default=0),
    }
    return render(request, "service/reports.html", context, status=422 if problem else 200)


class Links:
    """Where the numbers lead: the list of tickets with the filter that makes them."""

    def __init__(self, span: Span) -> None:
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
        return tickets_where(self.opened_in, {"field": "reopened", "op": "more", "value": 1})

    @property
    def one_touch(self) -> str:
        once = ({"field": "answers", "op": "less", "value": 1}, {"field": "reopened", "op": "is", "value": 0})
        return tickets_where(self.solved_in, *once)

    def of_measure(self, measure: Any) -> dict[str, str]:
        """By state of the measure's newest clock, of tickets opened in the period."""
        states = ("met", "breached", "abandoned")
        return {
            state: tickets_where(self.opened_in, {"field": f"{measure}_level", "op": "in", "value": [state]})
            for state in states
        }

    def of_slice(self, dimension: str, value: str) -> dict[str, str]:
        own = (
            {"field": dimension, "op": "in", "value": [value]}
            if value
            else {"field": dimension, "op": "empty"}
        )
        if dimension == "channel" and value:
            own = {"field": dimension, "op": "is", "value": value}
        return {
            "opened": tickets_where(self.opened_in, own),
            "solved": tickets_where(self.solved_in, own),
            "backlog": tickets_where(_OPEN, own),
        }


_OPEN = {"field": "stage", "op": "in", "value": ["new", "open", "waiting", "hold"]}


def tickets_where(*conditions: dict[str, Any]) -> str:
    """The list of tickets for which all of this holds."""
    return f"{reverse('service:tickets')}?{urlencode({'filter': json.dumps({'all': list(conditions)})})}"


def _between(field: str, span: Span) -> dict[str, Any]:
    return {"field": field, "op": "between", "value": [span.since.isoformat(), span.until.isoformat()]}


def _span(request: HttpRequest) -> tuple[Span, str]:
    today = timezone.localdate()
    usual = Span(today - timedelta(days=_USUAL_DAYS - 1), today)
    try:
        since = date.fromisoformat(request.GET.get("since") or usual.since.isoformat())
        until = date.fromisoformat(request.GET.get("until") or usual.until.isoformat())
    except ValueError:
        return usual, _("Write a date, like 2026-11-22.")
    if not (2000 <= since.year <= until.year <= 2199) or since > until or (until - since).days >= LONGEST:
        return usual, _("Choose a period of up to two years that ends after it begins.")
    return Span(since, until), ""


def _name(request: HttpRequest, dimension: str, value: Any) -> str:
    """A value in words; what nobody or nothing has says so."""
    if not value:
        return _("(none)")
    if dimension in _BY_NAME:
        return _(value) if dimension == "type" else str(value)
    field = record_kinds["ticket"].field(dimension)
    return words_for(request.user, field, str(value)) or str(value) if field else str(value)
