"""The REST API: every app's router under one OpenAPI document."""

from ninja import NinjaAPI

api = NinjaAPI(
    title="Bandhu",
    version="1",
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="api",
)
