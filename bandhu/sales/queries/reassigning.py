"""Reading territories, what they would move, hand-overs, and the runs of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from bandhu.identity.models import Team, User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales import territories as places
from bandhu.sales.models import ReassignedRecord, Reassignment, Territory
from bandhu.sales.queries.pipelines import one_of

MANAGE, HAND_OVER = "sales.manage_territories", "sales.hand_over_book"
SAMPLE, MOST_LINES, RUNS = 10, 200, 20


@dataclass(frozen=True)
class Holder:
    """Who has records: a person, a team, or nobody (both empty)."""

    user: User | None
    team: Team | None


@dataclass(frozen=True)
class MoveLine:
    """So many records of one territory would go from one holder to another."""

    territory: Territory
    before: Holder
    after: Holder
    count: int


@dataclass
class Simulation:
    """What applying the territories would do to the records of one kind; `sample` are a few of them. Nothing is written."""

    kind: str
    total: int = 0
    lines: list[MoveLine] = field(default_factory=list)
    sample: list[Any] = field(default_factory=list)

    @property
    def kind_label(self) -> Any:
        return record_kinds[self.kind].plural


def territories(user: Any) -> list[Territory]:
    """In their order, those switched off too."""
    require_anywhere(user, MANAGE)
    return list(Territory.objects.select_related("team", "owner").order_by("kind", "position", "pk"))


def territory_for(user: Any, territory_id: UUID | str) -> Territory:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    return one_of(Territory.objects.select_related("team", "owner"), territory_id)


def simulate_territories(
    user: Any, kinds: Sequence[str] = (), *, draft: Territory | None = None
) -> list[Simulation]:
    """Who would move from where to where, of the records the user may change; `draft` stands in the place of the saved one."""
    require_anywhere(user, MANAGE)
    found = []
    for kind in kinds or list(
        dict.fromkeys(Territory.objects.filter(is_active=True).values_list("kind", flat=True))
    ):
        known = places.in_use(kind)
        if draft is not None and draft.kind == kind:
            others = [one for one in known if one.pk != draft.pk]
            known = sorted([*others, draft], key=lambda one: (one.position, one.pk))
        found.append(_simulated(user, kind, known))
    return found


def _simulated(user: Any, kind: str, known: list[Territory]) -> Simulation:
    result = Simulation(kind)
    if not known:
        return result
    rows = places.movers(user, kind, known)
    counted = rows.values_list("place", "owner", "team", "to_owner", "to_team").annotate(n=Count("*"))
    figures = list(counted.order_by("place", "-n"))
    users = User.objects.in_bulk({pk for row in figures for pk in (row[1], row[3]) if pk})
    teams = Team.objects.in_bulk({pk for row in figures for pk in (row[2], row[4]) if pk})
    for place, owner, team, to_owner, to_team, count in figures:
        before, after = (
            Holder(users.get(owner), teams.get(team)),
            Holder(users.get(to_owner), teams.get(to_team)),
        )
        result.total += count
        if len(result.lines) < MOST_LINES:
            result.lines.append(MoveLine(known[place], before, after, count))
    if result.total:
        result.sample = list(rows.select_related("owner").order_by("pk")[:SAMPLE])
    return result


def runs(user: Any) -> list[Reassignment]:
    """The last times the territories were applied."""
    require_anywhere(user, MANAGE)
    rows = Reassignment.objects.filter(reason=Reassignment.Reason.TERRITORIES).select_related("actor")
    return list(rows[:RUNS])


def hand_overs(user: Any) -> list[Reassignment]:
    """Of the people within reach, the newest first."""
    rows = Reassignment.objects.visible_to(user, HAND_OVER).filter(reason=Reassignment.Reason.HAND_OVER)
    require_anywhere(user, HAND_OVER)
    return list(rows.select_related("actor", "from_user", "to_user")[:RUNS])


def run_for(user: Any, run_id: UUID | str) -> Reassignment:
    """A run of the territories for who sets them up, a hand-over for whose reach its person lies in; else OutOfReach (404)."""
    rows = Reassignment.objects.select_related("actor", "from_user", "to_user")
    found = one_of(rows, run_id)
    if found.reason == Reassignment.Reason.TERRITORIES:
        if not user.holds(MANAGE):
            raise OutOfReach
        return found
    if not Reassignment.objects.visible_to(user, HAND_OVER).filter(pk=found.pk).exists():
        raise OutOfReach
    return found


def problems_of(run: Reassignment) -> QuerySet[ReassignedRecord]:
    """Records that could not be given, or were left as they are when the run was taken back."""
    wrong = (ReassignedRecord.State.FAILED, ReassignedRecord.State.KEPT)
    return run.rows.filter(state__in=wrong).order_by("id")
