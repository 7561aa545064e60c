"""Errors of the API as problem+json (RFC 9457)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

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

# What a request's reader (pydantic) refuses, by its names for it: the sentence people read. `limit` is what was asked for.
_SENTENCES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("There is no such key here."), ("extra_forbidden",)),
    (_("This is needed."), ("missing",)),
    (_("Write a text, in quotation marks."), ("string_type",)),
    (_("Write a whole number."), ("int_type", "int_parsing", "int_from_float", "int_parsing_size")),
    (
        _("Write a number."),
        ("float_type", "float_parsing", "decimal_type", "decimal_parsing", "finite_number"),
    ),
    (_("Write true or false."), ("bool_type", "bool_parsing")),
    (_("This is no id: ids are UUIDs."), ("uuid_type", "uuid_parsing", "uuid_version")),
    (
        _("Write a day as in 2026-11-30."),
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    ),
    (
        _("Write a moment as in 2026-11-30T10:00:00Z."),
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"),
    ),
    (_("Write a list, in square brackets."), ("list_type",)),
    (_("Write an object, in braces."), ("dict_type", "model_type", "model_attributes_type")),
    (_("Choose one of these: %(limit)s."), ("enum", "literal_error")),
    (_("At most %(limit)s characters fit here."), ("string_too_long",)),
    (
        ngettext_lazy("Write at least %(limit)d character.", "Write at least %(limit)d characters.", "limit"),
        ("string_too_short",),
    ),
    (_("Give at most %(limit)s of them."), ("too_long",)),
    (_("Give at least %(limit)s of them."), ("too_short",)),
    (_("The least is %(limit)s."), ("greater_than_equal",)),
    (_("The most is %(limit)s."), ("less_than_equal",)),
    (_("Write more than %(limit)s."), ("greater_than",)),
    (_("Write less than %(limit)s."), ("less_than",)),
    (_("At most %(limit)s digits after the decimal point."), ("decimal_max_places",)),
)
_SENTENCE_OF = {kind: sentence for sentence, kinds in _SENTENCES for kind in kinds}
_CHOICE = re.compile(r"'([^']*)'")
_LIMITS = ("max_length", "min_length", "ge", "le", "gt", "lt", "decimal_places")

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


def sentence_of(error: Mapping[str, Any]) -> str:
    """Why a part of a request was refused, in the caller's language. `error` is one of pydantic's; of a rare kind, its own words."""
    sentence, facts = _SENTENCE_OF.get(error["type"]), error.get("ctx", {})
    if sentence is None:
        return str(error["msg"]).removeprefix("Value error, ")
    choices = ", ".join(_CHOICE.findall(str(facts.get("expected", ""))))
    limit = next((facts[name] for name in _LIMITS if name in facts), choices)
    return str(sentence % {"limit": limit})


def errors_of(error: ValidationError) -> dict[str, list[str]]:
    """Messages by field; those of no field stand under ""."""
    if hasattr(error, "error_dict"):
        return {field: list(messages) for field, messages in error.message_dict.items()}
    return {"": list(error.messages)}
