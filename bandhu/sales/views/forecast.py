"""The forecast of a period: the figures, quotas, adjustments, what changed, and the trend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.catalog.queries import base_currency
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.paging import keyset_page
from bandhu.sales import actions, queries
from bandhu.sales.forecast_words import CHANGE_TITLES, LINE_TITLES, cells_of, undated_urls, won_where
from bandhu.sales.forms.forecasts import AdjustmentForm, QuotaForm
from bandhu.sales.forms.lead_setup import take_errors
from bandhu.ui.pages import close_dialog, render_page

SEE, VIEW, MANAGE = "sales.view_forecast", "sales.view_opportunity", "sales.manage_forecast"


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """`kind` (month, quarter or year) and `begins` (a day of the period) stand in the address; without them this quarter."""
    require_anywhere(request.user, VIEW)
    period, problem = _period(request)
    found = queries.forecast(request.user, period)
    context = {
        **_frame(period),
        "problem": problem,
        "forecast": found,
        "rows": [(row, cells_of(row, period)) for row in found.rows if not row.is_empty or row.parts],
        "totals": cells_of(found.total, period),
        "undated": undated_urls(found.undated),
    }
    status = 422 if problem else 200
    return render_page(request, "sales/forecast/page.html", context, fragment="figures", status=status)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What changed since a snapshot; with `way` the opportunities that one number counts."""
    require_anywhere(request.user, VIEW)
    period, problem = _period(request)
    known = queries.snapshots(request.user)
    asked, subject = _asked(request, period)
    chosen = request.GET.get("snapshot", "")
    snapshot = (
        queries.snapshot_for(request.user, chosen) if chosen else queries.latest_before(request.user, period)
    )
    context = {
        **_frame(period), "problem": problem, "snapshots": known, "snapshot": snapshot, "asked": asked, "subject": subject, "trend_url": _trend_url(request, period),
        "line_title": LINE_TITLES.get(asked.line, ""), "lines": [(name, LINE_TITLES[name]) for name in queries.ADJUSTED],
    }  # fmt: skip
    if snapshot is not None:
        way = request.GET.get("way", "")
        context |= _behind(request, snapshot, asked, way) if way else _explained(request, snapshot, asked)
    return render_page(request, "sales/forecast/changes.html", context, fragment="changes")


@require_safe
def trend(request: HttpRequest) -> HttpResponse:
    """What the running period will bring if things go on as they went."""
    require_anywhere(request.user, VIEW)
    period, problem = _period(request)
    sellers, subject = _sellers(request)
    won = queries.won_trend(request.user, period.kind, sellers)
    tried = {one.place: one for one in won.trend.trials}
    context = {
        **_frame(period),
        "problem": problem,
        "won": won,
        "subject": subject,
        "past": [
            (one, tried.get(place), won_where(one.period, sellers)) for place, one in enumerate(won.past)
        ][::-1],
        "most": max((one.value for one in won.past), default=0),
    }
    return render_page(request, "sales/forecast/trend.html", context)


@require_http_methods(["GET", "POST"])
def quota(request: HttpRequest) -> HttpResponse:
    """`user` or `team`, and the period, stand in the address."""
    require_anywhere(request.user, MANAGE)
    period, subject = _period_or_404(request), queries.subject_of(request.user, **_subject_words(request))
    now = queries.quota_of(request.user, period, subject)
    form = QuotaForm(request.POST or None, now=now)
    title = _("Quota of %(who)s") % {"who": subject}

    def save(**values: Any) -> None:
        actions.set_quota(subject, actor=request.user, period=period, **values)

    counting = queries.quota_counting(request.user, period, subject)
    context = {"title": title, "period": period, "currency": base_currency()}
    if counting is not None and counting.from_parts:
        context["parts_quota"] = counting
    return _dialog(request, form, save, context)


