"""Who gets a lead: the rules in their order, the people of a rule in turn or by their load. Pure, so that it can be tried out.

A `Plan` is a rule with its people as they stand now; `give` notes what was given, so that the next lead finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone

from bandhu.identity.models import Team, User
from bandhu.platform.filters import compile_filter
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales.models import OPEN_STATUSES, Absence, AssignmentRule, Lead, Seat, Way

_NEVER = datetime.min.replace(tzinfo=timezone.get_default_timezone())


@dataclass
class Place:
    """A person of a rule: how many open leads they have, how many they may have, when the rule gave them one."""

    user: User
    capacity: int | None
    load: int = 0
    last: datetime | None = None

    @property
    def is_free(self) -> bool:
        return self.capacity is None or self.load < self.capacity


@dataclass
class Plan:
    """A rule with those of its people who are here; `absent` are all who are away, of the rule or not."""

    rule: AssignmentRule
    places: list[Place] = field(default_factory=list)
    absent: frozenset[UUID] = frozenset()

    def is_here(self, user: User | None) -> bool:
        """May sign in and is not away."""
        return user is not None and user.is_active and user.pk not in self.absent

    def pick(self) -> Place | None:
        """Whose turn it is; None when nobody is here or free."""
        free = [place for place in self.places if place.is_free]
        if self.rule.way == Way.LEAST_LOADED:
            return min(free, key=lambda place: (place.load, place.last or _NEVER), default=None)
        return min(free, key=lambda place: place.last or _NEVER, default=None)


@dataclass(frozen=True)
class Choice:
    """What the rules say of one lead: a person, or a team alone; nothing when no rule fits."""

    rule: AssignmentRule | None = None
    user: User | None = None
    team: Team | None = None
    place: Place | None = None


def plans_of(rules: Iterable[tuple[AssignmentRule, Sequence[Seat]]], day: date) -> list[Plan]:
    """Rules with their people, without those who are absent on `day` or may not sign in. Two statements, one for all loads."""
    drafted = [(rule, list(seats)) for rule, seats in rules]
    ids = {seat.user_id for _rule, seats in drafted for seat in seats}
    away = Absence.objects.filter(first_day__lte=day, last_day__gte=day)
    absent = frozenset(away.values_list("user", flat=True))
    open_leads = Lead.objects.filter(owner__in=ids, status__in=OPEN_STATUSES, deleted_at__isnull=True)
    loads = dict(open_leads.order_by().values_list("owner").annotate(n=Count("*")))
    return [
        Plan(
            rule,
            [
                Place(seat.user, seat.capacity, loads.get(seat.user_id, 0), seat.last_given_at)
                for seat in seats
                if seat.user.is_active and seat.user_id not in absent
            ],
            absent,
        )
        for rule, seats in drafted
    ]


def choose(plans: Iterable[Plan], fitting: Any, territory: Any = None) -> Choice:
    """The first plan that fits (`fitting(plan)`) and has somebody, or a team; `territory()` is the one the lead lies in, or None.

    Where whoever has the territory is away, its team gets the lead; where it has none, the next rule decides.
    """
    for plan in plans:
        if not fitting(plan):
            continue
        if plan.rule.way == Way.TERRITORY:
            found = territory() if territory is not None else None
            owner = found.owner if found and plan.is_here(found.owner) else None
            if found and (owner or found.team):
                return Choice(plan.rule, user=owner, team=found.team or (owner.team if owner else None))
            continue
        if plan.rule.way == Way.TEAM:
            return Choice(plan.rule, team=plan.rule.team)
        if place := plan.pick():
            return Choice(plan.rule, place.user, plan.rule.team or place.user.team, place)
    return Choice()


def give(plans: Iterable[Plan], place: Place, at: datetime) -> None:
    """Note that this person got a lead: their load counts in every rule, their turn in this one."""
    place.last = at
    for plan in plans:
        for other in plan.places:
            if other.user == place.user:
                other.load += 1


def matching(actor: Any, conditions: Any, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these leads fit a filter tree.

    One that can no longer be understood (its field was retired) fits nothing: no enquiry may be lost for it. The
    administrator's page says so.
    """
    try:
        compiled = compile_filter(actor, record_kinds["lead"], conditions)
    except ValidationError:
        return set()
    return set(compiled.apply(Lead.objects.filter(pk__in=list(ids))).values_list("pk", flat=True))
