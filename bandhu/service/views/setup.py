"""The administrator's screens of service: types, statuses, priorities, service levels."""

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
from bandhu.service import actions, queries
from bandhu.service.forms import DaysForm, LevelForm, MatrixForm, StatusSetup, TypeSetup, take_errors
from bandhu.service.forms.setup import promises_shown
from bandhu.ui.pages import close_dialog, is_fragment_request, render_part, see_other

MANAGE = "service.manage_service"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everything that decides how a ticket is worked on, on one page."""
    require_anywhere(request.user, MANAGE)
    context = {
        "types": queries.types(request.user, with_inactive=True),
        "statuses": queries.statuses(request.user, with_inactive=True),
        "levels": [
            (level, words_of_filter(request, level.conditions), promises_shown(level.targets))
            for level in queries.service_levels(request.user)
        ],
        "matrix": queries.matrix_rows(),
        "days": queries.service_days(),
        "rules": len(queries.ticket_rules(request.user)),
    }
    return render(request, "service/setup/overview.html", context)


@require_http_methods(["GET", "POST"])
def type(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.type_for(request.user, pk) if pk else None
    form = TypeSetup(request.POST or None, row=row, user=request.user)
    return _dialog(request, form, actions.set_ticket_type, row, _("Type"))


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.status_for(request.user, pk) if pk else None
    form = StatusSetup(request.POST or None, row=row)
    return _dialog(request, form, actions.set_ticket_status, row, _("Status"))


@require_http_methods(["GET", "POST"])
def matrix(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    form = MatrixForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_priority_matrix(actor=request.user, matrix=form.matrix())
        messages.success(request, _("Saved."))
        return see_other(request, reverse("service:setup"))
    status = 422 if request.method == "POST" else 200
    return render(request, "service/setup/matrix.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    """How long an answer opens what is over, and when what is solved is closed."""
    require_anywhere(request.user, MANAGE)
    form = DaysForm(request.POST or None, initial=queries.service_days())

    def keep(_row: None, *, actor: Any, **values: Any) -> None:
        actions.set_service_days(actor=actor, **values)

    return _dialog(request, form, keep, None, _("Opening again and closing"))


@require_http_methods(["GET", "POST"])
def level(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.service_level_for(request.user, pk) if pk else None
    form = LevelForm(request.POST or None, row=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_service_level(row, actor=request.user, **form.values())
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            messages.success(request, _("Saved. Running clocks are counted anew."))
            return see_other(request, reverse("service:setup"))
    words = words_of_filter(request, row.conditions) if row else []
    context = {"form": form, "level": row, "words": words}
    code = 422 if request.method == "POST" else 200
    return render(request, "service/setup/level.html", context, status=code)


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """`up` and `down` move one service level by one place."""
    require_anywhere(request.user, MANAGE)
    ids = [str(one.pk) for one in queries.service_levels(request.user)]
    for word, step in (("up", -1), ("down", 1)):
        one = request.POST.get(word, "")
        if one in ids:
            place = ids.index(one)
            ids.insert(max(0, place + step), ids.pop(place))
    actions.put_levels_in_order(actor=request.user, ids=[UUID(one) for one in ids])
    return see_other(request, reverse("service:setup"))


@require_POST
def type_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _remove(request, queries.type_for(request.user, pk))


@require_POST
def status_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _remove(request, queries.status_for(request.user, pk))


@require_POST
def level_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _remove(request, queries.service_level_for(request.user, pk))


def words_of_filter(request: HttpRequest, conditions: dict[str, Any]) -> list[str]:
    """The conditions as the filter bar says them; one that no longer fits the fields is named as such."""
    if not conditions:
        return []
    try:
        found = chips(request, listing_for(request.user, "ticket", {"filter": conditions}))
    except ValidationError:
        return [_("This filter cannot be understood.")]
    return [f"{chip.label} {chip.operator} {chip.value}".strip() for chip in found]


def _dialog(request: HttpRequest, form: Any, act: Callable[..., Any], row: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(row, actor=request.user, **form.values())
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            if not is_fragment_request(request):
                return see_other(request, reverse("service:setup"))
            response = close_dialog(HttpResponse(status=204))
            response["HX-Refresh"] = "true"
            return response
    context = {"form": form, "title": title, "action": request.path, "submit": _("Save")}
    code = 422 if request.method == "POST" else 200
    crumbs = [(reverse("service:setup"), _("Tickets and service levels"))]
    return render_part(
        request, "service/tickets/dialog.html", context, title=title, crumbs=crumbs, status=code
    )


def _remove(request: HttpRequest, row: Any) -> HttpResponse:
    try:
        actions.delete_service_row(row, actor=request.user)
        messages.success(request, _("Removed."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("service:setup"))
