"""The administrator's screens: pipelines, their stages in their order, and the reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.identity.scoping import require_anywhere
from bandhu.sales import actions, queries
from bandhu.sales.forms.pipelines import PipelineForm, ReasonForm, StageForm
from bandhu.ui.pages import close_dialog, see_other

MANAGE = "sales.manage_pipelines"


@require_http_methods(["GET", "POST"])
def pipelines(request: HttpRequest) -> HttpResponse:
    """Every pipeline and reason; POST makes a pipeline."""
    require_anywhere(request.user, MANAGE)
    form = PipelineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_pipeline(actor=request.user, **form.values())
        return see_other(request, reverse("sales:pipeline", args=[made.pk]))
    context = {
        "form": form,
        "pipelines": queries.pipelines(request.user, with_inactive=True),
        "reasons": queries.reasons(request.user, with_inactive=True),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/pipelines/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def pipeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One pipeline with its stages; POST renames it or switches it on and off."""
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pk)
    form = PipelineForm(request.POST or None, row=found)
    if request.method == "POST" and form.is_valid() and _try(form, actions.change_pipeline, found, request):
        messages.success(request, _("Saved."))
        return see_other(request, request.path)
    context = {"pipeline": found, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/pipelines/detail.html", context, status=status)


@require_POST
def pipeline_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pk)
    return _delete(request, actions.delete_pipeline, found, reverse("sales:pipelines"))


@require_http_methods(["GET", "POST"])
def stage_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pk)
    form = StageForm(request.POST or None)

    def add(_row: Any, *, actor: Any, **values: Any) -> None:
        actions.add_stage(found, actor=actor, **values)

    return _dialog(request, form, add, None, _("New stage"))


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.stage_for(request.user, pk)
    return _dialog(
        request, StageForm(request.POST or None, row=found), actions.change_stage, found, _("Stage")
    )


@require_POST
def stage_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.stage_for(request.user, pk)
    return _delete(request, actions.delete_stage, found, reverse("sales:pipeline", args=[found.pipeline_id]))


@require_POST
def order(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """`id` in their new order: stages of a pipeline, or the pipelines. `up` and `down` move one by one place."""
    require_anywhere(request.user, MANAGE)
    if pk is None:
        rows: list[Any] = queries.pipelines(request.user, with_inactive=True)
        back = reverse("sales:pipelines")
    else:
        rows, back = (
            list(queries.pipeline_for(request.user, pk).stages.all()),
            reverse("sales:pipeline", args=[pk]),
        )
    if rows:
        ids = _shifted([str(row.pk) for row in rows], request)
        known = {str(row.pk): row.pk for row in rows}
        wanted = [known[one] for one in ids if one in known]
        actions.put_in_order(actor=request.user, model=type(rows[0]), ids=wanted)
    return see_other(request, back)


@require_http_methods(["GET", "POST"])
def reason_new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)

    def add(_row: Any, *, actor: Any, **values: Any) -> None:
        values.pop("is_active", None)
        actions.create_reason(actor=actor, **values)

    return _dialog(request, ReasonForm(request.POST or None), add, None, _("New reason"))


@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.reason_for(request.user, pk)
    return _dialog(
        request, ReasonForm(request.POST or None, row=found), actions.change_reason, found, _("Reason")
    )


def _shifted(ids: list[str], request: HttpRequest) -> list[str]:
    for word, step in (("up", -1), ("down", 1)):
        one = request.POST.get(word, "")
        if one in ids:
            place = ids.index(one)
            ids.insert(max(0, place + step), ids.pop(place))
            return ids
    return request.POST.getlist("id")[:200] or ids


def _try(form: Any, act: Any, row: Any, request: HttpRequest) -> bool:
    try:
        act(row, actor=request.user, **form.values())
    except ValidationError as problem:
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, texts in found.items():
            form.add_error(name if name in form.fields else None, texts)
        return False
    return True


def _dialog(request: HttpRequest, form: Any, act: Any, row: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and _try(form, act, row, request):
        response = close_dialog(HttpResponse(status=204))
        response["HX-Refresh"] = "true"
        return response
    context = {"form": form, "title": title, "action": request.path}
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/opportunities/part.html", context, status=status)


def _delete(request: HttpRequest, act: Any, row: Any, back: str) -> HttpResponse:
    try:
        act(row, actor=request.user)
        messages.success(request, _("Removed."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, back)
