"""What requests of opportunities and leads have in common."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import Field

from bandhu.platform.rest import Paging

LINKS = ("contact", "company", "owner", "team", "source")


class ListQuery(Paging):
    """`q` searches names; `filter` is a JSON tree as in views; `sort` a field, "-" for descending."""

    q: str = Field("", max_length=300)
    filter: str = Field("", max_length=20_000)
    sort: str = Field("", max_length=80)


def filter_tree(text: str) -> Any:
    """The filter of a request. Raises ValidationError for what is no JSON."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        raise ValidationError({"filter": _("A filter is a JSON object.")}) from None


def without_ids(given: dict[str, Any]) -> dict[str, Any]:
    """Links as the actions take them: "owner" for "owner_id"."""
    return {
        name.removesuffix("_id") if name.removesuffix("_id") in LINKS else name: value
        for name, value in given.items()
    }
