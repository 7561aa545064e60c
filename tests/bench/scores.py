"""Measures the learned scores on public data: leads of a school (learnable) and opportunities of a sales team (not learnable).

    python -m tests.bench.scores

Rows are taken in the order of the file (leads) or of time (opportunities). The sets are read from BANDHU_DATA_SETS, else beside the
repository; where they are absent it says so in one line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from bandhu.sales.learning.tables import Column, LearningTable, levels_of
from bandhu.sales.learning.training import Evaluation, learn
from tests.bench.imports import SETS
from tests.bench.report import keep, table

LEADS, PIPELINE = SETS / "x_education_leads" / "leads_first_6000.csv", SETS / "b2b_pipeline_maven"
# Filled in by the sellers while they work on a lead (the set's own notes).
LATER = (
    "Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity", "Asymmetrique Activity Index",
    "Asymmetrique Profile Index", "Asymmetrique Activity Score", "Asymmetrique Profile Score",
)  # fmt: skip
_NUMBERS = {"TotalVisits", "Total Time Spent on Website", "Page Views Per Visit", "revenue", "employees", "year_established",
            "sales_price"}  # fmt: skip
_KEYS = {"Prospect ID", "Lead Number", "Converted"}


def main() -> None:
    """Learn, print, keep the table."""
    if not LEADS.exists() or not PIPELINE.exists():
        print("the data sets x_education_leads and b2b_pipeline_maven are absent: nothing is measured")
        return
    keep("scores", "Learned scores", scores_text())


def leads_table(path: Path = LEADS) -> LearningTable:
    """In the order of the file, which runs from the newest lead to the oldest: read backwards. "Select" means that nothing was chosen."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: int(row["Lead Number"]))
    names = [name for name in rows[0] if name not in _KEYS]
    cleaned = [{name: "" if row[name] == "Select" else row[name] for name in names} for row in rows]
    return LearningTable(_columns(names), cleaned, [row["Converted"] == "1" for row in rows])


def pipeline_table(folder: Path = PIPELINE) -> LearningTable:
    """What is known when an opportunity begins, in the order of its beginning; those won and lost."""
    accounts, teams, products = (
        _by(folder / f"{name}.csv", key)
        for name, key in (("accounts", "account"), ("sales_teams", "sales_agent"), ("products", "product"))
    )
    with (folder / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        closed = [row for row in csv.DictReader(file) if row["deal_stage"] in ("Won", "Lost")]
    closed.sort(key=lambda row: datetime.strptime(row["engage_date"], "%m/%d/%Y"))
    own, others = ("sales_agent", "product", "account"), ("manager", "regional_office", "series", "sales_price", "sector",
              "year_established", "revenue", "employees", "office_location", "subsidiary_of")  # fmt: skip
    rows = []
    for row in closed:
        joined = (
            teams.get(row["sales_agent"], {})
            | products.get(row["product"], {})
            | accounts.get(row["account"], {})
        )
        rows.append({name: row[name] for name in own} | {name: joined.get(name, "") for name in others})
    return LearningTable(_columns([*own, *others]), rows, [row["deal_stage"] == "Won" for row in closed])


def scores_text() -> str:
    """Figures of both sets, with and without the columns that were known only afterwards."""
    leads = leads_table()
    honest, leaking = learn(leads, LATER).evaluation, _unguarded(leads)
    guarded = learn(leads).evaluation
    pipeline = learn(pipeline_table()).evaluation
    rows = [
        _line("leads: declared columns left out", honest),
        _line("leads: nothing declared, guard by figures alone", guarded),
        _line("opportunities: won or lost", pipeline),
    ]
    heads = [
        "model",
        "rows",
        "tried",
        "base rate",
        "AUC",
        "± 1.96 s.e.",
        "one rule",
        "its AUC",
        "Brier",
        "of the base rate",
        "verdict",
    ]
    text = table(heads, rows)
    boosted = _boosted(leads.without(set(LATER)))
    text += f"\n\nAll columns, leaking ones too, would show an AUC of {leaking:.3f}: the figure that no new lead would ever see."
    text += f"\nGradient boosting on the same rows and columns: AUC {boosted:.3f}."
    text += "\n\nColumns refused by their figures alone: " + ", ".join(
        f"{one.label} ({one.auc})" for one in guarded.refused
    )
    text += "\n\nCalibration of the leads, tenths of the tried rows by their chance:\n\n"
    return text + table(["said", "came", "rows"], [[one.said, one.came, one.number] for one in honest.groups])


def _line(name: str, found: Evaluation) -> list[Any]:
    def written(value: float | None) -> str:
        return "" if value is None else f"{value:.3f}"

    error = 1.96 * found.auc_error if found.auc_error is not None else None
    figures = [found.auc, error]
    print(f"{name:50} AUC {written(found.auc)} rule {written(found.rule_auc)} {found.refusal}", flush=True)
    return [
        name, found.rows, found.tried, written(found.base_rate), *map(written, figures), found.rule,
        written(found.rule_auc), written(found.brier), written(found.base_brier), found.refusal or "used",
    ]  # fmt: skip


def _unguarded(leads: LearningTable) -> float:
    """What a product without a guard would print: gradient boosting over all columns."""
    return _boosted(leads)


def _boosted(leads: LearningTable) -> float:
    first, second = len(leads.rows) * 8 // 10, len(leads.rows)
    columns = [levels_of(column, leads.rows[:first]) for column in leads.columns]
    places = [{level: place for place, level in enumerate(levels.all)} for levels in columns]
    matrix = np.array([
        [known[levels.of(row[levels.column.name])] for levels, known in zip(columns, places, strict=True)]
        for row in leads.rows
    ])  # fmt: skip
    model = HistGradientBoostingClassifier(max_depth=4, max_iter=150, random_state=0)
    model.fit(matrix[:first], leads.outcomes[:first])
    return float(roc_auc_score(leads.outcomes[first:second], model.predict_proba(matrix[first:])[:, 1]))


def _columns(names: Iterable[str]) -> list[Column]:
    return [Column(name, name, "number" if name in _NUMBERS else "category") for name in names]


def _by(path: Path, key: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row[key]: {name: value for name, value in row.items() if name != key}
            for row in csv.DictReader(file)
        }


if __name__ == "__main__":
    main()
