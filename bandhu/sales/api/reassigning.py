"""REST: territories, what they would move, and hand-overs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform.rest import Day, Given, YesNo, answers, changes_in, held_as_read, renamed, stamped
from bandhu.sales import actions, queries
from bandhu.sales.models import Reassignment, Territory

router = Router()


class TerritoryIn(Given):
    """`kind` is lead, opportunity, company or contact; `filter` a tree as in views, empty for all; a team, a person, or both."""

    name: str = Field(max_length=120)
    kind: str = Field(max_length=12)
    filter: dict[str, Any] = Field(default_factory=dict)
    team_id: UUID | None = None
    owner_id: UUID | None = None
    is_active: bool = True


class TerritoryOut(TerritoryIn):
    """In the order in which they are asked."""

    id: UUID
    position: int

    @staticmethod
    def resolve_filter(territory: Any) -> dict[str, Any]:
        return territory["filter"] if isinstance(territory, dict) else dict(territory.conditions)


class TerritoryPatch(Given):
    """What is not sent stays; team and person may be null, but not both."""

    name: str | None = Field(None, max_length=120)
    kind: str | None = Field(None, max_length=12)
    filter: dict[str, Any] | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None
    is_active: YesNo | None = None


class TerritoryOrderIn(Given):
    """Ids in the order in which the territories are to be asked."""

    ids: list[UUID] = Field(max_length=500)


class MoveLineOut(Schema):
    """So many records of one territory would go from one holder to another."""

    territory_id: UUID
    from_owner_id: UUID | None
    from_team_id: UUID | None
    to_owner_id: UUID | None
    to_team_id: UUID | None
    count: int


class SimulationOut(Schema):
    """Of one kind of record."""

    kind: str
    total: int
    lines: list[MoveLineOut]


class ReassignmentOut(Schema):
    """`state` is planned, running, done, undoing or undone."""

    id: UUID
    reason: str
    state: str
    total: int
    done: int
    failed: int
    created_at: datetime
    from_user_id: UUID | None
    to_user_id: UUID | None
    first_day: date | None
    last_day: date | None


class HandOverIn(Given):
    """Who is away and who takes over, from the first to the last of these days."""

    from_user_id: UUID
    to_user_id: UUID
    first_day: Day
    last_day: Day


@router.get("/territories", response=answers(list[TerritoryOut]), tags=["territories"])
def list_territories(request: HttpRequest) -> Any:
    """All, those switched off too."""
    return [_territory(one) for one in queries.territories(request.user)]


@router.post("/territories", response=answers(TerritoryOut, 201), tags=["territories"])
def create_territory(request: HttpRequest, sent: TerritoryIn) -> Any:
    """After the others; nothing moves until they are applied."""
    made = actions.set_territory(
        None, actor=request.user, name=sent.name, kind=sent.kind, conditions=sent.filter, team=sent.team_id,
        owner=sent.owner_id, is_active=sent.is_active,
    )  # fmt: skip
    return Status(201, _territory(made))


@router.put("/territories/order", response=answers(list[TerritoryOut]), tags=["territories"])
def put_in_order(request: HttpRequest, sent: TerritoryOrderIn) -> Any:
    """The first one that fits decides. Those that are not named keep their places."""
    known = {one.pk for one in queries.territories(request.user)}
    if strange := [pk for pk in sent.ids if pk not in known]:
        raise ValidationError({"ids": _("There is no territory %(id)s.") % {"id": strange[0]}})
    actions.put_territories_in_order(actor=request.user, ids=sent.ids)
    return [_territory(one) for one in queries.territories(request.user)]


@router.get("/territories/runs/{run_id}", response=answers(ReassignmentOut), tags=["territories"])
def get_run(request: HttpRequest, run_id: UUID) -> Any:
    """How far giving the records out has come."""
    return queries.run_for(request.user, run_id)


@router.get("/territories/simulation", response=answers(list[SimulationOut]), tags=["territories"])
def simulate(request: HttpRequest) -> Any:
    """Who would get what; nothing is written."""
    return [
        {
            "kind": one.kind,
            "total": one.total,
            "lines": [
                {
                    "territory_id": line.territory.pk,
                    "from_owner_id": line.before.user and line.before.user.pk,
                    "from_team_id": line.before.team and line.before.team.pk,
                    "to_owner_id": line.after.user and line.after.user.pk,
                    "to_team_id": line.after.team and line.after.team.pk,
                    "count": line.count,
                }
                for line in one.lines
            ],
        }
        for one in queries.simulate_territories(request.user)
    ]


@router.post("/territories/runs", response=answers(ReassignmentOut, 202), tags=["territories"])
def apply(request: HttpRequest) -> Any:
    """Queue giving every record to whom its territory names."""
    return Status(202, actions.apply_territories(actor=request.user))


@router.post("/territories/runs/{run_id}/undo", response=answers(ReassignmentOut, 202), tags=["territories"])
def undo(request: HttpRequest, run_id: UUID) -> Any:
    """Queue giving every record back that nobody gave to somebody else since."""
    run = queries.run_for(request.user, run_id)
    actions.undo_territories(run, actor=request.user)
    return Status(202, _fresh(request, run))


@router.get("/territories/{territory_id}", response=answers(TerritoryOut), tags=["territories"])
def get_territory(request: HttpRequest, response: HttpResponse, territory_id: UUID) -> Any:
    """One."""
    return stamped(response, TerritoryOut, queries.territory_for(request.user, territory_id))


@router.patch("/territories/{territory_id}", response=answers(TerritoryOut), tags=["territories"])
def change_territory(
    request: HttpRequest, response: HttpResponse, territory_id: UUID, sent: TerritoryPatch
) -> Any:
    """Change what is sent; nothing moves until they are applied."""
    found = queries.territory_for(request.user, territory_id)
    with held_as_read(request, TerritoryOut, found), renamed("view", "filter"):
        whole = {name: value for name, value in _territory(found).items() if name not in ("id", "position")}
        whole |= changes_in(sent, "team_id", "owner_id")
        changed = actions.set_territory(
            found, actor=request.user, conditions=whole.pop("filter"), team=whole.pop("team_id"),
            owner=whole.pop("owner_id"), names=found.names, **whole,
        )  # fmt: skip
    return stamped(response, TerritoryOut, changed)


@router.delete("/territories/{territory_id}", response=answers(None, 204), tags=["territories"])
def delete_territory(request: HttpRequest, territory_id: UUID) -> Any:
    """What it gave to others stays there."""
    found = queries.territory_for(request.user, territory_id)
    with held_as_read(request, TerritoryOut, found):
        actions.delete_territory(found, actor=request.user)
    return Status(204, None)


@router.get("/hand-overs", response=answers(list[ReassignmentOut]), tags=["territories"])
def list_hand_overs(request: HttpRequest) -> Any:
    """Of the people within reach, the newest first."""
    return queries.hand_overs(request.user)


@router.post("/hand-overs", response=answers(ReassignmentOut, 201), tags=["territories"])
def hand_over(request: HttpRequest, sent: HandOverIn) -> Any:
    """The open book of somebody goes to a colleague on the first day."""
    made = actions.hand_over_book(
        actor=request.user, from_user=sent.from_user_id, to_user=sent.to_user_id, first_day=sent.first_day, last_day=sent.last_day
    )  # fmt: skip
    return Status(201, made)


@router.post("/hand-overs/{run_id}/return", response=answers(ReassignmentOut, 202), tags=["territories"])
def give_back(request: HttpRequest, run_id: UUID) -> Any:
    """What the colleague still has returns; a planned one is called off."""
    run = queries.run_for(request.user, run_id)
    actions.give_book_back(run, actor=request.user)
    return Status(202, _fresh(request, run))


def _fresh(request: HttpRequest, run: Reassignment) -> Reassignment:
    return queries.run_for(request.user, run.pk)


def _territory(one: Territory) -> dict[str, Any]:
    names = ("id", "name", "kind", "team_id", "owner_id", "is_active", "position")
    return {name: getattr(one, name) for name in names} | {"filter": one.conditions}
