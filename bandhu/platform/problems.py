"""Errors of the API as problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Unsupported content type",
    422: "Not valid",
    429: "Too many requests",
    500: "Something went wrong",
}

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
        title = TITLES.get(response.status_code, "Error")
        made = problem(response.status_code, title.lower().replace(" ", "-"), f"{title}.")
        if "Allow" in response.headers:
            made.headers["Allow"] = response.headers["Allow"]
        return made


def problem(status: int, kind: str, detail: str, **more: Any) -> JsonResponse:
    """`kind` is stable for programs, `detail` is a sentence for people; `more` are further members."""
    body = {
        "type": f"urn:bandhu:problem:{kind}",
        "title": TITLES.get(status, "Error"),
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
