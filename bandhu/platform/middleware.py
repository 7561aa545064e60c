"""Request-wide concerns that belong to no app."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bandhu.platform.origin import coming_from


class OriginMiddleware:
    """Remembers the visitor's address for the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        via = "api" if request.path.startswith("/api/") else "page"
        with coming_from(via, address=client_address(request)):
            return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """The visitor's address; a forwarded one counts only when it comes from a trusted proxy."""
    peer = request.META.get("REMOTE_ADDR", "")
    if peer in settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return forwarded[-1].strip() or peer
    return peer
