"""The API as its OpenAPI document describes it: short names, errors as problem+json, bodies that are objects."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from bandhu.platform.problems import CONTENT_TYPE


class ObjectParser(Parser):
    """Takes bodies that are JSON objects; pydantic would read a list as an object without any value."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Ninja answers 400 to what is raised here."""
        found = json.loads(request.body)
        if not isinstance(found, dict):
            raise ValueError("A body is a JSON object.")
        return found


class DocumentedAPI(NinjaAPI):
    """Ninja's, with a document that keeps its word."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=ObjectParser(), **options)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: clients made from the document call their methods so."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document as it is served; refusals get the content type they really have."""
        document = super().get_openapi_schema(**options)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "content" in response:
                        response["content"] = {CONTENT_TYPE: next(iter(response["content"].values()))}
        return document
