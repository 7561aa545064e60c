"""Giving leads to people: by rule when they come in, by hand, and the rules themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.platform.notifications import notify
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales import assigning
from bandhu.sales.actions.changes import Changes, text_of
from bandhu.sales.actions.lead_changes import facts_of, give_customers, locked_lead, save_version, tell
from bandhu.sales.actions.nobodys import tell_of_nobodys
from bandhu.sales.events import LeadAssigned
from bandhu.sales.models import AssignmentRule, Lead, Seat, Way
from bandhu.sales.territories import territories_of

_TOLD = gettext_noop("A lead for you: “%(title)s”")


@action("sales.change_lead")
def assign_lead(lead: Lead, *, actor: Any, owner: Any = None, team: Any = None) -> Lead:
    """Give it to somebody, to a team, or to both by hand; without a team it is the owner's."""
    fresh = locked_lead(lead)
    user, to = linked_record("owner", owner, actor), linked_record("team", team, actor)
    to = to or (user.team if user else fresh.team)
    if (fresh.owner, fresh.team) == (user, to):
        return fresh
    _hand(fresh, user, to, actor=actor)
    return fresh


def choices_for(leads: Sequence[Lead]) -> list[assigning.Choice]:
    """What the rules say of these stored leads, one after the other as they came in; the turns they take are written.

    Nothing is written of the leads, and nobody is told: an import does both for all of them at once.
    """
    _one_after_another()
    actor, now = system_user(), timezone.now()
    plans = assigning.plans_of(_rules(), timezone.localdate())
    ids = [lead.pk for lead in leads]
    fitting = {id(plan): assigning.matching(actor, plan.rule.conditions, ids) for plan in plans}
    lying = (
        territories_of(actor, "lead", ids) if any(plan.rule.way == Way.TERRITORY for plan in plans) else {}
    )
    found = []
    for number, pk in enumerate(ids):
        choice = assigning.choose(
            plans, lambda plan, pk=pk: pk in fitting[id(plan)], lambda pk=pk: lying.get(pk)
        )
        if choice.place is not None:
            assigning.give(plans, choice.place, now + timedelta(microseconds=number))
        found.append(choice)
    for rule, user, last in {(one.rule, one.user, one.place.last) for one in found if one.place is not None}:
        Seat.objects.filter(rule=rule, user=user).update(last_given_at=last)
    return found


def _one_after_another() -> None:
    """All assignments by rule wait for one another until their transactions end: no turn is given twice, no capacity passed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sales.assignment', 0))")


def assign_by_rules(lead: Lead) -> Lead:
    """Let the rules decide over a lead that is nobody's yet; one that is somebody's stays theirs."""
    _one_after_another()
    fresh = locked_lead(lead)
    if fresh.owner_id is not None:
        return fresh
    actor = system_user()
    plans = assigning.plans_of(_rules(), timezone.localdate())
    choice = assigning.choose(
        plans,
        lambda plan: bool(assigning.matching(actor, plan.rule.conditions, [fresh.pk])),
        lambda: territories_of(actor, "lead", [fresh.pk]).get(fresh.pk),
    )
    if choice.rule is None:
        tell_of_nobodys(fresh)
        return fresh
    if choice.place is not None:
        Seat.objects.filter(rule=choice.rule, user=choice.user).update(last_given_at=timezone.now())
    _hand(fresh, choice.user, choice.team or fresh.team, actor=actor, rule=choice.rule.name)
    return fresh


def _rules() -> list[tuple[AssignmentRule, list[Seat]]]:
    rows = AssignmentRule.objects.filter(is_active=True).prefetch_related("seats__user__team")
    return [(rule, list(rule.seats.all())) for rule in rows.select_related("team")]


def _hand(lead: Lead, user: User | None, team: Team | None, *, actor: Any, rule: str = "") -> None:
    changes: Changes = {
        name: (str(before) if before else None, str(after) if after else None)
        for name, before, after in (("owner", lead.owner, user), ("team", lead.team, team))
        if before != after
    }
    lead.owner, lead.team = user, team
    save_version(lead)
    event = LeadAssigned(**facts_of(lead), team_id=text_of(lead.team_id), rule=rule)
    tell(lead, "assigned", event, actor=actor, changes=changes)
    give_customers(lead, actor=actor)
    if user is not None and user != actor:
        notify(user, _TOLD, url=record_kinds["lead"].url(lead), icon="inbox", title=lead.title)
