"""From where a change is being made: the audit trail asks, the middleware and the commands answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_origin: ContextVar[dict[str, Any] | None] = ContextVar("origin", default=None)


def current_origin() -> dict[str, Any]:
    """{"via": "page" | "api" | "command" | "job", "address": …, "request": …}; {} when unknown."""
    return _origin.get() or {}


@contextmanager
def coming_from(via: str, **details: Any) -> Iterator[None]:
    """Everything written inside carries this origin."""
    token = _origin.set({"via": via, **details})
    try:
        yield
    finally:
        _origin.reset(token)
