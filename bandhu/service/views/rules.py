"""The administrator's screens of rules: all of them, one with its steps, trying it out, what it did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.paging import keyset_page
from bandhu.platform.rule_pages import STEP, chips_of, conditions_answer, conditions_shown
from bandhu.platform.rule_steps import StepRow, number_asked
from bandhu.service import actions, queries
from bandhu.service.forms import DAYS, TicketRuleForm, step_choices, step_rows, take_errors
from bandhu.service.rule_steps import KINDS
from bandhu.ui.pages import render_page, see_other

MANAGE = "service.manage_service"
USUAL_DAYS, LONGEST_LOG = "30", 50


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    cards = queries.rule_cards(request.user)
    context = {"cards": [(one, chips_of(request, "ticket", one.rule.conditions, "rule")) for one in cards]}
    return render(request, "service/rules/list.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """One rule; "try" shows what it would have done to past tickets, and saves nothing."""
    require_anywhere(request.user, MANAGE)
    row = queries.ticket_rule_for(request.user, pk) if pk else None
    form = TicketRuleForm(request.POST or None, row=row)
    result = None
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                result = _tried(request, row, form.values())
            else:
                saved = actions.set_ticket_rule(
                    row, actor=request.user, version=_version(request), **form.values()
                )
                messages.success(request, _("“%(name)s” is saved.") % {"name": saved})
                return see_other(request, reverse("service:rule", args=[saved.pk]))
        except ValidationError as problem:
            take_errors(form, problem)
        except EditConflict:
            form.add_error(None, _("Somebody else changed this rule meanwhile. Open it again and compare."))
    refused = request.method == "POST" and result is None
    return render(
        request, "service/rules/rule.html", _page(request, row, form, result), status=422 if refused else 200
    )


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """The conditions of a rule that is being written, after one was added or taken away."""
    require_anywhere(request.user, MANAGE)
    return conditions_answer(request, _conditions)


@require_safe
def step(request: HttpRequest) -> HttpResponse:
    """One row of steps, for what was chosen in it; without a choice, a further row."""
    require_anywhere(request.user, MANAGE)
    context = {"row": StepRow(number_asked(request.GET), KINDS.get(request.GET.get("do", "")))}
    return render(request, STEP, context | _of_steps())


@require_safe
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a rule did, on which tickets, the newest first."""
    row = queries.ticket_rule_for(request.user, pk)
    try:
        page = keyset_page(
            queries.runs_of(request.user, row), ["-pk"], cursor=request.GET.get("after"), limit=LONGEST_LOG
        )
    except ValidationError as problem:
        raise Http404 from problem
    context = {"rule": row, "page": page, "lines": queries.run_lines(page.items)}
    return render_page(request, "service/rules/log.html", context, fragment="rows")


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """`up` and `down` move one rule by one place."""
    ids = [str(one.pk) for one in queries.ticket_rules(request.user)]
    for word, by in (("up", -1), ("down", 1)):
        one = request.POST.get(word, "")
        if one in ids:
            place = ids.index(one)
            ids.insert(max(0, place + by), ids.pop(place))
    actions.put_ticket_rules_in_order(actor=request.user, ids=[UUID(one) for one in ids])
    return see_other(request, reverse("service:rules"))


@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = queries.ticket_rule_for(request.user, pk)
    actions.switch_ticket_rule(row, actor=request.user, is_active=request.POST.get("on") == "1")
    return see_other(request, reverse("service:rules"))


@require_POST
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Use an older version again."""
    row = queries.ticket_rule_for(request.user, pk)
    text = request.POST.get("number", "")
    try:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        actions.use_rule_version(row, actor=request.user, number=number)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("The rule is as it was then."))
    return see_other(request, reverse("service:rule", args=[pk]))


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = queries.ticket_rule_for(request.user, pk)
    actions.delete_ticket_rule(row, actor=request.user)
    messages.success(request, _("“%(name)s” is removed.") % {"name": row})
    return see_other(request, reverse("service:rules"))


def _tried(request: HttpRequest, row: Any, values: dict[str, Any]) -> Any:
    """A copy that is never saved: the rule as it would be."""
    draft = queries.draft_of(row)
    actions.draft_rule(draft, **values)
    days = request.POST.get("days", USUAL_DAYS)
    known = days if days in dict(DAYS) else USUAL_DAYS
    return queries.try_rule(request.user, draft, days=int(known))


def _page(request: HttpRequest, row: Any, form: TicketRuleForm, result: Any) -> dict[str, Any]:
    return {
        "form": form,
        "rule": row,
        "faults": queries.fault_words(row) if row else [],
        "versions": queries.versions_of(row) if row else [],
        "rows": step_rows(form.steps),
        "next_number": len(form.steps) or 1,
        **_of_steps(),
        "days": DAYS,
        "chosen_days": request.POST.get("days", USUAL_DAYS),
        "result": result,
        "version": request.POST.get("version") or getattr(row, "version", ""),
        **_conditions(request, form.conditions),
    }


def _of_steps() -> dict[str, Any]:
    """What every row of steps needs."""
    return {"kinds": step_choices(), "step_url": reverse("service:rule_step"), "within_hint": _("4 h 30 min")}


def _conditions(request: HttpRequest, tree: dict[str, Any]) -> dict[str, Any]:
    return conditions_shown(request, "ticket", tree, page="rule", everything=_("All tickets"))


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
