"""Calling a provider: its own fixed addresses, a short time, one answer in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from bandhu.billing.gateways.port import GatewayDown, GatewayRefused, GatewayUnreached

TIMEOUT_SECONDS = 15.0
MAX_ANSWER = 1_000_000


def call(
    method: str,
    url: str,
    *,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """The answer, an object. Raises GatewayDown when there is none or the provider is out of order (GatewayUnreached where it
    cannot have done anything), GatewayRefused for its "no"."""
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False) as client:
            answer = client.request(
                method, url, json=json, data=form, params=query, headers=dict(headers or {}), auth=auth
            )
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise GatewayUnreached(f"{type(error).__name__} {httpx.URL(url).host}") from error
    except httpx.HTTPError as error:
        raise GatewayDown(f"{type(error).__name__} {httpx.URL(url).host}") from error
    found = _object(answer)
    if answer.status_code == 429:
        raise GatewayUnreached(f"429 of {httpx.URL(url).host}")
    if answer.status_code >= 500:
        raise GatewayDown(f"{answer.status_code} of {httpx.URL(url).host}")
    if answer.status_code >= 400:
        raise GatewayRefused(f"{answer.status_code} of {httpx.URL(url).host}: {str(found)[:300]}")
    if found is None:
        raise GatewayDown(f"no object from {httpx.URL(url).host}")
    return found


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    if len(answer.content) > MAX_ANSWER:
        return None
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
