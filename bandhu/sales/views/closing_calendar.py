"""The month of expected closings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bandhu.catalog.queries import base_currency
from bandhu.platform.list_pages import list_frame, view_of
from bandhu.sales import queries
from bandhu.sales.list_addresses import between, is_one_of, opportunities_where
from bandhu.sales.views.boards import KIND, listing_of, pipeline_of
from bandhu.ui.formats import current_reader
from bandhu.ui.pages import render_page


@require_safe
def closings(request: HttpRequest) -> HttpResponse:
    """`month` (any day of it as an ISO text), `pipeline` and the words of every list stand in the address."""
    known, pipeline = pipeline_of(request)
    view = view_of(request.user, KIND, request.GET.get("view", ""))
    listing, problem = listing_of(request, view)
    month, today = _month(request.GET.get("month", "")), timezone.localdate()
    weeks = queries.closing_weeks(listing, pipeline, month, current_reader().locale.first_week_day)
    tree = listing.definition.get("filter") or {}
    also = tree.get("all", [tree] if tree else [])

    def address(day: date) -> str:
        own = [
            is_one_of("pipeline", pipeline.pk),
            is_one_of("state", "open"),
            between("expected_close", day, day),
        ]
        return opportunities_where(*also, *own, text=listing.text)

    context: dict[str, Any] = {
        **list_frame(request, listing, view),
        "problem": problem,
        "text": request.GET.get("q", "")[:200],
        "pipelines": known,
        "pipeline": pipeline,
        "month": month,
        "today": today,
        "before": (month - timedelta(days=1)).replace(day=1),
        "after": (month + timedelta(days=31)).replace(day=1),
        "weeks": [[(one, address(one.day)) for one in week] for week in weeks],
        "has_any": any(one.count for week in weeks for one in week),
        "currency": base_currency(),
    }
    return render_page(
        request, "sales/closings.html", context, fragment="month", status=422 if problem else 200
    )


def _month(text: str) -> date:
    """The first day of a month; this one's for what is no day we know."""
    try:
        day = parse_date(text[:10])
    except ValueError:
        day = None
    if day is None or not 1971 <= day.year <= 2198:
        day = timezone.localdate()
    return day.replace(day=1)
