"""Learning a chance: tried on the latest rows, leaks refused, no invented figures."""

import csv
import json
import random
from datetime import datetime

import pytest

from bandhu.platform.tests.data_sets import data_set
from bandhu.sales.learning.guards import auc_of, refuse_later_ones
from bandhu.sales.learning.scorecards import scorecard_of
from bandhu.sales.learning.tables import MISSING, OTHER, Column, LearningTable, levels_of
from bandhu.sales.learning.training import NO_SIGNAL, TOO_LITTLE, learn

SOURCE, MINUTES, NOISE = (
    Column("source", "Source"),
    Column("minutes", "Minutes", "number"),
    Column("noise", "Noise"),
)


def invented(count=2000, seed=1, *, signal=True, leak=False):
    """Leads whose chance depends on source and minutes, or on nothing."""
    rng, table = random.Random(seed), LearningTable([SOURCE, MINUTES, NOISE])
    if leak:
        table.columns.append(Column("status", "Status after the call"))
    for _ in range(count):
        row = {
            "source": rng.choice(["fair", "web", "walk-in", ""]),
            "minutes": rng.randrange(60),
            "noise": rng.choice("abcd"),
        }
        chance = 0.1 + 0.3 * (row["source"] == "fair") + 0.4 * (row["minutes"] > 40) if signal else 0.3
        outcome = rng.random() < chance
        if leak:
            row["status"] = "visit agreed" if outcome and rng.random() < 0.9 else "open"
        table.rows.append(row)
        table.outcomes.append(outcome)
    return table


class TestWorth:
    def test_a_signal_is_found_calibrated_and_better_than_one_rule(self):
        found = learn(invented(4000)).evaluation
        assert found.refusal == ""
        assert found.auc > found.rule_auc > 0.5
        assert found.brier < found.base_brier
        assert all(abs(one.said - one.came) < 0.15 for one in found.groups)
        assert sum(one.number for one in found.groups) == found.tried == 800

    def test_without_signal_there_is_no_model(self):
        learned = learn(invented(signal=False))
        assert learned.evaluation.refusal == NO_SIGNAL
        assert learned.scorecard is None

    @pytest.mark.parametrize("count", [0, 1, 50, 299])
    def test_too_little_is_said(self, count):
        assert learn(invented(count)).evaluation.refusal == TOO_LITTLE

    def test_one_outcome_alone_is_too_little(self):
        table = invented()
        table.outcomes = [True] * len(table.rows)
        assert learn(table).evaluation.refusal == TOO_LITTLE

    def test_what_comes_later_is_never_looked_at(self):
        """The figures of the tried rows do not change the model that is tried: only the rows before them do."""
        table = invented()
        turned = LearningTable(
            table.columns, table.rows, table.outcomes[:1600] + [not one for one in table.outcomes[1600:]]
        )
        assert learn(turned).evaluation.auc == pytest.approx(1 - learn(table).evaluation.auc)


class TestLeaks:
    def test_a_column_known_afterwards_is_refused_by_its_figures(self):
        learned = learn(invented(leak=True))
        assert [one.name for one in learned.evaluation.refused] == ["status"]
        assert "status" not in [part.levels.column.name for part in learned.scorecard.parts]

    def test_a_declared_one_is_refused_whatever_it_tells(self):
        table, refused = refuse_later_ones(invented(), ["noise"])
        assert [one.name for one in refused] == ["noise"]
        assert NOISE not in table.columns

    def test_with_the_leak_it_would_have_looked_splendid(self):
        table = invented(leak=True)
        shares = [1.0 if row["status"] == "visit agreed" else 0.0 for row in table.rows]
        assert auc_of(shares, table.outcomes) > 0.9


class TestScorecard:
    def test_it_survives_json_and_scores_the_same(self):
        table = invented()
        card = learn(table).scorecard
        again = scorecard_of(json.loads(json.dumps(card.plain)))
        assert [again.chance(row) for row in table.rows[:50]] == [card.chance(row) for row in table.rows[:50]]

    def test_reasons_name_what_moves_it(self):
        card = learn(invented(4000)).scorecard
        row = {"source": "fair", "minutes": 59, "noise": "a"}
        assert card.chance(row) > 0.6
        reasons = card.reasons(row)
        assert {one["name"] for one in reasons[:2]} == {"source", "minutes"}
        assert all(one["weight"] > 0 for one in reasons[:2])

    def test_what_was_never_seen_is_scored_too(self):
        card = learn(invented()).scorecard
        for row in ({}, {"source": "moon", "minutes": None}, {"source": "fair", "minutes": 10**9}):
            assert 0 < card.chance(row) < 1

    def test_levels(self):
        rows = [{"source": "fair"}] * 30 + [{"source": "rare"}] * 3
        levels = levels_of(SOURCE, rows)
        assert [levels.of(one) for one in ("fair", "rare", "", None)] == ["fair", OTHER, MISSING, MISSING]


class TestPublicData:
    def test_leads_of_a_school_are_learnable(self):
        path = data_set("x_education_leads") / "leads_first_6000.csv"
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        rows.sort(key=lambda row: int(row["Lead Number"]))
        names = (
            "Lead Origin",
            "Lead Source",
            "Total Time Spent on Website",
            "TotalVisits",
            "What is your current occupation",
            "Tags",
        )
        numbers = {"Total Time Spent on Website", "TotalVisits"}
        columns = [Column(name, name, "number" if name in numbers else "category") for name in names]
        found = learn(LearningTable(columns, rows, [row["Converted"] == "1" for row in rows])).evaluation
        assert [one.name for one in found.refused] == ["Tags"]
        assert found.refusal == ""
        assert 0.83 < found.auc < 0.92
        assert found.auc > found.rule_auc + 0.05

    def test_whether_a_deal_is_won_is_not(self):
        folder = data_set("b2b_pipeline_maven")
        teams = {row["sales_agent"]: row for row in csv.DictReader((folder / "sales_teams.csv").open())}
        rows = [
            row
            for row in csv.DictReader((folder / "sales_pipeline.csv").open())
            if row["deal_stage"] in ("Won", "Lost")
        ]
        rows.sort(key=lambda row: datetime.strptime(row["engage_date"], "%m/%d/%Y"))
        names = ("sales_agent", "product", "account", "regional_office", "manager")
        values = [row | teams[row["sales_agent"]] for row in rows]
        table = LearningTable(
            [Column(name, name) for name in names], values, [row["deal_stage"] == "Won" for row in rows]
        )
        learned = learn(table)
        assert learned.evaluation.refusal == NO_SIGNAL
        assert learned.evaluation.auc == pytest.approx(0.51, abs=0.03)
        assert learned.scorecard is None
