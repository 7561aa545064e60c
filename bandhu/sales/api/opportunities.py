"""REST: opportunities and their moves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform import custom_fields
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Day,
    Given,
    ListIn,
    PageOf,
    YesNo,
    answers,
    filter_tree,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.sales import actions, queries
from bandhu.sales.api.amounts import AmountIO, amount_io, money_of
from bandhu.sales.api.shapes import without_ids
from bandhu.sales.models import Opportunity, StageMove

router = Router()
KIND = "opportunity"


class OpportunityOut(Schema):
    """`base_amount` is in the base currency, by `rate` of `rate_date`; `amount_from_lines` says that amount and recurring amount
    follow the lines. `per_month` and `per_year` are what `recurring` comes to (MRR, ARR). `probability` is the one that counts, 0 to 1. `forecast` is
    the seller's own line of the forecast ("" for the stage's), `forecast_line` the one it counts in."""

    id: UUID
    version: int
    name: str
    contact_id: UUID | None
    company_id: UUID | None
    pipeline_id: UUID
    stage_id: UUID
    state: str
    amount: AmountIO | None
    amount_from_lines: bool
    base_amount_minor: int | None
    rate: Decimal | None
    rate_date: date | None
    recurring: AmountIO | None
    recurring_period: str
    per_month: AmountIO | None
    per_year: AmountIO | None
    probability: Decimal
    forecast: str
    forecast_line: str
    expected_close: date | None
    stage_entered_at: datetime
    closed_at: datetime | None
    close_reason_id: UUID | None
    close_note: str
    owner_id: UUID | None
    team_id: UUID | None
    source: str
    campaign: str
    note: str
    tags: list[str]
    custom: dict[str, Any]
    next_step_due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    url: str


class OpportunityPatch(Given):
    """What is sent is changed; null empties. An `amount` other than that of the lines turns `amount_from_lines` off."""

    name: str | None = Field(None, max_length=300)
    contact_id: UUID | None = None
    company_id: UUID | None = None
    amount: AmountIO | None = None
    amount_from_lines: YesNo | None = None
    recurring: AmountIO | None = None
    recurring_period: str | None = None
    probability: Decimal | None = Field(None, ge=0, le=1)
    forecast: str | None = Field(None, max_length=10)
    expected_close: Day | None = None
    owner_id: UUID | None = None
    team_id: UUID | None = None
    source: str | None = None
    campaign: str | None = None
    note: str | None = None
    tags: list[str] | None = None
    custom: dict[str, Any] | None = None


class OpportunityIn(OpportunityPatch):
    """A name and a customer are enough. Without a stage it begins in the first one."""

    name: str = Field(max_length=300)
    stage_id: UUID | None = None


class MoveIn(Given):
    """`from_stage_id` is where you saw it: standing elsewhere by now, it is not moved (409). `values` are written with the move."""

    stage_id: UUID
    from_stage_id: UUID | None = None
    reason_id: UUID | None = None
    note: str = Field("", max_length=5000)
    values: OpportunityPatch | None = None


class MoveOut(Schema):
    """One entering of a stage; `seconds` were spent in the stage before. `did` is what the stage did by its rules: each step with its
    `state` ("done", "already", "nothing") and why."""

    id: UUID
    at: datetime
    left_at: datetime | None
    from_stage_id: UUID | None
    to_stage_id: UUID
    actor_id: UUID | None
    amount: AmountIO | None
    base_amount_minor: int | None
    seconds: int | None
    did: list[dict[str, Any]]


@router.get("/opportunities", response=answers(PageOf[OpportunityOut]), tags=["opportunities"])
def list_opportunities(request: HttpRequest, asked: ListIn) -> Any:
    """By name, or as `sort` says."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows.select_related("stage").prefetch_related("tags"), order, asked, _shaper(request))


@router.post("/opportunities", response=answers(OpportunityOut, 201), tags=["opportunities"])
def create_opportunity(request: HttpRequest, response: HttpResponse, payload: OpportunityIn) -> Any:
    """A new opportunity."""
    given = _arguments(payload)
    if stage_id := given.pop("stage_id", None):
        given["stage"] = queries.stage_for(request.user, stage_id)
    made = actions.create_opportunity(actor=request.user, **given)
    return Status(201, _answer(request, response, made))


