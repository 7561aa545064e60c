"""What a score is learned from: rows in the order of time, each with what was known at its beginning and how it ended."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Levels seen less often than this in the training part are one level together.
RARE, MOST_LEVELS, BANDS = 20, 30, 6
MISSING, OTHER = "", "\x00other"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One thing known at the beginning. `kind` is "category" or "number"; None and "" are missing, which is a level of its own.

    `is_sure`: the program itself writes it at the beginning and never after, so that it may tell as much as it does.
    """

    name: str
    label: str
    kind: str = "category"
    is_sure: bool = False


@dataclass
class LearningTable:
    """Rows and outcomes (True: it went well) in the order of time, the oldest first."""

    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    outcomes: list[bool] = field(default_factory=list)

    def without(self, names: set[str]) -> LearningTable:
        return LearningTable([one for one in self.columns if one.name not in names], self.rows, self.outcomes)

    def part(self, begin: int, end: int) -> LearningTable:
        return LearningTable(self.columns, self.rows[begin:end], self.outcomes[begin:end])


@dataclass(frozen=True)
class Levels:
    """How the values of a column become levels: a category's frequent values, a number's bands (upper edges) of about equal size."""

    column: Column
    known: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()

    def of(self, value: Any) -> str:
        """The level a value falls into."""
        if value is None or value == "":
            return MISSING
        if self.column.kind == "number":
            return str(bisect_right(self.edges, float(value)))
        return str(value) if str(value) in self.known else OTHER

    @property
    def all(self) -> list[str]:
        if self.column.kind == "number":
            return [MISSING, *(str(place) for place in range(len(self.edges) + 1))]
        return [MISSING, OTHER, *self.known]


def levels_of(column: Column, rows: Sequence[Row]) -> Levels:
    """Read off the training rows alone."""
    values = [value for row in rows if (value := row.get(column.name)) not in (None, "")]
    if column.kind == "number":
        ordered = sorted(float(value) for value in values)
        cuts = {ordered[len(ordered) * step // BANDS] for step in range(1, BANDS)} if ordered else set()
        return Levels(column, edges=tuple(sorted(cuts)))
    counted = Counter(str(value) for value in values)
    return Levels(
        column, known=tuple(value for value, number in counted.most_common(MOST_LEVELS) if number >= RARE)
    )
