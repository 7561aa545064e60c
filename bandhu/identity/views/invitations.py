"""Joining: the page behind the link of an invitation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bandhu.identity import actions, queries
from bandhu.identity.forms import InvitationForm, show_errors
from bandhu.ui.pages import render_page, see_other

TEMPLATE = "identity/invitation.html"


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Looking at the page changes nothing: mail scanners open every link."""
    found = queries.invitation_of_secret(secret)
    if found is None:
        return render_page(request, TEMPLATE, {"invitation": None}, status=404)
    # Before they have chosen, the page speaks the language the administrator expected.
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(found.language)
    initial = {
        "full_name": found.full_name,
        "language": translation.get_language(),
        "time_zone": settings.DEFAULT_TIME_ZONE,
    }
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_invitation(secret, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            if user is not None:
                messages.success(request, _("Welcome. Sign in with your mail address and the new password."))
            return see_other(request, reverse("account_login"))
    return render_page(
        request, TEMPLATE, {"invitation": found, "form": form}, status=422 if form.errors else 200
    )
