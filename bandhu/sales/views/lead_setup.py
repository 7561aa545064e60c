"""The administrator's screens of leads: web forms, sources, reasons, assignment, scores, absences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.list_pages import chips
from bandhu.platform.listing import listing_for
from bandhu.sales import actions, queries
from bandhu.sales.forms.lead_setup import (
    AbsenceForm,
    AssignmentRuleForm,
    LeadReasonForm,
    ScoreRuleForm,
    SourceForm,
    WebFormSetup,
    take_errors,
)
from bandhu.ui.pages import close_dialog, see_other

MANAGE = "sales.manage_leads"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everything that decides what becomes of an enquiry, on one page."""
    user = request.user
    require_anywhere(user, MANAGE)
    context = {
        "web_forms": queries.web_forms(user),
        "sources": queries.sources(user, with_inactive=True),
        "reasons": queries.lead_reasons(user, with_inactive=True),
        "rules": [(rule, _words(request, rule.conditions)) for rule in queries.assignment_rules(user)],
        "scores": [(rule, _words(request, rule.conditions)) for rule in queries.score_rules(user)],
        "absences": queries.absences(user),
    }
    return render(request, "sales/lead_setup/overview.html", context)


@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.source_for(request.user, pk) if pk else None
    form = SourceForm(request.POST or None, row=row)
    return _dialog(request, form, actions.set_lead_source, row, _("Source"))


@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.lead_reason_for(request.user, pk) if pk else None
    form = LeadReasonForm(request.POST or None, row=row)
    return _dialog(request, form, actions.set_lead_reason, row, _("Reason"))


@require_http_methods(["GET", "POST"])
def score_rule(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.score_rule_for(request.user, pk) if pk else None
    form = ScoreRuleForm(request.POST or None, row=row, user=request.user)
    return _dialog(request, form, actions.set_score_rule, row, _("Points"))


@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)

    def note(_row: None, *, actor: Any, **values: Any) -> None:
        actions.note_absence(actor=actor, **values)

    return _dialog(request, AbsenceForm(request.POST or None), note, None, _("Somebody is away"))


@require_http_methods(["GET", "POST"])
def assignment_rule(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """One rule; "try" shows who would have got the last leads, and saves nothing."""
    require_anywhere(request.user, MANAGE)
    row = queries.assignment_rule_for(request.user, pk) if pk else None
    form, trials = AssignmentRuleForm(request.POST or None, row=row, user=request.user), None
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                trials = _tried(request, row, form.values())
            else:
                actions.set_assignment_rule(row, actor=request.user, **form.values())
                messages.success(request, _("Saved."))
                return see_other(request, reverse("sales:lead_setup"))
        except ValidationError as problem:
            take_errors(form, problem)
    words = _words(request, row.conditions) if row else []
    context = {"form": form, "rule": row, "words": words, "trials": trials}
    refused = request.method == "POST" and trials is None
    return render(request, "sales/lead_setup/rule.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
def web_form(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """One form, with its address and the line for other websites."""
    require_anywhere(request.user, MANAGE)
    row = queries.web_form_for(request.user, pk) if pk else None
    form = WebFormSetup(request.POST or None, row=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.set_web_form(row, actor=request.user, **form.values())
        except ValidationError as problem:
            if "fields" in getattr(problem, "error_dict", {}):
                problem.error_dict["asked"] = problem.error_dict.pop("fields")
            take_errors(form, problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("sales:lead_web_form", args=[made.pk]))
    context: dict[str, Any] = {"form": form, "web_form": row}
    if row is not None:
        for name in ("web_form", "web_form_script"):
            context[f"{name}_address"] = request.build_absolute_uri(reverse(f"sales:{name}", args=[row.slug]))
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/lead_setup/web_form.html", context, status=status)


@require_POST
def rule_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return _remove(request, actions.delete_lead_rule, queries.assignment_rule_for(request.user, pk))


@require_POST
def score_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return _remove(request, actions.delete_lead_rule, queries.score_rule_for(request.user, pk))


@require_POST
def source_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return _remove(request, actions.delete_lead_choice, queries.source_for(request.user, pk))


@require_POST
def reason_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return _remove(request, actions.delete_lead_choice, queries.lead_reason_for(request.user, pk))


@require_POST
def absence_removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return _remove(request, actions.remove_absence, queries.absence_for(request.user, pk))


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """`up` and `down` move one assignment rule by one place."""
    require_anywhere(request.user, MANAGE)
    rules = queries.assignment_rules(request.user)
    ids = [str(rule.pk) for rule in rules]
    for word, step in (("up", -1), ("down", 1)):
        one = request.POST.get(word, "")
        if one in ids:
            place = ids.index(one)
            ids.insert(max(0, place + step), ids.pop(place))
    if rules:
        actions.put_rules_in_order(actor=request.user, model=type(rules[0]), ids=[UUID(one) for one in ids])
    return see_other(request, reverse("sales:lead_setup"))


def _tried(request: HttpRequest, row: Any, values: dict[str, Any]) -> list[Any]:
    names = ("way", "team", "people", "conditions")
    draft = actions.draft_rule(row, actor=request.user, **{name: values[name] for name in names})
    draft[0].name, draft[0].is_active = values["name"], values.get("is_active", True)
    return queries.simulate_assignment(request.user, draft=draft)


def _words(request: HttpRequest, conditions: dict[str, Any]) -> list[str]:
    return words_of_filter(request, "lead", conditions)


def words_of_filter(request: HttpRequest, kind: str, conditions: dict[str, Any]) -> list[str]:
    """The conditions as the filter bar says them; one that no longer fits the fields is named as such."""
    if not conditions:
        return []
    try:
        found = chips(request, listing_for(request.user, kind, {"filter": conditions}))
    except ValidationError:
        return [_("This filter cannot be understood.")]
    return [f"{chip.label} {chip.operator} {chip.value}".strip() for chip in found]


def _dialog(request: HttpRequest, form: Any, act: Callable[..., Any], row: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            values = form.values() if hasattr(form, "values") else form.cleaned_data
            act(row, actor=request.user, **values)
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            response = close_dialog(HttpResponse(status=204))
            response["HX-Refresh"] = "true"
            return response
    context = {"form": form, "title": title, "action": request.path}
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/opportunities/part.html", context, status=status)


def _remove(request: HttpRequest, act: Callable[..., None], row: Any) -> HttpResponse:
    try:
        act(row, actor=request.user)
        messages.success(request, _("Removed."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("sales:lead_setup"))
