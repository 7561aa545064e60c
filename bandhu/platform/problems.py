"""Errors of the API as problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

# By status: what programs may compare, and the title for people.
TITLES: dict[int, tuple[str, Any]] = {
    400: ("bad-request", _("Bad request")),
    401: ("not-signed-in", _("Not signed in")),
    403: ("not-allowed", _("Not allowed")),
    404: ("not-found", _("Not found")),
    405: ("method-not-allowed", _("Method not allowed")),
    409: ("conflict", _("Conflict")),
    412: ("changed-in-the-meantime", _("Changed in the meantime")),
    413: ("too-large", _("Too large")),
    415: ("unsupported-content-type", _("Unsupported content type")),
    422: ("not-valid", _("Not valid")),
    429: ("too-many-requests", _("Too many requests")),
    500: ("something-went-wrong", _("Something went wrong")),
}
OTHER = ("error", _("Error"))

CONTENT_TYPE = "application/problem+json"


class ProblemMiddleware:
    """Pages of Django and ninja that refuse a request of the API (no such address, no such method, a body too large, a fault) become problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/api/") or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        kind, title = TITLES.get(response.status_code, OTHER)
        made = problem(response.status_code, kind, str(title))
        if "Allow" in response.headers:
            made.headers["Allow"] = response.headers["Allow"]
        return made


def problem(status: int, kind: str, detail: str, **more: Any) -> JsonResponse:
    """`kind` is stable for programs, `detail` is a sentence for people; `more` are further members."""
    body = {
        "type": f"urn:bandhu:problem:{kind}",
        "title": str(TITLES.get(status, OTHER)[1]),
        "status": status,
        "detail": detail,
        **more,
    }
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def errors_of(error: ValidationError) -> dict[str, list[str]]:
    """Messages by field; those of no field stand under ""."""
    if hasattr(error, "error_dict"):
        return {field: list(messages) for field, messages in error.message_dict.items()}
    return {"": list(error.messages)}
