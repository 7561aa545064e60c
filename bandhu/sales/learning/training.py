"""Learns a scorecard and says honestly what it is worth.

Rows stand in the order of time: the model learns from the first 60 %, is calibrated on the next 20 %, and is tried on the last 20 %, which
neither saw. What is kept is learned and calibrated the same way, one step later (80 % and 20 %). Logistic regression over levels, with the
ridge of scikit-learn; where more flexible learners were tried on such data they were no better (docs/benchmarks.md), and this one can say why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from bandhu.sales.learning.guards import (
    RefusedColumn,
    auc_error,
    auc_of,
    level_shares,
    one_column_auc,
    refuse_later_ones,
)
from bandhu.sales.learning.scorecards import Part, Scorecard
from bandhu.sales.learning.tables import LearningTable, Levels, levels_of

FEWEST_ROWS, FEWEST_OF_EACH = 300, 50
TOO_LITTLE, NO_SIGNAL = "too_little", "no_signal"
_RIDGE, _GROUPS = 0.5, 10
_SURE = 1.96


@dataclass(frozen=True)
class Group:
    """A tenth of the tried rows by their chance: what was said on average, what came, how many."""

    said: float
    came: float
    number: int


@dataclass
class Evaluation:
    """What the model is worth on rows it never saw, beside knowing nothing (`base_rate`) and beside the best single column.

    `auc_error` is the standard error of Hanley and McNeil (1982, Radiology 143:29-36). `refusal` is "" or why there is no model.
    """

    rows: int
    tried: int = 0
    base_rate: float = 0.0
    auc: float | None = None
    auc_error: float | None = None
    rule: str = ""
    rule_auc: float | None = None
    brier: float | None = None
    base_brier: float | None = None
    groups: list[Group] = field(default_factory=list)
    refused: list[RefusedColumn] = field(default_factory=list)
    refusal: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


@dataclass
class Learned:
    """The evaluation, and the scorecard unless it was refused."""

    evaluation: Evaluation
    scorecard: Scorecard | None = None


def learn(table: LearningTable, known_afterwards: Sequence[str] = ()) -> Learned:
    """Train, try out, and refuse where there is too little data, or where the last part shows no more than chance."""
    count, well = len(table.rows), sum(table.outcomes)
    evaluation = Evaluation(count, base_rate=well / count if count else 0.0)
    first, second = count * 6 // 10, count * 8 // 10
    ends = [table.outcomes[:first], table.outcomes[first:second], table.outcomes[second:]]
    if (
        count < FEWEST_ROWS
        or min(well, count - well) < FEWEST_OF_EACH
        or any(len(set(one)) < 2 for one in ends)
    ):
        evaluation.refusal = TOO_LITTLE
        return Learned(evaluation)
    _known, evaluation.refused = refuse_later_ones(table.part(0, first), known_afterwards)
    usable = table.without({one.name for one in evaluation.refused})
    tried = usable.part(second, count)
    model = _calibrated(_fitted(usable.part(0, first)), usable.part(first, second))
    _evaluate(evaluation, model, usable.part(0, first), tried)
    if evaluation.refusal:
        return Learned(evaluation)
    return Learned(evaluation, _calibrated(_fitted(usable.part(0, second)), tried))


def _evaluate(evaluation: Evaluation, model: Scorecard, seen: LearningTable, tried: LearningTable) -> None:
    chances = np.array([model.chance(row) for row in tried.rows])
    outcomes = np.array(tried.outcomes)
    share = float(np.mean(seen.outcomes))
    evaluation.tried, evaluation.base_rate = len(tried.rows), float(outcomes.mean())
    evaluation.auc = float(roc_auc_score(outcomes, chances))
    evaluation.auc_error = auc_error(evaluation.auc, int(outcomes.sum()), int((~outcomes).sum()))
    evaluation.brier = float(brier_score_loss(outcomes, chances))
    evaluation.base_brier = float(np.mean((outcomes - share) ** 2))
    evaluation.groups = _groups(chances, outcomes)
    evaluation.rule, evaluation.rule_auc = _one_rule(seen, tried)
    if evaluation.auc - _SURE * evaluation.auc_error <= 0.5 or evaluation.brier >= evaluation.base_brier:
        evaluation.refusal = NO_SIGNAL


def _one_rule(seen: LearningTable, tried: LearningTable) -> tuple[str, float | None]:
    """The single column that orders the training rows best, and how it orders the tried ones."""
    if not seen.columns:
        return "", None
    best = max(seen.columns, key=lambda one: one_column_auc(seen, one.name))
    shares, levels = level_shares(seen, best.name), levels_of(best, seen.rows)
    return best.label, auc_of([shares[levels.of(row.get(best.name))] for row in tried.rows], tried.outcomes)


def _fitted(table: LearningTable) -> Scorecard:
    columns = [levels_of(column, table.rows) for column in table.columns]
    matrix = _matrix(columns, table)
    model = LogisticRegression(C=_RIDGE, max_iter=500)
    model.fit(matrix, table.outcomes)
    weights, parts, place = model.coef_[0], [], 0
    for levels in columns:
        width = len(levels.all)
        own = weights[place : place + width]
        average = float((matrix[:, place : place + width] @ own).mean())
        parts.append(Part(levels, dict(zip(levels.all, map(float, own), strict=True)), average))
        place += width
    return Scorecard(parts, float(model.intercept_[0]))


def _matrix(columns: Sequence[Levels], table: LearningTable) -> np.ndarray:
    """One column of nought and one for each level."""
    blocks = []
    for levels in columns:
        places = {level: place for place, level in enumerate(levels.all)}
        block = np.zeros((len(table.rows), len(places)), dtype=np.float32)
        found = [places[levels.of(row.get(levels.column.name))] for row in table.rows]
        block[np.arange(len(found)), found] = 1
        blocks.append(block)
    return np.hstack(blocks)


def _calibrated(model: Scorecard, table: LearningTable) -> Scorecard:
    odds = np.array([[model.log_odds(row)] for row in table.rows])
    platt = LogisticRegression(C=1e6).fit(odds, table.outcomes)
    # Never turned round: a model that orders the wrong way is shown to be one.
    slope = max(float(platt.coef_[0][0]), 0.0)
    return Scorecard(model.parts, model.intercept, slope, float(platt.intercept_[0]))


def _groups(chances: np.ndarray, outcomes: np.ndarray) -> list[Group]:
    parts = np.array_split(np.argsort(chances, kind="stable"), _GROUPS)
    return [
        Group(round(float(chances[part].mean()), 4), round(float(outcomes[part].mean()), 4), len(part))
        for part in parts
        if len(part)
    ]