@require_http_methods(["GET", "POST"])
def adjustment(request: HttpRequest) -> HttpResponse:
    """`user` or `team`, the period and the `line` stand in the address; earlier adjustments are shown below the form."""
    require_anywhere(request.user, MANAGE)
    period, subject = _period_or_404(request), queries.subject_of(request.user, **_subject_words(request))
    line = request.GET.get("line", "commit")
    if line not in queries.ADJUSTED:
        raise Http404
    history = queries.adjustments_of(request.user, period, subject)
    of_line = [one for one in history if one.line == line]
    form = AdjustmentForm(request.POST or None, now=of_line[0].amount_minor if of_line else None)
    context = {
        "title": _("What you expect of %(who)s") % {"who": subject}, "period": period, "history": of_line,
        "line_title": LINE_TITLES[line], "currency": base_currency(),
        "figure": queries.own_figure(request.user, period, subject, line),
    }  # fmt: skip

    def save(**values: Any) -> None:
        actions.adjust_forecast(subject, actor=request.user, period=period, line=line, **values)

    return _dialog(request, form, save, context)


def _dialog(
    request: HttpRequest, form: Any, act: Callable[..., Any], context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.values())
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            response = close_dialog(HttpResponse(status=204))
            response["HX-Refresh"] = "true"
            return response
    status = 422 if request.method == "POST" else 200
    context |= {"form": form, "action": request.get_full_path()}
    return render(request, "sales/forecast/dialog.html", context, status=status)


def _explained(request: HttpRequest, snapshot: Any, asked: queries.ChangesAsked) -> dict[str, Any]:
    found = queries.forecast_changes(request.user, snapshot, asked)
    most = max([found.then, found.now, *(abs(one.value) for one in found.changes)], default=0)
    return {"found": found, "changes": [(one, CHANGE_TITLES[one.way]) for one in found.changes], "most": most}


def _behind(request: HttpRequest, snapshot: Any, asked: queries.ChangesAsked, way: str) -> dict[str, Any]:
    if way not in queries.CHANGE_WAYS:
        raise Http404
    rows = queries.opportunities_behind(request.user, snapshot, asked, way)
    try:
        page = keyset_page(rows, ["sort_key"], cursor=request.GET.get("after") or request.GET.get("before"))
    except ValidationError as error:
        raise Http404 from error
    queries.count_shares(page.items, asked)
    return {"page": page, "way": way, "way_title": CHANGE_TITLES[way]}


def _asked(request: HttpRequest, period: queries.ForecastPeriod) -> tuple[queries.ChangesAsked, Any]:
    """Whose part of the forecast, and which line."""
    line = request.GET.get("line", "")
    if line and line not in queries.ADJUSTED:
        raise Http404
    sellers, subject = _sellers(request)
    return queries.ChangesAsked(period, user=sellers.user, team_ids=sellers.team_ids, line=line), subject


def _sellers(request: HttpRequest) -> tuple[queries.Sellers, Any]:
    """The person or the team of the address; without one everybody within reach."""
    words = _subject_words(request)
    if not any(words.values()):
        return queries.Sellers(), None
    subject = queries.subject_of(request.user, **words)
    if words["person"]:
        return queries.Sellers(user=subject), subject
    return queries.Sellers(team_ids=tuple(queries.teams_under(subject))), subject


def _trend_url(request: HttpRequest, period: queries.ForecastPeriod) -> str:
    words = {name: request.GET[name][:40] for name in ("user", "team") if name in request.GET}
    return f"{reverse('sales:forecast_trend')}?{urlencode({**words, 'kind': period.kind})}"


def _subject_words(request: HttpRequest) -> dict[str, str]:
    return {"person": request.GET.get("user", "")[:40], "team": request.GET.get("team", "")[:40]}


def _period(request: HttpRequest) -> tuple[queries.ForecastPeriod, str]:
    """The period of the address; the running quarter, with the reason, where it is none."""
    try:
        return queries.period_of(request.GET.get("kind", ""), request.GET.get("begins", "")[:10]), ""
    except ValidationError as error:
        return queries.period_of(), " ".join(error.messages)


def _period_or_404(request: HttpRequest) -> queries.ForecastPeriod:
    period, problem = _period(request)
    if problem:
        raise Http404
    return period


def _frame(period: queries.ForecastPeriod) -> dict[str, Any]:
    return {
        "period": period,
        "before": period.moved(-1),
        "after": period.moved(1),
        "currency": base_currency(),
        "address": urlencode({"kind": period.kind, "begins": period.begins.isoformat()}),
    }
