"""REST: pipelines with their stages, and why opportunities are won or lost.

None of them has a version of its own; the ETag stands for what an answer shows.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    Given,
    PageOf,
    Whole,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    stamped,
)
from bandhu.sales import actions, queries
from bandhu.sales.models import CloseReason, Forecast, Pipeline, Stage, StageKind

router = Router(tags=["opportunities"])
MANAGE = "sales.manage_pipelines"
_PIPELINE, _STAGE = "/pipelines/{pipeline_id}", "/stages/{stage_id}"
_REASON = "/close-reasons/{reason_id}"


class StageOut(Schema):
    """`probability` 0 to 1; `kind` open, won or lost; `required_fields` must be filled to enter; after `ageing_days` a card is stale.

    Only opportunities that fit `condition` (a filter tree as in views) may enter; `condition_words` tell the others why. `steps` are done
    on entering, in order.
    """

    id: UUID
    pipeline_id: UUID
    name: str
    names: dict[str, str]
    kind: str
    probability: Decimal
    forecast: str
    required_fields: list[str]
    ageing_days: int | None
    condition: dict[str, Any]
    condition_words: str
    steps: list[dict[str, Any]]
    is_active: bool


class PipelineOut(Schema):
    """With its stages in their order."""

    id: UUID
    name: str
    names: dict[str, str]
    is_active: bool
    stages: list[StageOut]


class CloseReasonOut(Schema):
    """Why opportunities are won or lost."""

    id: UUID
    kind: str
    name: str
    names: dict[str, str]
    is_active: bool


class NamedPatch(Given):
    """What is sent is changed. `names` are {language: name}, all of them; `is_active` false retires it."""

    name: str | None = Field(None, max_length=120)
    names: dict[str, str] | None = None
    is_active: YesNo | None = None


class PipelineIn(Given):
    """It begins with one open, one won and one lost stage."""

    name: str = Field(max_length=120)
    names: dict[str, str] = Field(default_factory=dict)


class StageStepIn(Given):
    """`do` is one of follow_up, tell_owner, tell_manager, tell_person, person, team, sequence, add_tags; `value` the id of the person, team
    or sequence, `text` what is to be done or said, or tags with commas between; `days` until a follow-up is due."""

    do: str = Field(max_length=20)
    value: str = Field("", max_length=40)
    text: str = Field("", max_length=300)
    days: Whole = Field(0, ge=0, le=365)


class StageRulesIn(Given):
    """Who may enter a stage, and what is done then; what is not sent is as it is kept."""

    condition: dict[str, Any] | None = None
    condition_words: str | None = Field(None, max_length=300)
    steps: list[StageStepIn] | None = Field(None, max_length=12)


class StagePatch(NamedPatch, StageRulesIn):
    """`ageing_days` null is no limit. Stages that are won or lost have the probability 1 or 0, whatever is sent."""

    kind: StageKind | None = None
    probability: Decimal | None = Field(None, ge=0, le=1, decimal_places=3)
    forecast: Forecast | None = None
    required_fields: list[str] | None = Field(None, max_length=100)
    ageing_days: Whole | None = Field(None, ge=1, le=3650)


class StageStepTrialOut(Schema):
    """A step: on how many of the moves it would have been done, and on how many there was nothing to do or nobody to do it."""

    label: str
    words: str
    done: int
    nothing: int


class StageTrialOut(Schema):
    """Nothing was written. `refused` of the newest `looked_at` moves would not have been let in; `opportunity_ids` name twenty of them."""

    looked_at: int
    refused: int
    opportunity_ids: list[UUID]
    steps: list[StageStepTrialOut]


class StageIn(StagePatch):
    """After the pipeline's open stages."""

    name: str = Field(max_length=120)


class CloseReasonIn(Given):
    """For what is won or for what is lost; that stays."""

    kind: Literal["won", "lost"]
    name: str = Field(max_length=120)
    names: dict[str, str] = Field(default_factory=dict)


class OrderIn(Given):
    """All of them, each once, in their new order."""

    ids: list[UUID] = Field(max_length=200)


@router.get("/pipelines", response=answers(PageOf[PipelineOut]))
def list_pipelines(request: HttpRequest) -> Any:
    """Every pipeline with its stages, those out of use too."""
    return {"items": queries.pipelines(request.user, with_inactive=True), "next": None}


@router.post("/pipelines", response=answers(PipelineOut, 201))
def create_pipeline(request: HttpRequest, response: HttpResponse, payload: PipelineIn) -> Any:
    """A new one after the others."""
    made = actions.create_pipeline(actor=request.user, **payload.dict())
    return Status(201, stamped(response, PipelineOut, queries.pipeline_for(request.user, made.pk)))


@router.put("/pipelines/order", response=answers(PageOf[PipelineOut]))
def order_pipelines(request: HttpRequest, payload: OrderIn) -> Any:
    """Which stands first."""
    require_anywhere(request.user, MANAGE)
    check_order(payload.ids, queries.pipelines(request.user, with_inactive=True))
    actions.put_in_order(actor=request.user, model=Pipeline, ids=payload.ids)
    return {"items": queries.pipelines(request.user, with_inactive=True), "next": None}


@router.get(_PIPELINE, response=answers(PipelineOut))
def get_pipeline(request: HttpRequest, response: HttpResponse, pipeline_id: UUID) -> Any:
    """One pipeline."""
    return stamped(response, PipelineOut, queries.pipeline_for(request.user, pipeline_id))


