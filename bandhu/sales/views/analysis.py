"""The analysis of a pipeline, and the moves behind its numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.catalog.queries import base_currency
from bandhu.platform.list_pages import list_frame, view_of
from bandhu.platform.listing import Listing
from bandhu.platform.paging import keyset_page
from bandhu.sales import queries
from bandhu.sales.list_addresses import between, is_one_of, opportunities_where
from bandhu.sales.views.boards import KIND, listing_of, pipeline_of
from bandhu.ui.pages import render_page


@require_safe
def analysis(request: HttpRequest) -> HttpResponse:
    """`pipeline`, `since`, `until` (ISO days) and the words of every list stand in the address. htmx gets the figures."""
    known, pipeline = pipeline_of(request)
    view = view_of(request.user, KIND, request.GET.get("view", ""))
    listing, problem = listing_of(request, view)
    span, mistake = _span(request)
    found = queries.analysis(pipeline, listing, span)
    links = _Links(listing, pipeline, span)
    problem = problem or mistake
    context = {
        **list_frame(request, listing, view),
        "problem": problem,
        "text": request.GET.get("q", "")[:200],
        "pipelines": known,
        "pipeline": pipeline,
        "span": span,
        "before": span.before(),
        "periods": _periods(),
        "analysis": found,
        "most": max((flow.counts["entered"] for flow in found.flows), default=0),
        "currency": base_currency(),
        "to": links,
        "losses": [(one, links.of_reason(one.reason)) for one in found.losses],
        "cohorts": [
            (
                one,
                links.of_month(one.month),
                [(count, links.of_month(one.month, state)) for state, count in one.counts.items()],
                links.of_month(one.month, "won", "lost"),
            )
            for one in found.cohorts
        ],
    }
    return render_page(
        request, "sales/analysis.html", context, fragment="figures", status=422 if problem else 200
    )


@require_safe
def moves(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    """What one number of the analysis counts: `way` is "entered", "left", "passed", "lost" or "back"."""
    stage = queries.stage_for(request.user, stage_id)
    way = request.GET.get("way", "entered")
    if way not in queries.WAYS:
        raise Http404
    listing, problem = listing_of(request, view_of(request.user, KIND, request.GET.get("view", "")))
    span, mistake = _span(request)
    rows = queries.moves_behind(stage, listing, span, way)
    try:
        page = keyset_page(rows, ["-at"], cursor=request.GET.get("after") or request.GET.get("before"))
    except ValidationError as error:
        raise Http404 from error
    context = {
        "stage": stage,
        "span": span,
        "page": page,
        "title": _titles()[way] % {"stage": stage.label},
        "problem": problem or mistake,
    }
    return render_page(request, "sales/analysis_moves.html", context, fragment="rows")


def _titles() -> dict[str, str]:
    return {
        "entered": _("Entered “%(stage)s”"),
        "left": _("Left “%(stage)s”"),
        "passed": _("Passed “%(stage)s”"),
        "lost": _("Lost from “%(stage)s”"),
        "back": _("Went back from “%(stage)s”"),
    }


def _span(request: HttpRequest) -> tuple[queries.Span, str]:
    """The period of the address; the usual one, with the reason, where it is none."""
    try:
        return queries.span_of(request.GET.get("since", "")[:10], request.GET.get("until", "")[:10]), ""
    except ValidationError as error:
        return queries.span_of(), " ".join(error.messages)


def _periods() -> list[tuple[str, str]]:
    """(label, words of the address) of the periods that are asked for most."""
    today = timezone.localdate()
    begun = {
        _("30 days"): today - timedelta(days=29),
        _("90 days"): today - timedelta(days=89),
        _("This year"): today.replace(month=1, day=1),
        _("12 months"): today - timedelta(days=364),
    }
    return [(label, since.isoformat()) for label, since in begun.items()]


class _Links:
    """Addresses of the list of opportunities behind a number: the analysis' own filter, and what the number says besides."""

    def __init__(self, listing: Listing, pipeline: Any, span: queries.Span) -> None:
        self.listing, self.span = listing, span
        own = listing.definition.get("filter") or {}
        self.conditions: list[Any] = own.get("all", [own] if own else [])
        self.conditions = [*self.conditions, is_one_of("pipeline", pipeline.pk)]

    def open(self) -> str:
        return self._to(is_one_of("state", "open"))

    def won(self) -> str:
        return self._closed("won")

    def lost(self) -> str:
        return self._closed("lost")

    def earning(self) -> str:
        """What "earned in a day" is made of: what is open now, and what was won or lost in the period."""
        closed = between("closed_at", self.span.since, self.span.until)
        ended = {"all": [is_one_of("state", "won", "lost"), closed]}
        return self._to({"any": [is_one_of("state", "open"), ended]})

    def of_reason(self, reason: Any) -> str:
        if reason is None:
            return self._closed("lost", {"field": "close_reason", "op": "empty"})
        return self._closed("lost", is_one_of("close_reason", reason.pk))

    def of_month(self, month: date, *states: str) -> str:
        """What was created in the part of this month that lies in the period."""
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        created = between("created_at", max(month, self.span.since), min(last, self.span.until))
        return self._to(created, *([is_one_of("state", *states)] if states else []))

    def _closed(self, state: str, *more: dict[str, Any]) -> str:
        closed = between("closed_at", self.span.since, self.span.until)
        return self._to(is_one_of("state", state), closed, *more)

    def _to(self, *more: dict[str, Any]) -> str:
        return opportunities_where(*self.conditions, *more, text=self.listing.text)
