"""The API as somebody who is signed in calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

Answer = tuple[int, Any, str | None]


def caller(user: Any) -> Callable[..., Answer]:
    """`ask(method, path, data, **headers)` below /api/v1: the status, what the JSON says (None for nothing), and the ETag."""
    client = Client()
    client.force_login(user)

    def ask(method: str, path: str, data: Any = None, **headers: str) -> Answer:
        sent = json.dumps(data or {}) if method != "GET" else ""
        answer = client.generic(method, f"/api/v1{path}", sent, "application/json", headers=headers)
        return answer.status_code, json.loads(answer.content or b"null"), answer.headers.get("ETag")

    return ask
