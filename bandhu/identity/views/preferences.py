"""How one likes to read: the page, and the quick switches of the shell."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.identity import actions
from bandhu.identity.forms import PreferencesForm, show_errors
from bandhu.identity.queries import may_use_tokens
from bandhu.ui.pages import is_fragment_request, render_page, see_other

_QUICK = ("theme", "density", "language", "digits")


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user = request.user
    names = list(PreferencesForm.base_fields)
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(user, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_preferences(user, actor=user, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("identity:preferences"))
    return render_page(
        request,
        "identity/preferences.html",
        {"form": form, "tab": "preferences", "can_use_tokens": may_use_tokens(request.user)},
        status=422 if form.errors else 200,
    )


@require_POST
def switches(request: HttpRequest) -> HttpResponse:
    """One quick switch of the person's menu: theme, density, language or digits."""
    user = request.user
    values = {name: request.POST[name] for name in _QUICK if name in request.POST}
    try:
        actions.change_preferences(user, actor=user, **values)
    except ValidationError as error:
        return HttpResponse("\n".join(error.messages), status=422, content_type="text/plain")
    if is_fragment_request(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(_back(request))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the sign-in pages, kept in a cookie."""
    response = HttpResponseRedirect(_back(request))
    wished = request.POST.get("language", "")
    if wished in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wished,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_POST
def tour(request: HttpRequest) -> HttpResponse:
    actions.finish_tour(request.user, actor=request.user)
    return HttpResponse(status=204)


def _back(request: HttpRequest) -> str:
    wished = request.POST.get("next") or request.headers.get("Referer") or "/"
    safe = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if safe else "/"
