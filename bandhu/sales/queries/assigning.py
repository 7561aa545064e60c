"""Reading assignment and score rules, and trying rules out before they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from bandhu.identity.scoping import require_anywhere
from bandhu.sales import assigning
from bandhu.sales.models import Absence, AssignmentRule, Lead, ScoreRule, Seat, Way
from bandhu.sales.queries.leads import MANAGE, leads
from bandhu.sales.queries.pipelines import one_of
from bandhu.sales.territories import territories_of

LAST = 100
Drafted = tuple[AssignmentRule, list[Seat]]


def assignment_rules(user: Any) -> list[AssignmentRule]:
    """In their order, with their people (`.seats.all()`)."""
    require_anywhere(user, MANAGE)
    return list(AssignmentRule.objects.select_related("team").prefetch_related("seats__user__team"))


def assignment_rule_for(user: Any, rule_id: UUID | str) -> AssignmentRule:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    rows = AssignmentRule.objects.select_related("team").prefetch_related("seats__user__team")
    return one_of(rows, rule_id)


def score_rules(user: Any) -> list[ScoreRule]:
    """In their order."""
    require_anywhere(user, MANAGE)
    return list(ScoreRule.objects.all())


def score_rule_for(user: Any, rule_id: UUID | str) -> ScoreRule:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    return one_of(ScoreRule.objects.all(), rule_id)


def absences(user: Any) -> list[Absence]:
    """Those that are not over."""
    require_anywhere(user, MANAGE)
    rows = Absence.objects.filter(last_day__gte=timezone.localdate())
    return list(rows.select_related("user").order_by("first_day", "user__full_name"))


def days_absent(user_id: UUID) -> list[tuple[date, date]]:
    """First and last days of the absences of somebody that are not over; asked for the times they can be booked."""
    rows = Absence.objects.filter(user=user_id, last_day__gte=timezone.localdate() - timedelta(days=1))
    return list(rows.values_list("first_day", "last_day"))


def absence_for(user: Any, absence_id: UUID | str) -> Absence:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    return one_of(Absence.objects.select_related("user"), absence_id)


@dataclass(frozen=True)
class Trial:
    """A lead of the last ones, and who would have got it; `choice` is empty where no rule fits."""

    lead: Lead
    choice: assigning.Choice

    @property
    def differs(self) -> bool:
        """Somebody else has it today."""
        return self.choice.user is not None and self.choice.user != self.lead.owner


def simulate_assignment(user: Any, *, draft: Drafted | None = None, last: int = LAST) -> list[Trial]:
    """Who would have got the newest `last` leads within reach, in the order they came in; nothing is written.

    The rules are those in use, with `draft` (an unsaved rule with its people) in the place of the saved one. Everybody
    starts with the load and the turn of today.
    """
    require_anywhere(user, MANAGE)
    newest = leads(user).select_related("owner", "contact", "source").order_by("-received_at", "-pk")[:last]
    found = sorted(newest, key=lambda lead: (lead.received_at, lead.pk))
    plans = assigning.plans_of(_rules(user, draft), timezone.localdate())
    ids = [lead.pk for lead in found]
    fitting = {id(plan): assigning.matching(user, plan.rule.conditions, ids) for plan in plans}
    lying = territories_of(user, "lead", ids) if any(plan.rule.way == Way.TERRITORY for plan in plans) else {}
    trials, now = [], timezone.now()
    for number, lead in enumerate(found):
        choice = assigning.choose(
            plans, lambda plan, pk=lead.pk: pk in fitting[id(plan)], lambda pk=lead.pk: lying.get(pk)
        )
        if choice.place is not None:
            assigning.give(plans, choice.place, now + timedelta(microseconds=number))
        trials.append(Trial(lead, choice))
    return trials[::-1]


def _rules(user: Any, draft: Drafted | None) -> Sequence[Drafted]:
    drafted: list[Drafted] = [(rule, list(rule.seats.all())) for rule in assignment_rules(user)]
    if draft is not None:
        drafted = [one for one in drafted if one[0].pk != draft[0].pk] + [draft]
    return sorted((one for one in drafted if one[0].is_active), key=lambda one: (one[0].position, one[0].pk))
