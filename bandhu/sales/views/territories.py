"""Territories and their runs, and the hand-over of a book."""

from __future__ import annotations

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
from bandhu.sales import actions, queries
from bandhu.sales.forms.lead_setup import take_errors
from bandhu.sales.forms.territories import HandOverForm, TerritoryForm
from bandhu.sales.views.lead_setup import words_of_filter
from bandhu.ui.pages import close_dialog, see_other

MANAGE, HAND_OVER = "sales.manage_territories", "sales.hand_over_book"


@require_safe
def territories(request: HttpRequest) -> HttpResponse:
    """The territories in their order, and the times they were applied."""
    rows = queries.territories(request.user)
    context = {
        "territories": [(one, words_of_filter(request, one.kind, one.conditions)) for one in rows],
        "runs": [(run, queries.problems_of(run)[:20]) for run in queries.runs(request.user)],
    }
    return render(request, "sales/territories/list.html", context)


@require_http_methods(["GET", "POST"])
def territory(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """One territory; "try" shows who would move with it, and saves nothing."""
    require_anywhere(request.user, MANAGE)
    row = queries.territory_for(request.user, pk) if pk else None
    form, simulations = TerritoryForm(request.POST or None, row=row, user=request.user), None
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                simulations = _tried(request, row, form.values())
            else:
                actions.set_territory(row, actor=request.user, **form.values())
                messages.success(request, _("Saved."))
                return see_other(request, reverse("sales:territories"))
        except ValidationError as problem:
            take_errors(form, problem)
    words = words_of_filter(request, row.kind, row.conditions) if row else []
    context = {"form": form, "territory": row, "words": words, "simulations": simulations}
    refused = request.method == "POST" and simulations is None
    return render(request, "sales/territories/detail.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
def simulation(request: HttpRequest) -> HttpResponse:
    """What applying all territories would do; sending applies them."""
    require_anywhere(request.user, MANAGE)
    if request.method == "POST":
        try:
            run = actions.apply_territories(actor=request.user)
            messages.success(
                request, _("%(count)s records are being given to others.") % {"count": run.total}
            )
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("sales:territories"))
    found = queries.simulate_territories(request.user)
    context = {"simulations": found, "total": sum(one.total for one in found)}
    return render(request, "sales/territories/simulation.html", context)


@require_POST
def territory_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.delete_territory(queries.territory_for(request.user, pk), actor=request.user)
    messages.success(request, _("Removed."))
    return see_other(request, reverse("sales:territories"))


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """`up` and `down` move one territory by one place."""
    ids = [str(one.pk) for one in queries.territories(request.user)]
    for word, step in (("up", -1), ("down", 1)):
        one = request.POST.get(word, "")
        if one in ids:
            place = ids.index(one)
            ids.insert(max(0, place + step), ids.pop(place))
    actions.put_territories_in_order(actor=request.user, ids=[UUID(one) for one in ids])
    return see_other(request, reverse("sales:territories"))


@require_POST
def run_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what the territories did."""
    return _undone(request, pk, actions.undo_territories, "sales:territories")


@require_safe
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Whose book is with whom."""
    found = queries.hand_overs(request.user)
    context = {"hand_overs": [(run, queries.problems_of(run)[:20]) for run in found]}
    return render(request, "sales/territories/hand_overs.html", context)


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give somebody's book to a colleague."""
    require_anywhere(request.user, HAND_OVER)
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_over_book(actor=request.user, **form.cleaned_data)
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            response = close_dialog(HttpResponse(status=204))
            response["HX-Refresh"] = "true"
            return response
    context = {"form": form, "title": _("Hand over a book"), "action": request.path}
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/opportunities/part.html", context, status=status)


@require_POST
def hand_over_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the book back."""
    require_anywhere(request.user, HAND_OVER)
    return _undone(request, pk, actions.give_book_back, "sales:hand_overs")


def _undone(request: HttpRequest, pk: UUID, act: Any, page: str) -> HttpResponse:
    run = queries.run_for(request.user, pk)
    try:
        act(run, actor=request.user)
        messages.success(request, _("It is being taken back."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse(page))


def _tried(request: HttpRequest, row: Any, values: dict[str, Any]) -> list[Any]:
    names = ("kind", "conditions", "team", "owner")
    draft = actions.draft_territory(row, actor=request.user, **{name: values[name] for name in names})
    draft.name, draft.is_active = values["name"], values.get("is_active", True)
    return queries.simulate_territories(request.user, [draft.kind], draft=draft)
