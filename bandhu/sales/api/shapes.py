"""What requests of opportunities and leads have in common."""

from __future__ import annotations

from typing import Any

LINKS = ("contact", "company", "owner", "team", "source")


def without_ids(given: dict[str, Any]) -> dict[str, Any]:
    """Links as the actions take them: "owner" for "owner_id"."""
    return {
        name.removesuffix("_id") if name.removesuffix("_id") in LINKS else name: value
        for name, value in given.items()
    }
