"""People with a say, competitors, the sellers' parts and next steps of an opportunity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.customers import queries as customers
from bandhu.identity.scoping import require
from bandhu.interactions.forms import FollowUpForm
from bandhu.sales import actions, queries
from bandhu.sales.forms.parts import CompetitorForm, SplitForm, StakeholderForm
from bandhu.ui.pages import close_dialog, with_event, with_toast

CHANGE = "sales.change_opportunity"


@require_http_methods(["GET", "POST"])
def stakeholders(request: HttpRequest, pk: UUID) -> HttpResponse:
    def add(record: Any, form: StakeholderForm) -> None:
        data = form.cleaned_data
        contact = customers.contact_for(request.user, data["contact"])
        actions.add_stakeholder(
            record, actor=request.user, contact=contact, role=data["role"], note=data["note"]
        )

    return _dialog(request, pk, StakeholderForm(request.POST or None), add, _("Somebody with a say"))


@require_http_methods(["GET", "POST"])
def competitors(request: HttpRequest, pk: UUID) -> HttpResponse:
    def add(record: Any, form: CompetitorForm) -> None:
        actions.add_competitor(record, actor=request.user, **form.cleaned_data)

    return _dialog(request, pk, CompetitorForm(request.POST or None), add, _("Competitor"))


@require_http_methods(["GET", "POST"])
def splits(request: HttpRequest, pk: UUID) -> HttpResponse:
    def share(record: Any, form: SplitForm) -> None:
        actions.set_splits(record, actor=request.user, shares=form.shares())

    found = queries.opportunity_for(request.user, pk)
    form = SplitForm(request.POST or None, record=found)
    return _dialog(request, pk, form, share, _("Who shares the sale"))


@require_http_methods(["GET", "POST"])
def steps(request: HttpRequest, pk: UUID) -> HttpResponse:
    def plan(record: Any, form: FollowUpForm) -> None:
        actions.plan_step(record, actor=request.user, **{"custom": {}} | form.values())

    form = FollowUpForm(request.POST or None, request.FILES or None, user=request.user)  # type: ignore[arg-type]
    return _dialog(request, pk, form, plan, _("Plan a next step"))


@require_POST
def stakeholder_removal(request: HttpRequest, pk: UUID, part_id: UUID) -> HttpResponse:
    record = queries.opportunity_for(request.user, pk)
    actions.remove_stakeholder(record, actor=request.user, stakeholder_id=part_id)
    return _changed(_("Removed."))


@require_POST
def competitor_removal(request: HttpRequest, pk: UUID, part_id: UUID) -> HttpResponse:
    record = queries.opportunity_for(request.user, pk)
    actions.remove_competitor(record, actor=request.user, competitor_id=part_id)
    return _changed(_("Removed."))


def _dialog(
    request: HttpRequest, pk: UUID, form: Any, act: Callable[[Any, Any], None], title: str
) -> HttpResponse:
    record = queries.opportunity_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "POST" and form.is_valid():
        try:
            act(record, form)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            return _changed(_("Saved."))
    context = {"form": form, "record": record, "title": title, "action": request.path}
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/opportunities/part.html", context, status=status)


def _changed(text: str) -> HttpResponse:
    response = with_event(with_event(HttpResponse(status=204), "opportunity-changed"), "follow-ups-changed")
    return with_toast(close_dialog(response), text)
