"""The administrator's page of a stage's rules: who may enter, what is done then, and trying both out on the last moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rule_pages import STEP, conditions_answer, conditions_shown
from bandhu.platform.rule_steps import StepRow, number_asked
from bandhu.sales import actions, queries
from bandhu.sales.forms.stage_rules import StageRulesForm, step_choices
from bandhu.sales.stage_steps import KINDS
from bandhu.ui.pages import see_other

MANAGE = "sales.manage_pipelines"


@require_http_methods(["GET", "POST"])
def stage_rules(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One stage; "try" shows what the rules would have made of the last moves, and saves nothing."""
    row = queries.stage_with_rules(request.user, pk)
    form, result = StageRulesForm(request.POST or None, row=row), None
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                result = _tried(request, pk, form.values())
            else:
                actions.change_stage(row, actor=request.user, **form.values())
                messages.success(request, _("“%(name)s” is saved.") % {"name": row})
                return see_other(request, reverse("sales:stage_rules", args=[pk]))
        except ValidationError as problem:
            form.take_errors(problem)
    context = {
        "stage": row,
        "form": form,
        "faults": queries.stage_faults(queries.stage_with_rules(request.user, pk)),
        "rows": form.rows(),
        "next_number": len(form.steps) or 1,
        "result": result,
        **_of_steps(),
        **_conditions(request, form.condition),
    }
    refused = request.method == "POST" and result is None
    return render(request, "sales/pipelines/rules.html", context, status=422 if refused else 200)


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """The condition that is being written, after a part was added or taken away."""
    require_anywhere(request.user, MANAGE)
    return conditions_answer(request, _conditions)


@require_safe
def step(request: HttpRequest) -> HttpResponse:
    """One row of steps, for what was chosen in it; without a choice, a further row."""
    require_anywhere(request.user, MANAGE)
    row = StepRow(number_asked(request.GET), KINDS.get(request.GET.get("do", "")))
    return render(request, STEP, {"row": row, **_of_steps()})


def _tried(request: HttpRequest, pk: UUID, values: dict[str, Any]) -> Any:
    """A copy that is never saved: the stage as it would be."""
    draft = queries.stage_with_rules(request.user, pk)
    actions.draft_stage_rules(draft, values)
    return queries.try_stage(request.user, draft)


def _of_steps() -> dict[str, Any]:
    """What every row of steps needs."""
    return {"kinds": step_choices(), "step_url": reverse("sales:stage_step"), "within_hint": "3"}


def _conditions(request: HttpRequest, tree: dict[str, Any]) -> dict[str, Any]:
    return conditions_shown(request, "opportunity", tree, page="stage", everything=_("Every opportunity"))