@router.get("/opportunities/{opportunity_id}", response=answers(OpportunityOut), tags=["opportunities"])
def get_opportunity(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Any:
    """One opportunity; its version is the ETag."""
    return _answer(request, response, queries.opportunity_for(request.user, opportunity_id))


@router.patch("/opportunities/{opportunity_id}", response=answers(OpportunityOut), tags=["opportunities"])
def change_opportunity(
    request: HttpRequest, response: HttpResponse, opportunity_id: UUID, payload: OpportunityPatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.opportunity_for(request.user, opportunity_id)
    given = _arguments(payload)
    actions.change_opportunity(
        found, actor=request.user, version=wanted_version(request, found.version), **given
    )
    return _answer(request, response, queries.opportunity_for(request.user, opportunity_id))


@router.delete("/opportunities/{opportunity_id}", response=answers(None, 204), tags=["opportunities"])
def delete_opportunity(request: HttpRequest, opportunity_id: UUID) -> Any:
    """Into the bin."""
    actions.delete_opportunity(queries.opportunity_for(request.user, opportunity_id), actor=request.user)
    return Status(204, None)


@router.post(
    "/opportunities/{opportunity_id}/restoration", response=answers(OpportunityOut), tags=["opportunities"]
)
def restore_opportunity(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Any:
    """Back from the bin."""
    found = queries.opportunity_for(request.user, opportunity_id, deleted=True)
    actions.restore_opportunity(found, actor=request.user)
    return _answer(request, response, queries.opportunity_for(request.user, opportunity_id))


@router.get(
    "/opportunities/{opportunity_id}/moves", response=answers(PageOf[MoveOut]), tags=["opportunities"]
)
def list_moves(request: HttpRequest, opportunity_id: UUID) -> Any:
    """The history of its stages, the newest first."""
    found = queries.opportunity_for(request.user, opportunity_id)
    return {"items": [_move(one) for one in queries.moves_of(request.user, found)], "next": None}


@router.post(
    "/opportunities/{opportunity_id}/moves", response=answers(OpportunityOut), tags=["opportunities"]
)
def move_opportunity(
    request: HttpRequest, response: HttpResponse, opportunity_id: UUID, payload: MoveIn
) -> Any:
    """Into another stage. What the stage needs and is empty is named by field (422)."""
    user, found = request.user, queries.opportunity_for(request.user, opportunity_id)
    actions.move_opportunity(
        found,
        actor=user,
        stage=queries.stage_for(user, payload.stage_id),
        from_stage=queries.stage_for(user, payload.from_stage_id) if payload.from_stage_id else None,
        values=_arguments(payload.values) if payload.values else None,
        reason=queries.reason_for(user, payload.reason_id) if payload.reason_id else None,
        note=payload.note,
    )
    return _answer(request, response, queries.opportunity_for(user, opportunity_id))


def _arguments(payload: OpportunityPatch) -> dict[str, Any]:
    """What was sent as the actions take it: links without "_id", amounts as Money."""
    given = without_ids(payload.dict(exclude_unset=True))
    for name in ("amount", "recurring"):
        if given.get(name) is not None:
            given[name] = money_of(given[name], name)
    return given


def _answer(request: HttpRequest, response: HttpResponse, record: Opportunity) -> dict[str, Any]:
    with_version(response, record.version)
    return _shaper(request)(record)


def _shaper(request: HttpRequest) -> Any:
    """The shape of many records; what the caller may see of own fields is asked once."""
    visible = [one.key for one in custom_fields.definitions(KIND) if custom_fields.may_see(request.user, one)]
    amounts = ("amount", "recurring", "per_month", "per_year")
    computed = (*amounts, "probability", "tags", "custom", "url")
    plain = [name for name in OpportunityOut.model_fields if name not in computed]

    def shaped(record: Opportunity) -> dict[str, Any]:
        found = {name: getattr(record, name) for name in plain}
        found |= {name: amount_io(getattr(record, name)) for name in amounts}
        return found | {
            "probability": record.chance,
            "tags": sorted(tag.name for tag in record.tags.all()),
            "custom": {key: record.custom[key] for key in visible if key in record.custom},
            "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
        }

    return shaped


def _move(one: StageMove) -> dict[str, Any]:
    names = [name for name in MoveOut.model_fields if name != "amount"]
    return {name: getattr(one, name) for name in names} | {"amount": amount_io(one.amount)}
