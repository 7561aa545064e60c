"""What becomes of a lead: taken in hand, given away, kept warm, converted, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.identity.scoping import require, require_anywhere
from bandhu.interactions.forms import FollowUpForm
from bandhu.sales import actions, queries
from bandhu.sales.forms import OpportunityForm
from bandhu.sales.forms.leads import AssignForm, CloseForm, NurtureForm
from bandhu.ui.pages import close_dialog, see_other, with_event, with_toast

CHANGE = "sales.change_lead"


@require_POST
def work(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.lead_for(request.user, pk)
    try:
        actions.work_on_lead(record, actor=request.user)
        messages.success(request, _("It is yours to work on now."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("sales:lead", args=[pk]))


@require_POST
def reopening(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.lead_for(request.user, pk)
    try:
        actions.reopen_lead(record, actor=request.user)
        messages.success(request, _("The lead is open again."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("sales:lead", args=[pk]))


@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest, pk: UUID) -> HttpResponse:
    def close(record: Any, form: CloseForm) -> None:
        chosen = form.cleaned_data["reason"]
        reason = queries.lead_reason_for(request.user, chosen) if chosen else None
        actions.close_lead(record, actor=request.user, reason=reason, note=form.cleaned_data["note"])

    form = CloseForm(request.POST or None, user=request.user)
    return _dialog(request, pk, form, close, _("Close this lead"))


@require_http_methods(["GET", "POST"])
def nurturing(request: HttpRequest, pk: UUID) -> HttpResponse:
    def keep(record: Any, form: NurtureForm) -> None:
        actions.nurture_lead(record, actor=request.user, **form.cleaned_data)

    return _dialog(request, pk, NurtureForm(request.POST or None), keep, _("Come back to it later"))


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    def give(record: Any, form: AssignForm) -> None:
        actions.assign_lead(record, actor=request.user, **form.cleaned_data)

    found = queries.lead_for(request.user, pk)
    start = {"owner": str(found.owner_id or ""), "team": str(found.team_id or "")}
    form = AssignForm(request.POST or None, initial=start)
    return _dialog(request, pk, form, give, _("Give this lead to somebody"))


@require_http_methods(["GET", "POST"])
def steps(request: HttpRequest, pk: UUID) -> HttpResponse:
    def plan(record: Any, form: FollowUpForm) -> None:
        actions.plan_lead_step(record, actor=request.user, **{"custom": {}} | form.values())

    form = FollowUpForm(request.POST or None, request.FILES or None, user=request.user)  # type: ignore[arg-type]
    return _dialog(request, pk, form, plan, _("Plan a next step"))


@require_http_methods(["GET", "POST"])
def conversion(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One step to an opportunity: name, amount and stage may be said; what must be said is what the house and the stage require."""
    record = queries.lead_for(request.user, pk)
    require(request.user, CHANGE, record)
    require_anywhere(request.user, "sales.create_opportunity")
    form = _conversion_form(request, record)
    if request.method == "POST":
        try:
            given = {name: value for name, value in form.values().items() if value not in (None, "")}
            if stage_id := request.POST.get("stage"):
                given["stage"] = queries.stage_for(request.user, stage_id)
            made = actions.convert_lead(record, actor=request.user, **given)
        except ValidationError as problem:
            missing = problem.message_dict if hasattr(problem, "error_dict") else ()
            form = _conversion_form(request, record, missing)
            form.take_errors(problem)
        else:
            messages.success(request, _("The lead is an opportunity now."))
            return see_other(request, reverse("sales:opportunity", args=[made.pk]))
    return _form(request, record, form, _("Make it an opportunity"))


def _conversion_form(request: HttpRequest, record: Any, missing: Iterable[str] = ()) -> OpportunityForm:
    """Four fields, the own ones that must be filled, and what was refused for lack of it."""
    given = queries.carried_over(request.user, record)
    start = {"name": record.title} | OpportunityForm.own_initial(SimpleNamespace(custom=given), "opportunity")
    form = OpportunityForm(request.POST or None, request.FILES or None, initial=start, user=request.user)
    needed = queries.needed_own_fields(request.user)
    return form.only(
        "name", "stage", "amount", "expected_close", *needed, *request.POST, *request.FILES, *missing
    )


def _dialog(
    request: HttpRequest, pk: UUID, form: Any, act: Callable[[Any, Any], None], title: str
) -> HttpResponse:
    record = queries.lead_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "POST" and form.is_valid():
        try:
            act(record, form)
        except ValidationError as problem:
            found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
            for name, texts in found.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            response = with_event(with_event(HttpResponse(status=204), "lead-changed"), "follow-ups-changed")
            return with_toast(close_dialog(response), _("Saved."))
    return _form(request, record, form, title)


def _form(request: HttpRequest, record: Any, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "record": record, "title": title, "action": request.path}
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/opportunities/part.html", context, status=status)
