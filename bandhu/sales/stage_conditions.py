"""Who may enter a stage: the condition an administrator set, asked of an opportunity as it stands before the move."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.rule_conditions import (
    NOT_UNDERSTOOD,
    compiled_for,
    conditions_in_words,
    faults_in,
    leaves,
)
from bandhu.sales.models import Opportunity, Stage

KIND = "opportunity"


def may_enter(opportunity: Opportunity, stage: Stage) -> bool:
    """Whether the stored row fits. A condition nobody can understand any more holds nobody up; the stage's page says that it does not work."""
    if not stage.condition:
        return True
    try:
        wanted = compiled_for(KIND, stage.condition)
    except ValidationError:
        return True
    return wanted.apply(Opportunity.objects.filter(pk=opportunity.pk)).exists()


def refusal_of(stage: Stage) -> str:
    """Why it may not enter: the administrator's sentence, else the condition itself, in the reader's language."""
    if stage.condition_words:
        return stage.condition_words
    words = conditions_in_words(KIND, stage.condition)
    return _("“%(stage)s” takes only opportunities of which this holds: %(condition)s.") % {
        "stage": stage.label,
        "condition": words,
    }


def asked_fields(stage: Stage) -> list[str]:
    """Names of the fields the condition asks about, each once: what somebody may fill to get in."""
    if not stage.condition or faults_in(KIND, stage.condition) == [NOT_UNDERSTOOD]:
        return []
    return list(dict.fromkeys(str(one["field"]) for one in leaves(stage.condition)))


def faults_of_condition(stage: Stage) -> list[Any]:
    """Msgids of what does not work any more in the condition."""
    return faults_in(KIND, stage.condition)
