"""Reading rules of tickets: what they are, what they did, and what keeps them from working."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.service.models import RuleRun, RuleVersion, TicketRule
from bandhu.service.queries.tickets import tickets
from bandhu.service.rule_conditions import Asker, asker, faults_of
from bandhu.service.rule_steps import KINDS, words_of_steps, words_of_value

MANAGE = "service.manage_service"


@dataclass
class RuleCard:
    """A rule as the page of all rules shows it. `faults` are sentences; `done`, `failed` count lines of its log."""

    rule: TicketRule
    steps: list[tuple[Any, str]]
    faults: list[str]
    done: int
    failed: int
    last: Any


@dataclass
class RunStep:
    """What became of a step: its kind, `state` (done, already, nothing), before and after, and why not."""

    label: Any
    icon: str
    state: str
    before: str
    after: str
    why: str


@dataclass
class RunLine:
    """A line of a rule's log, with what was done in the reader's words."""

    run: RuleRun
    trouble: str
    steps: list[RunStep] = field(default_factory=list)


def ticket_rules(user: Any) -> list[TicketRule]:
    """All of them, in the order in which they run."""
    require_anywhere(user, MANAGE)
    return list(TicketRule.objects.select_related("changed_by"))


def rule_cards(user: Any) -> list[RuleCard]:
    """All rules with what they do, what is wrong with them, and how often they ran."""
    rules = ticket_rules(user)
    done, failed = Q(outcome="done"), Q(outcome__in=("failed", "skipped"))
    figures = {
        one["rule"]: one
        for one in RuleRun.objects.order_by()
        .values("rule")
        .annotate(
            done=Count("pk", filter=done), failed=Count("pk", filter=failed), last=Max("at", filter=done)
        )
    }
    by = asker() if rules else None
    nothing: dict[str, Any] = {"done": 0, "failed": 0, "last": None}
    cards = []
    for rule in rules:
        counted = figures.get(rule.pk, nothing)
        cards.append(
            RuleCard(
                rule,
                words_of_steps(rule.steps),
                fault_words(rule, by),
                counted["done"],
                counted["failed"],
                counted["last"],
            )
        )
    return cards


def ticket_rule_for(user: Any, rule_id: UUID) -> TicketRule:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    found = TicketRule.objects.select_related("changed_by").filter(pk=rule_id).first()
    if found is None:
        raise OutOfReach
    return found


def fault_words(rule: TicketRule, by: Asker | None = None) -> list[str]:
    """What keeps a rule from working, in the reader's language."""
    return [_(one) for one in faults_of(rule, by)]


def versions_of(rule: TicketRule) -> list[RuleVersion]:
    """Of a rule that was found, the newest first."""
    return list(RuleVersion.objects.filter(rule=rule).select_related("actor"))


def runs_of(user: Any, rule: TicketRule) -> Any:
    """Lines of a rule's log about tickets within the user's reach; order them by -pk."""
    require_anywhere(user, MANAGE)
    rows = RuleRun.objects.filter(rule=rule, ticket__in=tickets(user).values("pk"))
    return rows.select_related("ticket").order_by("-pk")


def run_lines(runs: Any) -> list[RunLine]:
    """Lines in words."""
    return [
        RunLine(one, _(one.trouble) if one.trouble else "", [_step(step) for step in one.did]) for one in runs
    ]


def _step(kept: dict[str, Any]) -> RunStep:
    kind = KINDS.get(str(kept.get("do")))
    why = str(kept.get("why") or "")
    before, after = str(kept.get("before") or ""), str(kept.get("after") or "")
    if kind is not None and kind.name in ("priority", "impact", "urgency"):
        before, after = (words_of_value({"do": kind.name, "value": one}) for one in (before, after))
    return RunStep(
        kind.label if kind else kept.get("do"), kind.icon if kind else "circle-help", str(kept.get("state")), before, after,
        _(why) if why else "",
    )  # fmt: skip


def draft_of(rule: TicketRule | None) -> TicketRule:
    """A copy to try something out with; it is never saved."""
    return TicketRule() if rule is None else TicketRule.objects.get(pk=rule.pk)
