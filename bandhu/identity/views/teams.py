"""The tree of teams."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandhu.identity import actions, queries
from bandhu.identity.forms import TeamForm, show_errors
from bandhu.ui.pages import render_page, see_other


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    queries.require_management(request.user)
    return render_page(request, "identity/teams/list.html", {"lines": queries.team_tree(request.user)})


@require_http_methods(["GET", "POST"])
def team_new(request: HttpRequest) -> HttpResponse:
    queries.require_management(request.user)
    form = TeamForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"parent": request.GET.get("parent")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_team(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            return see_other(request, reverse("identity:teams"))
    return render_page(
        request, "identity/teams/form.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.team_with(request.user, pk)
    form = TeamForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"name": found.name, "parent": found.parent_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_team(found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("identity:teams"))
    return render_page(
        request,
        "identity/teams/form.html",
        {"form": form, "team": found},
        status=422 if form.errors else 200,
    )


@require_POST
def team_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        actions.delete_team(queries.team_with(request.user, pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The team is deleted."))
    return see_other(request, reverse("identity:teams"))
