"""Errors of the API as problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import JsonResponse

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Unsupported content type",
    422: "Not valid",
    429: "Too many requests",
    500: "Something went wrong",
}


def problem(status: int, kind: str, detail: str, **more: Any) -> JsonResponse:
    """`kind` is stable for programs, `detail` is a sentence for people; `more` are further members."""
    body = {
        "type": f"urn:bandhu:problem:{kind}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        **more,
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def errors_of(error: ValidationError) -> dict[str, list[str]]:
    """Messages by field; those of no field stand under ""."""
    if hasattr(error, "error_dict"):
        return {field: list(messages) for field, messages in error.message_dict.items()}
    return {"": list(error.messages)}
