"""A learned scorecard: a weight for each level of each column. Plain numbers, so that scoring needs no library and nothing is unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

from bandhu.sales.learning.tables import MISSING, OTHER, Column, Levels, Row

REASONS = 4
# Weights below this change the chance by less than a hundredth.
_SLIGHT = 0.05


@dataclass(frozen=True)
class Part:
    """One column of a scorecard: its levels with their weights (log odds), `average` over the training rows."""

    levels: Levels
    weights: Mapping[str, float]
    average: float


@dataclass(frozen=True)
class Scorecard:
    """Log odds = intercept + weights of the levels; `slope` and `offset` calibrate them (Platt 1999)."""

    parts: list[Part]
    intercept: float
    slope: float = 1.0
    offset: float = 0.0

    def chance(self, row: Row) -> float:
        """Between 0 and 1, calibrated."""
        return _logistic(self.slope * self.log_odds(row) + self.offset)

    def log_odds(self, row: Row) -> float:
        """Before calibration."""
        return self.intercept + sum(
            part.weights.get(part.levels.of(row.get(part.levels.column.name)), 0.0) for part in self.parts
        )

    def reasons(self, row: Row) -> list[dict[str, Any]]:
        """What moves this row away from the average one most: {"name", "value" (as text, "" for missing), "low", "high", "weight"}."""
        found = []
        for part in self.parts:
            column = part.levels.column
            level = part.levels.of(row.get(column.name))
            weight = self.slope * (part.weights.get(level, 0.0) - part.average)
            if abs(weight) >= _SLIGHT:
                found.append(_reason(part.levels, level, row.get(column.name), weight))
        return sorted(found, key=lambda one: -abs(one["weight"]))[:REASONS]

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "intercept": self.intercept, "slope": self.slope, "offset": self.offset,
            "parts": [
                {
                    "name": part.levels.column.name, "label": part.levels.column.label, "kind": part.levels.column.kind,
                    "known": list(part.levels.known), "edges": list(part.levels.edges),
                    "weights": {level.replace(OTHER, "~other"): weight for level, weight in part.weights.items()},
                    "average": part.average,
                }
                for part in self.parts
            ],
        }  # fmt: skip


def scorecard_of(plain: Mapping[str, Any]) -> Scorecard:
    """From what JSON kept."""
    parts = [
        Part(
            Levels(Column(one["name"], one["label"], one["kind"]), tuple(one["known"]), tuple(one["edges"])),
            {level.replace("~other", OTHER): weight for level, weight in one["weights"].items()},
            one["average"],
        )
        for one in plain["parts"]
    ]
    return Scorecard(parts, plain["intercept"], plain["slope"], plain["offset"])


def _reason(levels: Levels, level: str, value: Any, weight: float) -> dict[str, Any]:
    found: dict[str, Any] = {"name": levels.column.name, "weight": round(weight, 3), "value": ""}
    if level == MISSING:
        return found
    if levels.column.kind != "number":
        return found | {"value": str(value)}
    place = int(level)
    low = levels.edges[place - 1] if place else None
    high = levels.edges[place] if place < len(levels.edges) else None
    return found | {"value": f"{float(value):g}", "low": low, "high": high}


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(min(value, 500.0), -500.0)))
