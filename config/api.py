"""The REST API: every app's router under one OpenAPI document, one way of signing in, one form of error."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError

from bandhu.customers.imports.problems import SourceProblem
from bandhu.identity.api_tokens import WAYS_IN, TooManyRequests
from bandhu.identity.results import Denied, MergedInto
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.problems import errors_of, problem, sentence_of
from config.api_routers import ROUTERS
from config.openapi import DocumentedAPI, NotJSON

api = DocumentedAPI(
    title="Bandhu",
    version="1",
    description="Customers and everything around them. Lists answer {items, next}; errors are problem+json; "
    "send an Idempotency-Key with writes and If-Match with changes.",
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="api",
    auth=WAYS_IN,
)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: Any) -> HttpResponse:
    response = problem(401, "not-signed-in", _("Send an API token: Authorization: Bearer …"))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, MergedInto):
        sentence = _("This record was merged into another one, which “merged_into” names.")
        return problem(404, "not-found", sentence, merged_into=str(error.record_id))
    return problem(404, "not-found", _("There is no such record, or it is out of your reach."))


@api.exception_handler(PermissionDenied)
def not_allowed(request: HttpRequest, error: Any) -> HttpResponse:
    reason = error.reason if isinstance(error, Denied) else str(error) or _("Not allowed.")
    return problem(403, "not-allowed", reason, permission=getattr(error, "permission", ""))


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = errors_of(error)
    return problem(422, "not-valid", " ".join(error.messages)[:500], errors=errors)


@api.exception_handler(SourceProblem)
def not_readable(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(422, "not-readable", error.sentence, code=error.code)


@api.exception_handler(RequestError)
def not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        place = ".".join(str(part) for part in one["loc"] if part not in ("body", "query", "path", "payload"))
        errors.setdefault(place, []).append(sentence_of(one))
    return problem(422, "not-valid", _("The request does not fit its description."), errors=errors)


@api.exception_handler(EditConflict)
def changed_meanwhile(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(412, "changed-meanwhile", str(error), version=error.version)


@api.exception_handler(TooManyRequests)
def too_many(request: HttpRequest, error: Any) -> HttpResponse:
    response = problem(429, "too-many-requests", _("Too many requests. Wait as long as Retry-After says."))
    response.headers["Retry-After"] = str(error.seconds)
    return response


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, NotJSON):
        return problem(415, "unsupported-content-type", _("Send the body as application/json."))
    if error.__cause__ is not None:  # ninja's, of whatever reading the body raised
        return problem(error.status_code, "refused", _("The body is not a JSON object."))
    return problem(error.status_code, "refused", str(error))
