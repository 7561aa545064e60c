"""From impact and urgency to a priority. An administrator may change the matrix; this is what it says before."""

from __future__ import annotations

from collections.abc import Mapping

from bandhu.platform.models import Setting
from bandhu.service.models import Level, Priority

SETTING = "service.priority_matrix"
Matrix = dict[tuple[str, str], str]

_FIRST: Matrix = {
    (Level.HIGH, Level.HIGH): Priority.URGENT,
    (Level.HIGH, Level.MEDIUM): Priority.HIGH,
    (Level.MEDIUM, Level.HIGH): Priority.HIGH,
    (Level.HIGH, Level.LOW): Priority.NORMAL,
    (Level.MEDIUM, Level.MEDIUM): Priority.NORMAL,
    (Level.LOW, Level.HIGH): Priority.NORMAL,
    (Level.MEDIUM, Level.LOW): Priority.LOW,
    (Level.LOW, Level.MEDIUM): Priority.LOW,
    (Level.LOW, Level.LOW): Priority.LOW,
}
_ORDER = [Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT]


def priority_matrix() -> Matrix:
    """(impact, urgency) → priority, of all nine."""
    kept = Setting.objects.filter(name=SETTING).values_list("value", flat=True).first() or {}
    return _FIRST | {(pair.split("/")[0], pair.split("/")[1]): one for pair, one in kept.items()}


def priority_for(impact: str, urgency: str) -> str:
    return priority_matrix()[impact, urgency]


def keep_matrix(matrix: Mapping[tuple[str, str], str]) -> None:
    """Raises KeyError for what is no level, ValueError for what is no priority."""
    value = {f"{impact}/{urgency}": Priority(matrix[impact, urgency]).value for impact, urgency in _FIRST}
    Setting.objects.update_or_create(name=SETTING, defaults={"value": value})


def raised(priority: str) -> str:
    """The next higher one; the highest stays."""
    place = _ORDER.index(Priority(priority))
    return _ORDER[min(place + 1, len(_ORDER) - 1)]


def rank(priority: str) -> int:
    """Higher goes first in queues."""
    return (_ORDER.index(Priority(priority)) - 1) * 10
