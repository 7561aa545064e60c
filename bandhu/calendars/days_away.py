"""Days on which somebody is away, as apps above know of them: nobody can book them then, whatever their working hours say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

Days = tuple[date, date]
_sources: list[Callable[[UUID], Iterable[Days]]] = []


def register_days_away(tell: Callable[[UUID], Iterable[Days]]) -> None:
    """`tell(user_id)` gives first and last days, both included."""
    _sources.append(tell)


def days_away(user_id: UUID) -> list[Days]:
    """What every app knows, in no order."""
    return [days for tell in _sources for days in tell(user_id)]
