"""The API as its OpenAPI document describes it: short names, errors as problem+json, bodies that are objects."""

import json
from collections.abc import Callable
from functools import wraps
from http.client import responses
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.params.models import QueryModel
from ninja.parser import Parser
from ninja.schema import NinjaGenerateJsonSchema
from ninja.signature import ViewSignature

from bandhu.platform.problems import CONTENT_TYPE
from bandhu.platform.rest import REFUSALS, ProblemOut


class NotJSON(ValueError):
    """A body that does not say it is JSON; answered with 415."""


class ObjectParser(Parser):
    """Takes bodies that are JSON objects; pydantic would read a list as an object without any value."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Ninja answers 400 to what is raised here."""
        if request.content_type != "application/json":
            raise NotJSON(request.content_type)
        found = json.loads(request.body)
        if not isinstance(found, dict):
            raise ValueError("A body is a JSON object.")
        return found


def with_known_parameters(view_func: Callable[..., Any]) -> Callable[..., Any]:
    """Refuses parameters the operation does not have: a filter with a slip in its name would give everybody's records."""
    models = ViewSignature("", view_func).models
    known = {
        name for model in models if issubclass(model, QueryModel) for name in model.__ninja_flatten_map__
    }

    @wraps(view_func)
    def checked(request: HttpRequest, *args: Any, **values: Any) -> Any:
        unknown = [name for name in request.GET if name not in known]
        if unknown:
            raise ValidationError({name: _("There is no such parameter.") for name in unknown})
        return view_func(request, *args, **values)

    return checked


class DocumentedAPI(NinjaAPI):
    """Ninja's, with a document that keeps its word."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=ObjectParser(), **options)
        self.add_decorator(with_known_parameters, mode="operation")

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: clients made from the document call their methods so."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document as it is served: every operation may refuse, as problem+json."""
        document = super().get_openapi_schema(**options)
        document["components"]["schemas"][ProblemOut.__name__] = ProblemOut.model_json_schema(
            schema_generator=NinjaGenerateJsonSchema
        )
        refusals = {status: _refusal(status) for status in REFUSALS}
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"] |= refusals
        return document


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}
    return {"description": responses[status], "content": {CONTENT_TYPE: {"schema": schema}}}
