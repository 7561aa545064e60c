"""Reading what a service sent by the types its documents promise: another shape is Unreadable, kept for a person, never skipped as if it said nothing.

What is absent or null is empty. For answers to calls of ours, where nothing is kept back, `graph.py` has lenient ones.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bandhu.channels.adapters.port import Unreadable, readable
from bandhu.channels.kept_words import kept


def parts(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of the list under this name. Raises Unreadable where it is no list or holds anything else."""
    value = found.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unreadable(kept("no_list", name))
    return value


def part(found: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under this name. Raises Unreadable where it is none."""
    value = found.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(kept("no_object", name))
    return value


def words(found: dict[str, Any], name: str, most: int = 5_000) -> str:
    """The text under this name, cut after `most` characters. Raises Unreadable where it is none."""
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(kept("no_text", name))
    return readable(value)[:most]


def key(found: dict[str, Any], name: str, most: int = 250) -> str:
    """What something is known by: a text or a whole number. Raises Unreadable where it is neither."""
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:most]
    return words(found, name, most)


def truth(found: dict[str, Any], name: str) -> bool:
    """Yes or no. Raises Unreadable where it is neither."""
    value = found.get(name)
    if value is not None and not isinstance(value, bool):
        raise Unreadable(kept("no_truth", name))
    return bool(value)


def moment(found: dict[str, Any], name: str, *, per_second: int = 1) -> datetime | None:
    """Seconds (or thousandths) since 1970, as text or number. Raises Unreadable where it is neither."""
    value = found.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, bool):
            raise TypeError
        return datetime.fromtimestamp(int(value) / per_second, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable(kept("no_moment", name)) from error
