"""REST: territories, what they would move, and hand-overs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform.rest import Day, Given, answers
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
