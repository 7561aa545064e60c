"""Roles and the matrix of what they grant."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandhu.identity import actions, queries
from bandhu.identity.forms import RoleForm, show_errors
from bandhu.ui.pages import render_page, see_other

_GRANT = "grant:"


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    queries.require_management(request.user)
    return render_page(request, "identity/roles/list.html", {"roles": queries.roles(request.user)})


@require_http_methods(["GET", "POST"])
def role_new(request: HttpRequest) -> HttpResponse:
    queries.require_management(request.user)
    form = RoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_role(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            return see_other(request, reverse("identity:role", args=[made.pk]))
    return render_page(request, "identity/roles/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole matrix is one form: every permission is a row, its reach a choice."""
    found = queries.role_with(request.user, pk)
    initial = {"name": str(found), "description": found.description}
    form = RoleForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if values["name"] == str(found):
            del values["name"]
        if not found.holds_everything:
            values["grants"] = {
                name.removeprefix(_GRANT): reach
                for name, reach in request.POST.items()
                if name.startswith(_GRANT)
            }
        try:
            actions.change_role(found, actor=request.user, **values)
        except ValidationError as error:
            show_errors(form, error)
            found = queries.role_with(request.user, pk)
        else:
            messages.success(
                request, _("Saved. It counts from the next click of everybody who has this role.")
            )
            return see_other(request, reverse("identity:role", args=[pk]))
    context = {
        "role": found,
        "form": form,
        "groups": queries.role_matrix(request.user, found),
        "reaches": queries.REACH_CHOICES,
    }
    return render_page(request, "identity/roles/detail.html", context, status=422 if form.errors else 200)


@require_POST
def role_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.role_with(request.user, pk)
    try:
        made = actions.copy_role(found, actor=request.user, name=_("Copy of %(role)s") % {"role": found})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return see_other(request, reverse("identity:roles"))
    return see_other(request, reverse("identity:role", args=[made.pk]))


@require_POST
def role_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        actions.reset_role(queries.role_with(request.user, pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The role is what it was at the start."))
    return see_other(request, reverse("identity:role", args=[pk]))


@require_POST
def role_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        actions.delete_role(queries.role_with(request.user, pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return see_other(request, reverse("identity:role", args=[pk]))
    messages.success(request, _("The role is deleted."))
    return see_other(request, reverse("identity:roles"))
