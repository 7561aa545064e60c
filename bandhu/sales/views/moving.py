"""Moving a card: by drag and drop, from the menu, from the stage path; and what a stage asks for first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.identity.scoping import require
from bandhu.platform.conflicts import EditConflict
from bandhu.sales import actions, queries
from bandhu.sales.forms import MoveForm, OpportunityForm
from bandhu.sales.views.boards import columns_of, moved_card
from bandhu.ui.pages import close_dialog, is_fragment_request, see_other, with_event, with_toast

CHANGE = "sales.change_opportunity"
TEMPLATE = "sales/opportunities/moving.html"


@require_http_methods(["GET", "POST"])
def moving(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET: where to? POST `stage`: there; `from` is where the person saw it. A refused move (422) asks for what is missing.

    The Undo of a message has both in the address.
    """
    record = queries.bare_opportunity_for(request.user, pk)
    if request.method == "GET":
        require(request.user, CHANGE, record)
        context = {"record": record, "pipelines": queries.pipelines(request.user)}
        return _answer(request, context)
    words = request.POST if "stage" in request.POST else request.GET
    wanted = words.get("stage", ""), words.get("from") or record.stage_id
    stage, former = queries.stages_for(request.user, *wanted)
    try:
        moved = _move(request, record, stage, former)
    except EditConflict as conflict:
        return _elsewhere(request, record, former, conflict)
    except ValidationError as problem:
        return _ask(request, record, stage, former, problem)
    text = _("“%(name)s” is now in “%(stage)s”.") % {"name": moved.name, "stage": stage.label}
    undo = {"stage": str(former.pk), "from": str(stage.pk)} if former != stage else {}
    return _done(request, moved, [former, stage], text, undo=undo)


def _move(request: HttpRequest, record: Any, stage: Any, former: Any) -> Any:
    names = [
        name
        for name in request.POST.getlist("asked")
        if name in OpportunityForm.base_fields or name.startswith("custom.")
    ]
    values = None
    if names:
        form = OpportunityForm(request.POST, request.FILES, user=request.user, record=record)
        values = form.only(*names).values()
    reason_id = request.POST.get("reason", "")
    return actions.move_opportunity(
        record,
        actor=request.user,
        stage=stage,
        from_stage=former,
        values=values,
        reason=queries.reason_for(request.user, reason_id) if reason_id else None,
        note=request.POST.get("note", ""),
    )


def _ask(
    request: HttpRequest, record: Any, stage: Any, former: Any, problem: ValidationError
) -> HttpResponse:
    """The fields the stage needs, as a small form; what was typed stays."""
    found = problem.message_dict if hasattr(problem, "error_dict") else {}
    unmet = found.get("condition", [])
    wanted = [*request.POST.getlist("asked"), *found, *(queries.asked_fields(stage) if unmet else ())]
    asked = [name for name in wanted if name not in ("reason", "condition")]
    initial = OpportunityForm.values_of(record)
    data = request.POST if request.POST.getlist("asked") else None
    files = (
        request.FILES if data is not None else None
    )  # with files alone the form would count as sent, and be empty
    form = OpportunityForm(data, files, initial=initial, user=request.user, record=record).only(*asked)
    if data is not None:
        form.take_errors(_without_condition(problem))
    closing = MoveForm(request.POST or None, user=request.user, stage=stage) if stage.kind != "open" else None
    if closing is not None and "closing" in request.POST:
        closing.full_clean()
        for text in found.get("reason", []):
            closing.add_error("reason", text)
    elif closing is not None:
        closing = MoveForm(user=request.user, stage=stage)
    elsewhere = [queries.requirable_label(name) for name in found if name in ("next_step", "decider")]
    context = {
        "record": record, "stage": stage, "former": former, "form": form, "closing": closing,
        "asked": dict.fromkeys(name for name in asked if name in form.fields), "elsewhere": elsewhere, "unmet": unmet,
    }  # fmt: skip
    response = _answer(request, context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "innerHTML"
    return response


def _without_condition(problem: ValidationError) -> ValidationError:
    """What the condition of the stage says stands above the form, not in it."""
    if not hasattr(problem, "error_dict"):
        return problem
    return ValidationError({name: texts for name, texts in problem.error_dict.items() if name != "condition"})


def _elsewhere(request: HttpRequest, record: Any, former: Any, conflict: EditConflict) -> HttpResponse:
    """Somebody moved it meanwhile: say where it is, and put both columns right."""
    fresh = queries.opportunity_for(request.user, record.pk)
    text = _("Somebody moved “%(name)s” meanwhile: it is in “%(stage)s” now.") % {
        "name": fresh.name,
        "stage": conflict.theirs["stage"],
    }
    if not is_fragment_request(request):
        messages.error(request, text)
        return see_other(request, reverse("sales:opportunity", args=[record.pk]))
    return _done(request, record, [former, fresh.stage], text, elsewhere=True)


def _done(
    request: HttpRequest,
    record: Any,
    stages: list[Any],
    text: str,
    *,
    elsewhere: bool = False,
    undo: dict[str, str] | None = None,
) -> HttpResponse:
    page = reverse("sales:opportunity", args=[record.pk])
    if not is_fragment_request(request):
        messages.success(request, text)
        return see_other(request, page)
    on_board = reverse("sales:board") in (request.htmx.current_url_abs_path or "")  # type: ignore[attr-defined]
    laned = "lanes=" in (request.htmx.current_url_abs_path or "")  # type: ignore[attr-defined]
    response = HttpResponse()
    if on_board and not laned:
        stays = elsewhere or stages[0] == stages[1]
        response = columns_of(request, stages) if stays else moved_card(request, record, stages)
    response = with_event(response, "opportunity-changed")
    back = f"{reverse('sales:moving', args=[record.pk])}?{urlencode(undo)}" if undo else None
    tone = "warning" if elsewhere else "success"
    return with_toast(close_dialog(response), text, tone=tone, action_label=_("Undo"), action_url=back)


def _answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    part = "#dialog" if is_fragment_request(request) else ""
    return render(request, f"{TEMPLATE}{part}", context, status=status)