@router.patch(_PIPELINE, response=answers(PipelineOut))
def change_pipeline(
    request: HttpRequest, response: HttpResponse, pipeline_id: UUID, payload: NamedPatch
) -> Any:
    """Rename it or switch it on and off; one stays in use."""
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pipeline_id)
    with held_as_read(request, PipelineOut, found):
        actions.change_pipeline(found, actor=request.user, **changes_in(payload))
    return stamped(response, PipelineOut, queries.pipeline_for(request.user, pipeline_id))


@router.delete(_PIPELINE, response=answers(None, 204))
def delete_pipeline(request: HttpRequest, pipeline_id: UUID) -> Any:
    """Only one that never held an opportunity (422); others are retired."""
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pipeline_id)
    with held_as_read(request, PipelineOut, found):
        actions.delete_pipeline(found, actor=request.user)
    return Status(204, None)


@router.post(f"{_PIPELINE}/stages", response=answers(StageOut, 201))
def add_stage(request: HttpRequest, response: HttpResponse, pipeline_id: UUID, payload: StageIn) -> Any:
    """A new stage."""
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pipeline_id)
    made = actions.add_stage(found, actor=request.user, **changes_in(payload))
    return Status(201, stamped(response, StageOut, queries.stage_for(request.user, made.pk)))


@router.put(f"{_PIPELINE}/stages/order", response=answers(PipelineOut))
def order_stages(request: HttpRequest, response: HttpResponse, pipeline_id: UUID, payload: OrderIn) -> Any:
    """The way through the pipeline."""
    require_anywhere(request.user, MANAGE)
    found = queries.pipeline_for(request.user, pipeline_id)
    with held_as_read(request, PipelineOut, found):
        check_order(payload.ids, found.stages.all())
        actions.put_in_order(actor=request.user, model=Stage, ids=payload.ids)
    return stamped(response, PipelineOut, queries.pipeline_for(request.user, pipeline_id))


@router.get(_STAGE, response=answers(StageOut))
def get_stage(request: HttpRequest, response: HttpResponse, stage_id: UUID) -> Any:
    """One stage."""
    return stamped(response, StageOut, queries.stage_for(request.user, stage_id))


@router.patch(_STAGE, response=answers(StageOut))
def change_stage(request: HttpRequest, response: HttpResponse, stage_id: UUID, payload: StagePatch) -> Any:
    """Change what is sent. The kind of a stage with opportunities stays; one open stage stays in use."""
    require_anywhere(request.user, MANAGE)
    found = queries.stage_for(request.user, stage_id)
    with held_as_read(request, StageOut, found):
        actions.change_stage(found, actor=request.user, **changes_in(payload, "ageing_days"))
    return stamped(response, StageOut, queries.stage_for(request.user, stage_id))


@router.post(f"{_STAGE}/trial", response=answers(StageTrialOut))
def try_stage_rules(request: HttpRequest, stage_id: UUID, payload: StageRulesIn) -> Any:
    """What these rules would have made of the last hundred moves into the stage; nothing is written."""
    draft = queries.stage_with_rules(request.user, stage_id)
    actions.draft_stage_rules(draft, changes_in(payload))
    found = queries.try_stage(request.user, draft)
    steps = [
        {"label": str(one.label), "words": one.words, "done": one.done, "nothing": one.nothing}
        for one in found.steps
    ]
    ids = [one.pk for one in found.shown]
    return {"looked_at": found.looked_at, "refused": found.refused, "opportunity_ids": ids, "steps": steps}


@router.delete(_STAGE, response=answers(None, 204))
def delete_stage(request: HttpRequest, stage_id: UUID) -> Any:
    """Only one that no opportunity ever stood in (422); others are retired."""
    require_anywhere(request.user, MANAGE)
    found = queries.stage_for(request.user, stage_id)
    with held_as_read(request, StageOut, found):
        actions.delete_stage(found, actor=request.user)
    return Status(204, None)


@router.get("/close-reasons", response=answers(PageOf[CloseReasonOut]))
def list_close_reasons(request: HttpRequest, with_retired: bool = False) -> Any:
    """Why opportunities may be won or lost."""
    return {"items": queries.reasons(request.user, with_inactive=with_retired), "next": None}


@router.post("/close-reasons", response=answers(CloseReasonOut, 201))
def create_close_reason(request: HttpRequest, response: HttpResponse, payload: CloseReasonIn) -> Any:
    """A new one after the others of its kind."""
    made: CloseReason = actions.create_reason(actor=request.user, **payload.dict())
    return Status(201, stamped(response, CloseReasonOut, made))


@router.get(_REASON, response=answers(CloseReasonOut))
def get_close_reason(request: HttpRequest, response: HttpResponse, reason_id: UUID) -> Any:
    """One reason."""
    return stamped(response, CloseReasonOut, queries.reason_for(request.user, reason_id))


@router.patch(_REASON, response=answers(CloseReasonOut))
def change_close_reason(
    request: HttpRequest, response: HttpResponse, reason_id: UUID, payload: NamedPatch
) -> Any:
    """Rename or retire it; what was closed with it keeps it."""
    require_anywhere(request.user, MANAGE)
    found = queries.reason_for(request.user, reason_id)
    with held_as_read(request, CloseReasonOut, found):
        changed = actions.change_reason(found, actor=request.user, **changes_in(payload))
    return stamped(response, CloseReasonOut, changed)


def check_order(ids: list[UUID], rows: Any) -> None:
    """Raises ValidationError unless `ids` are those of all rows."""
    if sorted(ids) != sorted(row.pk for row in rows):
        raise ValidationError({"ids": _("Name each of them once.")})
