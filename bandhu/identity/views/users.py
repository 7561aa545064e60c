"""Users and invitations, as administrators see them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandhu.identity import actions, queries
from bandhu.identity.forms import ClosureForm, NewUserForm, UserForm, show_errors
from bandhu.ui.pages import render_page, see_other

_STATES = ("active", "closed", "all")


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "active")
    state = state if state in _STATES else "active"
    text = request.GET.get("q", "").replace("\x00", "")[:100]
    context = {
        "users": queries.users(request.user, text, state)[:500],
        "invitations": queries.open_invitations(request.user),
        "query": text,
        "state": state,
    }
    return render_page(request, "identity/users/list.html", context, fragment="rows")


@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    queries.require_management(request.user)
    form = NewUserForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"language": get_language()},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            if values["password"]:
                actions.create_user(actor=request.user, **values)
                messages.success(request, _("The user can sign in now."))
            else:
                del values["password"]
                actions.invite_user(actor=request.user, **values)
                messages.success(request, _("The invitation is on its way."))
        except ValidationError as error:
            show_errors(form, error)
        else:
            return see_other(request, reverse("identity:users"))
    return render_page(request, "identity/users/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = queries.user_with(request.user, pk)
    initial = {
        "full_name": person.full_name,
        "email": person.email,
        "team": person.team_id,
        "roles": list(person.roles.all()),
    }
    form = UserForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_user(person, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
            person.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("identity:users"))
    context = {
        "person": person,
        "form": form,
        "steps": queries.second_steps(person),
        "sessions": queries.my_sessions(person),
        "tokens": queries.tokens_of(request.user, person),
    }
    return render_page(request, "identity/users/detail.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def user_closure(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = queries.user_with(request.user, pk)
    form = ClosureForm(request.POST if request.method == "POST" else None, user=request.user, leaving=person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.deactivate_user(person, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The account is closed."))
            return see_other(request, reverse("identity:users"))
    return render_page(
        request,
        "identity/users/closure.html",
        {"form": form, "person": person},
        status=422 if form.errors else 200,
    )


@require_POST
def user_opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.reactivate_user(queries.user_with(request.user, pk), actor=request.user)
    messages.success(request, _("The account is open again."))
    return see_other(request, reverse("identity:user", args=[pk]))


@require_POST
def user_sessions_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.sign_out_everywhere(queries.user_with(request.user, pk), actor=request.user)
    messages.success(request, _("Signed out everywhere."))
    return see_other(request, reverse("identity:user", args=[pk]))


@require_POST
def user_steps_removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.remove_second_steps(queries.user_with(request.user, pk), actor=request.user)
    messages.success(request, _("The second step is removed: the password alone lets in."))
    return see_other(request, reverse("identity:user", args=[pk]))


@require_POST
def invitation_resend(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.resend_invitation(queries.invitation_with(request.user, pk), actor=request.user)
    messages.success(request, _("A new link is on its way; the older one no longer works."))
    return see_other(request, reverse("identity:users"))


@require_POST
def invitation_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.revoke_invitation(queries.invitation_with(request.user, pk), actor=request.user)
    messages.success(request, _("The invitation is taken back."))
    return see_other(request, reverse("identity:users"))
