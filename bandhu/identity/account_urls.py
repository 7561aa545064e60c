"""allauth's pages that we answer differently; mounted before allauth's own addresses."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.generic import RedirectView


def _closed(request: HttpRequest, key: str = "") -> HttpResponse:
    """Accounts are made by invitation, mail addresses are kept by administrators: these pages do not exist here."""
    raise Http404


_to_security = RedirectView.as_view(pattern_name="identity:security")

urlpatterns = [
    path("signup/", _closed),
    path("email/", _closed),
    path("confirm-email/", _closed),
    path("confirm-email/<key>/", _closed),
    path("password/set/", _closed),
    path("login/code/confirm/", _closed),
    path("2fa/", _to_security),
    path("2fa/webauthn/", _to_security),
    path("sessions/", _to_security),
]
