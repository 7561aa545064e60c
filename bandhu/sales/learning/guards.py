"""Refuses columns that were known only afterwards: a model that reads the answer off the record is of no use on a new one.

Two guards. What is declared to be filled in later is never offered. And a single column that tells the outcomes apart better than
anything known beforehand plausibly does is refused with its figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from bandhu.sales.learning.tables import LearningTable, levels_of

# One column alone. Chosen on a public set of leads (docs/benchmarks.md): its best honest column reaches .743, and columns that sellers fill in
# later reach .752 to .915. The two lie close, and a leak may be weaker than that: this guard is the second one, declaring is the first.
SUSPICIOUS = 0.75


@dataclass(frozen=True)
class RefusedColumn:
    """A column that was left out: declared as known afterwards (`auc` empty), or found to tell too much."""

    name: str
    label: str
    auc: float | None = None


def refuse_later_ones(
    table: LearningTable, known_afterwards: Sequence[str] = ()
) -> tuple[LearningTable, list[RefusedColumn]]:
    """The table without such columns, and which they are. Only the rows given are looked at: give the training part."""
    declared = set(known_afterwards)
    found = [RefusedColumn(one.name, one.label) for one in table.columns if one.name in declared]
    for column in table.columns:
        if column.name in declared or column.is_sure:
            continue
        auc = one_column_auc(table, column.name)
        if auc >= SUSPICIOUS:
            found.append(RefusedColumn(column.name, column.label, round(auc, 3)))
    return table.without({one.name for one in found}), found


def one_column_auc(table: LearningTable, name: str) -> float:
    """How well the shares of each level of one column order the rows they are taken from; .5 is chance."""
    shares = level_shares(table, name)
    levels = levels_of(next(one for one in table.columns if one.name == name), table.rows)
    return auc_of([shares[levels.of(row.get(name))] for row in table.rows], table.outcomes)


def level_shares(table: LearningTable, name: str) -> dict[str, float]:
    """The share that went well by level, drawn towards the overall share where a level is rare."""
    levels = levels_of(next(one for one in table.columns if one.name == name), table.rows)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row, outcome in zip(table.rows, table.outcomes, strict=True):
        one = counts[levels.of(row.get(name))]
        one[0] += outcome
        one[1] += 1
    base = sum(table.outcomes) / max(len(table.outcomes), 1)
    shares = {level: (well + 5 * base) / (number + 5) for level, (well, number) in counts.items()}
    return defaultdict(lambda: base, shares)


def auc_of(scores: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The chance that one that went well scores above one that did not (ties half): Mann and Whitney's U ÷ pairs; .5 without both."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    well = sum(outcomes)
    badly = len(outcomes) - well
    if not well or not badly:
        return 0.5
    ranks, place = 0.0, 0
    while place < len(order):
        end = place
        while end < len(order) and scores[order[end]] == scores[order[place]]:
            end += 1
        middle = (place + 1 + end) / 2
        ranks += middle * sum(outcomes[one] for one in order[place:end])
        place = end
    return (ranks - well * (well + 1) / 2) / (well * badly)


def auc_error(auc: float, well: int, badly: int) -> float:
    """The standard error of an AUC (Hanley and McNeil 1982, Radiology 143:29-36)."""
    one, two = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (well - 1) * (one - auc**2) + (badly - 1) * (two - auc**2)
    return sqrt(spread / (well * badly))
