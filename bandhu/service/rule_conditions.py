"""The conditions of a rule of tickets: whether a ticket fits them, and whether they can still be understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bandhu.identity.rule_conditions import Asker, asker_of, compiled_for, faults_in
from bandhu.platform.filters import Compiled
from bandhu.service.models import TicketRule
from bandhu.service.rule_steps import faults_of_steps

KIND = "ticket"


def asker() -> Asker:
    """Sees every ticket and every field."""
    return asker_of(KIND)


def compiled(conditions: Mapping[str, Any], by: Asker | None = None) -> Compiled:
    """Over every ticket, whoever may see it. Raises ValidationError."""
    return compiled_for(KIND, conditions, by)


def faults_of_conditions(conditions: Mapping[str, Any], by: Asker | None = None) -> list[str]:
    """Msgids of what does not work any more; each once."""
    return faults_in(KIND, conditions, by)


def faults_of(rule: TicketRule, by: Asker | None = None) -> list[str]:
    """Msgids of everything that keeps a rule from working."""
    return [*faults_of_conditions(rule.conditions, by), *faults_of_steps(rule.steps)]
