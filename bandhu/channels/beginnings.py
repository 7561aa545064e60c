"""What a mail about a record begins with: the apps above say it for their papers, in the customer's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

Beginning = Callable[[Any, UUID], tuple[str, str]]
_beginnings: dict[str, Beginning] = {}


def register_beginning(kind: str, begin: Beginning) -> None:
    """`begin(user, record_id)` gives subject and text; it raises OutOfReach for a record the user may not see."""
    _beginnings[kind] = begin


def beginning_of(user: Any, about: tuple[str, UUID] | None) -> dict[str, str]:
    """The first subject and text of a mail about this record; nothing for kinds that have none."""
    if about is None or about[0] not in _beginnings:
        return {}
    subject, body = _beginnings[about[0]](user, about[1])
    return {"subject": subject, "body": body}
