"""What came back: figures, each opening the answers it counts; and the answers of one customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bandhu.customers import queries as customers
from bandhu.feedback import actions, queries
from bandhu.feedback.forms import AskForm
from bandhu.feedback.scales import SurveyKind
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.paging import keyset_page
from bandhu.platform.record_parts import record_part
from bandhu.ui.pages import render_page, see_other

PERIODS = (30, 90, 365)
GROUPS = {
    "": gettext_lazy("Everything together"),
    "agent": gettext_lazy("By who looked after them"),
    "channel": gettext_lazy("By channel"),
    "language": gettext_lazy("By language"),
}
STATES = ("asked", "answered", "expired", "skipped", "waiting")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, queries.VIEW)
    days, group = _days(request), request.GET.get("group", "")
    lines = queries.results(request.user, days=days, group=group)
    context = {
        "lines": [(line, _opens(line, days, group)) for line in lines],
        "days": days,
        "periods": PERIODS,
        "group": group,
        "groups": GROUPS,
        "group_label": GROUPS.get(group, ""),
        "has_surveys": queries.surveys(request.user).exists(),
        "may_manage": request.user.holds("feedback.manage_surveys"),
        "nps": SurveyKind.NPS,
    }
    return render_page(request, "feedback/results.html", context)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """The askings a figure counts."""
    require_anywhere(request.user, queries.VIEW)
    rows = queries.askings(request.user)
    survey = _survey(request)
    state, group = request.GET.get("state", ""), request.GET.get("group", "")
    rows = queries.within(
        rows,
        survey=survey,
        since=timezone.now() - timedelta(days=_days(request)),
        state=state if state in STATES else "",
        only=request.GET.get("only", ""),
        part=(group, request.GET.get("part", "")) if group in queries.GROUPS and _is_part(request) else None,
    )
    page = keyset_page(rows, ["-id"], cursor=request.GET.get("after") or request.GET.get("before"), limit=50)
    context = {"page": page, "survey": survey, "days": _days(request)}
    return render_page(request, "feedback/answers.html", context, fragment="rows")


@require_safe
def panel(request: HttpRequest, pk: UUID) -> HttpResponse:
    contact = customers.contact_for(request.user, pk)
    context = {
        "askings": queries.askings_of(request.user, contact),
        "contact": contact,
        "form": AskForm(prefix="ask") if request.user.holds("feedback.ask") else None,
    }
    return record_part(
        request, "feedback/panel.html", context, kind="contact", record=contact, title=_("Feedback")
    )


@require_POST
def request_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask a customer by hand."""
    contact = customers.contact_for(request.user, pk)
    form = AskForm(request.POST, prefix="ask")
    if form.is_valid():
        try:
            actions.ask_contact(contact, actor=request.user, survey=form.cleaned_data["survey"])
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, _("They are asked within a minute."))
    else:
        messages.error(request, _("Choose a survey that is in use."))
    return see_other(request, reverse("customers:contact", args=[pk]))


def _days(request: HttpRequest) -> int:
    given = request.GET.get("days", "")
    return int(given) if given in {str(one) for one in PERIODS} else 90


def _survey(request: HttpRequest) -> Any:
    try:
        return queries.survey_for(request.user, UUID(request.GET["survey"]))
    except (KeyError, ValueError):
        return None


def _is_part(request: HttpRequest) -> bool:
    """A part is said, and for people it is an id or nobody."""
    if "part" not in request.GET:
        return False
    given = request.GET["part"]
    if request.GET.get("group") != "agent" or not given:
        return True
    try:
        return bool(UUID(given))
    except ValueError:
        return False


def _opens(line: queries.Line, days: int, group: str) -> dict[str, str]:
    """The address of the answers behind each number of a line."""
    asked: dict[str, Any] = {"survey": line.survey.pk, "days": days, "state": "asked"}
    if group:
        asked |= {"group": group, "part": line.part or ""}
    address = reverse("feedback:answers")
    answered = asked | {"state": "answered"}
    return {
        "asked": f"{address}?{urlencode(asked)}",
        "answered": f"{address}?{urlencode(answered)}",
        **{only: f"{address}?{urlencode(answered | {'only': only})}" for only in ("good", "between", "bad")},
    }


@require_safe
def survey_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One survey: how each score was given, and the figure week by week."""
    require_anywhere(request.user, queries.VIEW)
    survey = queries.survey_for(request.user, pk)
    lines = [one for one in queries.results(request.user, days=_days(request)) if one.survey == survey]
    context = {
        "survey": survey,
        "line": lines[0] if lines else None,
        "opens": _opens(lines[0], _days(request), "") if lines else {},
        "weeks": queries.by_week(request.user, survey),
        "days": _days(request),
        "periods": PERIODS,
        "nps": SurveyKind.NPS,
    }
    return render(request, "feedback/survey_results.html", context)
