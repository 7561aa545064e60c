"""REST: where leads come from, why they are closed, who is away. The ETag stands for what an answer shows."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    Day,
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
from bandhu.sales.api.setup import NamedPatch

router = Router(tags=["leads"])
MANAGE = "sales.manage_leads"
_SOURCE, _REASON = "/lead-sources/{source_id}", "/lead-reasons/{reason_id}"


class LeadSourceOut(Schema):
    """Where enquiries come from; `respond_within_hours` is the target of the first answer."""

    id: UUID
    name: str
    names: dict[str, str]
    respond_within_hours: int | None
    is_active: bool


class LeadReasonOut(Schema):
    """Why leads are closed without becoming an opportunity."""

    id: UUID
    name: str
    names: dict[str, str]
    is_active: bool


class LeadReasonIn(Given):
    """`names` are {language: name}."""

    name: str = Field(max_length=120)
    names: dict[str, str] = Field(default_factory=dict)
    is_active: YesNo = True


class LeadSourceIn(LeadReasonIn):
    """Without `respond_within_hours` there is no target."""

    respond_within_hours: Whole | None = Field(None, ge=1, le=1440)


class LeadSourcePatch(NamedPatch):
    """`respond_within_hours` null is no target; leads that are there keep their clocks."""

    respond_within_hours: Whole | None = Field(None, ge=1, le=1440)


class AbsenceOut(Schema):
    """Days on which somebody gets no leads by rule; both count."""

    id: UUID
    user_id: UUID
    first_day: date
    last_day: date


class AbsenceIn(Given):
    """The first and the last day."""

    user_id: UUID
    first_day: Day
    last_day: Day


@router.get("/lead-sources", response=answers(PageOf[LeadSourceOut]))
def list_lead_sources(request: HttpRequest) -> Any:
    """Where leads may come from, those out of use too."""
    return {"items": queries.sources(request.user, with_inactive=True), "next": None}


@router.post("/lead-sources", response=answers(LeadSourceOut, 201))
def create_lead_source(request: HttpRequest, response: HttpResponse, payload: LeadSourceIn) -> Any:
    """A new one after the others."""
    made = actions.set_lead_source(None, actor=request.user, **payload.dict())
    return Status(201, stamped(response, LeadSourceOut, made))


@router.get(_SOURCE, response=answers(LeadSourceOut))
def get_lead_source(request: HttpRequest, response: HttpResponse, source_id: UUID) -> Any:
    """One source."""
    return stamped(response, LeadSourceOut, queries.source_for(request.user, source_id))


@router.patch(_SOURCE, response=answers(LeadSourceOut))
def change_lead_source(
    request: HttpRequest, response: HttpResponse, source_id: UUID, payload: LeadSourcePatch
) -> Any:
    """Change what is sent."""
    require_anywhere(request.user, MANAGE)
    found = queries.source_for(request.user, source_id)
    with held_as_read(request, LeadSourceOut, found):
        whole = _whole(LeadSourceOut, found) | changes_in(payload, "respond_within_hours")
        changed = actions.set_lead_source(found, actor=request.user, **whole)
    return stamped(response, LeadSourceOut, changed)


@router.delete(_SOURCE, response=answers(None, 204))
def delete_lead_source(request: HttpRequest, source_id: UUID) -> Any:
    """Only one that no lead has (422); others are retired."""
    require_anywhere(request.user, MANAGE)
    found = queries.source_for(request.user, source_id)
    with held_as_read(request, LeadSourceOut, found):
        actions.delete_lead_choice(found, actor=request.user)
    return Status(204, None)


@router.get("/lead-reasons", response=answers(PageOf[LeadReasonOut]))
def list_lead_reasons(request: HttpRequest) -> Any:
    """Why leads may be closed, those out of use too."""
    return {"items": queries.lead_reasons(request.user, with_inactive=True), "next": None}


@router.post("/lead-reasons", response=answers(LeadReasonOut, 201))
def create_lead_reason(request: HttpRequest, response: HttpResponse, payload: LeadReasonIn) -> Any:
    """A new one after the others."""
    made = actions.set_lead_reason(None, actor=request.user, **payload.dict())
    return Status(201, stamped(response, LeadReasonOut, made))


@router.get(_REASON, response=answers(LeadReasonOut))
def get_lead_reason(request: HttpRequest, response: HttpResponse, reason_id: UUID) -> Any:
    """One reason."""
    return stamped(response, LeadReasonOut, queries.lead_reason_for(request.user, reason_id))


@router.patch(_REASON, response=answers(LeadReasonOut))
def change_lead_reason(
    request: HttpRequest, response: HttpResponse, reason_id: UUID, payload: NamedPatch
) -> Any:
    """Rename or retire it; what was closed with it keeps it."""
    require_anywhere(request.user, MANAGE)
    found = queries.lead_reason_for(request.user, reason_id)
    with held_as_read(request, LeadReasonOut, found):
        whole = _whole(LeadReasonOut, found) | changes_in(payload)
        changed = actions.set_lead_reason(found, actor=request.user, **whole)
    return stamped(response, LeadReasonOut, changed)


@router.delete(_REASON, response=answers(None, 204))
def delete_lead_reason(request: HttpRequest, reason_id: UUID) -> Any:
    """Only one that no lead has (422); others are retired."""
    require_anywhere(request.user, MANAGE)
    found = queries.lead_reason_for(request.user, reason_id)
    with held_as_read(request, LeadReasonOut, found):
        actions.delete_lead_choice(found, actor=request.user)
    return Status(204, None)


@router.get("/absences", response=answers(PageOf[AbsenceOut]))
def list_absences(request: HttpRequest) -> Any:
    """Those that are not over."""
    return {"items": queries.absences(request.user), "next": None}


@router.post("/absences", response=answers(AbsenceOut, 201))
def note_absence(request: HttpRequest, payload: AbsenceIn) -> Any:
    """Somebody will be away."""
    days = {"first_day": payload.first_day, "last_day": payload.last_day}
    return Status(201, actions.note_absence(actor=request.user, user=payload.user_id, **days))


@router.delete("/absences/{absence_id}", response=answers(None, 204))
def remove_absence(request: HttpRequest, absence_id: UUID) -> Any:
    """They are here after all."""
    actions.remove_absence(queries.absence_for(request.user, absence_id), actor=request.user)
    return Status(204, None)


def _whole(shape: type[Schema], row: Any) -> dict[str, Any]:
    """What stands there now, as the actions take it."""
    return {name: getattr(row, name) for name in shape.model_fields if name != "id"}
