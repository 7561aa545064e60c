"""Who is asking, and how they like to read."""

from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from bandhu.ui.formats import set_reader

# Everything else asks for a signed-in user: a forgotten decorator opens nothing.
OPEN_PATHS = (
    "/accounts/",
    "/static/",
    "/api/",
    "/healthz",
    "/readyz",
    "/favicon.ico",
    "/invitations/",
    "/ui/",
)
Answer = Callable[[HttpRequest], HttpResponse]


class SignedInMiddleware:
    """Sends strangers to the sign-in page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(OPEN_PATHS):
            return self.get_response(request)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse(settings.LOGIN_URL)})
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")


class PreferencesMiddleware:
    """Language and time zone of the signed-in user."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        # "native" is the reader's own choice to take what the language has; see bandhu.ui.formats.
        set_reader(
            digits="auto" if user.digits == user.Digits.NATIVE else "latn", country=settings.DEFAULT_COUNTRY
        )
        try:
            timezone.activate(ZoneInfo(user.time_zone))
        except (ZoneInfoNotFoundError, ValueError):
            timezone.activate(ZoneInfo(settings.DEFAULT_TIME_ZONE))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()
            set_reader()
