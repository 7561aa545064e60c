"""The rules of a stage as an administrator writes them: who may enter, and what is done then. Checked, and told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.rule_conditions import checked_conditions
from bandhu.platform.events import publish
from bandhu.platform.rule_steps import faults_in_steps
from bandhu.platform.texts import clean_line, has_visible
from bandhu.sales.events import StageRulesChanged
from bandhu.sales.models import Stage
from bandhu.sales.stage_steps import KINDS, MOST_DAYS, MOST_STEPS, MOST_TEXT, tags_in

COLUMNS = ("condition", "condition_words", "steps")
Given = Mapping[str, Any]


def draft_stage_rules(stage: Stage, changes: Given) -> None:
    """Set what `changes` hold of COLUMNS, checked; nothing is saved, so that it can be tried out first. Raises ValidationError by field."""
    problems: dict[str, Any] = {}
    if "condition" in changes:
        try:
            stage.condition = checked_conditions("opportunity", changes["condition"])
        except ValidationError as problem:
            problems["condition"] = problem.messages
    if "condition_words" in changes:
        stage.condition_words = clean_line(changes["condition_words"] or "", 300)
    if "steps" in changes:
        try:
            stage.steps = _clean_steps(changes["steps"] or [])
        except ValidationError as problem:
            problems["steps"] = problem.messages
    if problems:
        raise ValidationError(problems)
    if not stage.condition:
        stage.condition_words = ""  # it would be said to nobody


def rules_of(stage: Stage) -> dict[str, Any]:
    """What the trail of changes tells of."""
    return {name: getattr(stage, name) for name in COLUMNS}


def tell_of_rules(stage: Stage, actor: Any) -> None:
    """Programs are told that a stage has other rules."""
    publish(
        StageRulesChanged(
            pipeline_id=str(stage.pipeline_id),
            stage_id=str(stage.pk),
            stage=stage.name,
            has_condition=bool(stage.condition),
            steps=[one["do"] for one in stage.steps],
        ),
        actor=actor,
    )


def _clean_steps(given: Sequence[Given]) -> list[dict[str, Any]]:
    if len(given) > MOST_STEPS:
        raise ValidationError(_("A stage does at most %(most)s things.") % {"most": MOST_STEPS})
    steps = [_clean_step(one) for one in given]
    if faults := faults_in_steps(KINDS, steps):
        raise ValidationError(_(faults[0]))
    for step in steps:
        if KINDS[step["do"]].text_needed and not has_visible(step["text"]):
            raise ValidationError(_("A step says nothing: write its text."))
        if step["do"] == "add_tags" and not tags_in(step["text"]):
            raise ValidationError(_("A step says nothing: write its text."))
    return steps


def _clean_step(given: Given) -> dict[str, Any]:
    kind = KINDS.get(str(given.get("do")))
    days = given.get("days") or 0
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= MOST_DAYS:
        raise ValidationError(_("Write a number of days from 0 to %(most)s.") % {"most": MOST_DAYS})
    return {
        "do": clean_line(given.get("do") or "", 20),
        "value": clean_line(given.get("value") or "", 40) if kind is not None and kind.options else "",
        "text": clean_line(given.get("text") or "", MOST_TEXT) if kind is not None and kind.text else "",
        "days": days if kind is not None and kind.within else 0,
    }
