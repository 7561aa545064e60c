"""New opportunities, the whole form, into the bin and back, and what happens when two save the same one."""

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

from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.sales import actions, queries
from bandhu.sales.forms import OpportunityForm
from bandhu.sales.views.sent import sent_tags
from bandhu.ui.pages import see_other

CREATE, CHANGE = "sales.create_opportunity", "sales.change_opportunity"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, CREATE)
    if request.method == "GET":
        user: Any = request.user
        start = {"owner": str(user.pk), "team": str(user.team_id or "")}
        known = {name: request.GET[name][:300] for name in OpportunityForm.base_fields if name in request.GET}
        form = OpportunityForm(initial=start | known, user=user)
        _begin_in(form, request.GET.get("pipeline", ""))
        return _form_page(request, form)
    form = OpportunityForm(request.POST, request.FILES, user=request.user)
    try:
        given = {"name": ""} | {name: value for name, value in form.values().items() if value is not None}
        if stage_id := request.POST.get("stage"):
            given["stage"] = queries.stage_for(request.user, stage_id)
        made = actions.create_opportunity(actor=request.user, tags=sent_tags(request), **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, status=422)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("sales:opportunity", args=[made.pk]))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.opportunity_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "GET":
        form = OpportunityForm(initial=OpportunityForm.values_of(record), user=request.user, record=record)
        return _form_page(request, form)
    own = OpportunityForm.own_initial(record, "opportunity")
    form = OpportunityForm(request.POST, request.FILES, initial=own, user=request.user, record=record)
    try:
        given = form.values()
        if "tags" in request.POST:
            given["tags"] = sent_tags(request)
        actions.change_opportunity(
            record, actor=request.user, version=sent_version(request), **chosen(request, given)
        )
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, status=422)
    except EditConflict as conflict:
        return comparison_page(request, "opportunity", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("sales:opportunity", args=[pk]))


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.opportunity_for(request.user, pk)
    actions.delete_opportunity(record, actor=request.user)
    return see_other(request, f"{reverse('sales:bin')}?fresh={pk}")


@require_POST
def restoration(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.opportunity_for(request.user, pk, deleted=True)
    actions.restore_opportunity(record, actor=request.user)
    messages.success(request, _("“%(name)s” is back.") % {"name": record})
    return see_other(request, reverse("sales:opportunity", args=[pk]))


def _begin_in(form: OpportunityForm, pipeline_id: str) -> None:
    """The first stage of the pipeline the person came from is chosen already."""
    if len(pipeline_id) != 36:
        return
    pipeline = queries.pipeline_for(form.user, pipeline_id)
    stages = [one for one in pipeline.stages.all() if one.kind == "open" and one.is_active]
    if stages:
        form.initial.setdefault("stage", str(stages[0].pk))


def _form_page(request: HttpRequest, form: OpportunityForm, status: int = 200) -> HttpResponse:
    record, tags = form.record, request.POST.get("tags")
    if tags is None and record is not None:
        tags = ", ".join(tag.name for tag in record.tags.all())
    context = {
        "form": form,
        "record": record,
        "tags": tags or "",
        "version": request.POST.get("version") or getattr(record, "version", ""),
    }
    return render(request, "sales/opportunities/form.html", context, status=status)
