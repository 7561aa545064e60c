"""REST: the next steps of an opportunity, and how likely what was learned holds a record to be won."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.queries import colleague_with
from bandhu.interactions.api import FollowUpOut, follow_up_shape
from bandhu.platform.rest import Given, Moment, PageOf, answers
from bandhu.sales import actions, queries

router = Router(tags=["opportunities"])


class NextStepIn(Given):
    """Owed to the opportunity's contact or company; the owner is the caller by default."""

    what: str = Field(min_length=1, max_length=300)
    due_at: Moment
    kind: str = "task"
    owner_id: UUID | None = None
    remind_at: Moment | None = None
    note: str = Field("", max_length=20_000)
    custom: dict[str, Any] = {}


class ChanceReasonOut(Schema):
    """What moves a record away from the average one: a value or a range (`low` to `high`) of a column, and by how much (log odds)."""

    name: str
    value: str
    low: float | None
    high: float | None
    weight: float


class ChanceOut(Schema):
    """From 0 to 1, calibrated; null where no model is in use, or it is closed."""

    chance: float | None
    reasons: list[ChanceReasonOut]


@router.get("/opportunities/{opportunity_id}/next-steps", response=answers(PageOf[FollowUpOut]))
def list_next_steps(request: HttpRequest, opportunity_id: UUID) -> Any:
    """Those that are open, the next one first; two hundred at most."""
    found = queries.opportunity_for(request.user, opportunity_id)
    shape = follow_up_shape(request)
    return {"items": [shape(one) for one in queries.open_steps(request.user, found)], "next": None}


@router.post("/opportunities/{opportunity_id}/next-steps", response=answers(FollowUpOut, 201))
def plan_next_step(request: HttpRequest, opportunity_id: UUID, payload: NextStepIn) -> Any:
    """Plan one; it is done and changed under `/follow-ups`."""
    found = queries.opportunity_for(request.user, opportunity_id)
    facts = payload.dict(exclude={"owner_id"})
    owner = colleague_with(request.user, payload.owner_id) if payload.owner_id else None
    planned = actions.plan_step(found, actor=request.user, owner=owner, **facts)
    return Status(201, follow_up_shape(request)(planned))


@router.get("/opportunities/{opportunity_id}/chance", response=answers(ChanceOut))
def get_chance_of_opportunity(request: HttpRequest, opportunity_id: UUID) -> Any:
    """Of an open one."""
    found = queries.chance_of(queries.opportunity_for(request.user, opportunity_id))
    return _chance(found.value, found.reasons) if found else _chance(None, [])


@router.get("/leads/{lead_id}/chance", response=answers(ChanceOut))
def get_chance_of_lead(request: HttpRequest, lead_id: UUID) -> Any:
    """As it was reckoned when the lead changed last."""
    found = queries.lead_for(request.user, lead_id)
    return _chance(found.chance, found.chance_reasons)


def _chance(value: float | None, reasons: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("name", "value", "low", "high", "weight")
    return {"chance": value, "reasons": [{name: one.get(name) for name in names} for one in reasons]}
