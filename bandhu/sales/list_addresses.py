"""Addresses of the list of opportunities that shows what a number counts."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def opportunities_where(*conditions: dict[str, Any], text: str = "") -> str:
    """The list of the opportunities that meet every condition and are found by `text`."""
    words = {"filter": json.dumps({"all": list(conditions)}, ensure_ascii=False)}
    if text:
        words["q"] = text
    return f"{reverse('sales:opportunities')}?{urlencode(words)}"


def is_one_of(field: str, *values: Any) -> dict[str, Any]:
    return {"field": field, "op": "in", "value": [str(one) for one in values]}


def between(field: str, first: date, last: date) -> dict[str, Any]:
    """From the start of the first day to the end of the last."""
    return {"field": field, "op": "between", "value": [first.isoformat(), last.isoformat()]}
