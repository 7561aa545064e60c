"""Who is asking, and how they like to read."""

from collections.abc import Callable
from time import monotonic
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.usersessions.middleware import UserSessionsMiddleware
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
    "/f/",
    "/calendar-feed/",
    "/book/",
    "/q/",
    "/i/",
    "/pay/",
    "/booked/",
    "/m/",
    "/channels/",
    "/chat/",
    "/requests/",
    "/help/",
    "/portal/",
    "/robots.txt",
)
Answer = Callable[[HttpRequest], HttpResponse]


class SessionActivityMiddleware(UserSessionsMiddleware):
    """Notes where and when a session was last used, once a minute: at every request it would cost a write to disk each time."""

    _EVERY_SECONDS = 60.0
    _MOST_KNOWN = 10_000

    def __init__(self, get_response: Answer) -> None:
        super().__init__(get_response)
        # What this process noted last: address and browser, and when. Another process may note it once more; that is all.
        self._noted: dict[str, tuple[str, str, float]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key or ""
        address, browser = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_USER_AGENT", "")
        noted = self._noted.get(key)
        if noted and noted[:2] == (address, browser) and monotonic() - noted[2] < self._EVERY_SECONDS:
            return self.get_response(request)
        if len(self._noted) > self._MOST_KNOWN:
            self._noted.clear()
        if key and request.user.is_authenticated:
            self._noted[key] = (address, browser, monotonic())
        answer: HttpResponse = super().__call__(request)
        return answer


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
            # A stranger reads the times of the place the installation stands in.
            with timezone.override(ZoneInfo(settings.DEFAULT_TIME_ZONE)):
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
