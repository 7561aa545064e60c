"""REST: leads, what becomes of them, and where they come from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.interactions.queries import conversation_for
from bandhu.platform import custom_fields
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Day,
    Given,
    ListIn,
    Moment,
    PageOf,
    answers,
    filter_tree,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.sales import actions, queries
from bandhu.sales.api.amounts import AmountIO, money_of
from bandhu.sales.api.shapes import without_ids
from bandhu.sales.models import Lead

router = Router()
KIND = "lead"
_ONE = "/leads/{lead_id}"


class ScoreReason(Schema):
    """A rule that fitted, and its points."""

    rule: UUID
    name: str
    points: int


class LeadOut(Schema):
    """`answers` is what was typed into a form, as typed. `opportunity_id` is what it became."""

    id: UUID
    version: int
    title: str
    contact_id: UUID | None
    company_id: UUID | None
    message: str
    answers: dict[str, str]
    language: str
    country: str
    source_id: UUID | None
    web_form_id: UUID | None
    campaign: str
    utm_source: str
    utm_medium: str
    utm_term: str
    utm_content: str
    landing_page: str
    referrer: str
    status: str
    status_since: datetime
    received_at: datetime
    response_due_at: datetime | None
    first_response_at: datetime | None
    waits_since: datetime | None
    nurture_until: date | None
    closed_at: datetime | None
    close_reason_id: UUID | None
    close_note: str
    opportunity_id: UUID | None
    score: int
    score_reasons: list[ScoreReason]
    owner_id: UUID | None
    team_id: UUID | None
    tags: list[str]
    custom: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    url: str


class LeadPatch(Given):
    """What is sent is changed; null empties."""

    title: str | None = Field(None, max_length=300)
    contact_id: UUID | None = None
    company_id: UUID | None = None
    message: str | None = Field(None, max_length=20_000)
    language: str | None = Field(None, max_length=12)
    country: str | None = Field(None, max_length=2)
    source_id: UUID | None = None
    campaign: str | None = Field(None, max_length=200)
    utm_source: str | None = Field(None, max_length=200)
    utm_medium: str | None = Field(None, max_length=200)
    utm_term: str | None = Field(None, max_length=200)
    utm_content: str | None = Field(None, max_length=200)
    landing_page: str | None = Field(None, max_length=1000)
    referrer: str | None = Field(None, max_length=1000)
    owner_id: UUID | None = None
    team_id: UUID | None = None
    tags: list[str] | None = None
    custom: dict[str, Any] | None = None


class PersonIn(Given):
    """Who asks. With the mail address or number of somebody in the book it is them, else a new contact."""

    full_name: str = Field("", max_length=300)
    mail: str = Field("", max_length=254)
    phone: str = Field("", max_length=100)
    country: str = Field("", max_length=2)
    language: str = Field("", max_length=12)


class LeadIn(LeadPatch):
    """A contact or a person is needed. Without `owner_id` the assignment rules decide; sending it as null leaves the lead nobody's."""

    person: PersonIn | None = None
    received_at: Moment | None = None


class AssignmentIn(Given):
    """Without a team it is the owner's."""

    owner_id: UUID | None = None
    team_id: UUID | None = None


class NurtureIn(Given):
    """Come back to it: the follow-up `what`, due `until`."""

    until: Moment
    what: str = Field(max_length=300)
    kind: str = "call"


class ConversionIn(Given):
    """Everything may be left out: the lead says it. `custom` are own fields of the opportunity by key; those of the lead with the same name go along."""

    name: str = Field("", max_length=300)
    stage_id: UUID | None = None
    amount: AmountIO | None = None
    expected_close: Day | None = None
    custom: dict[str, Any] | None = None


class ConversionOut(Schema):
    """The opportunity it became; the same one when converted twice."""

    opportunity_id: UUID
    url: str


class ClosureIn(Given):
    """A reason is needed while there are reasons to choose from."""

    reason_id: UUID | None = None
    note: str = Field("", max_length=5000)


class StatusChangeOut(Schema):
    """One line of the log; `from_status` is empty for the first."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    from_status: str
    to_status: str
    note: str


@router.get("/leads", response=answers(PageOf[LeadOut]), tags=["leads"])
def list_leads(request: HttpRequest, asked: ListIn) -> Any:
    """The newest first, or as `sort` says."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows.select_related("contact").prefetch_related("tags"), order, asked, _shaper(request))


@router.post("/leads", response=answers(LeadOut, 201), tags=["leads"])
def create_lead(request: HttpRequest, response: HttpResponse, payload: LeadIn) -> Any:
    """A new enquiry. By the rules it may go to somebody out of your reach; the answer shows it all the same, once."""
    made = actions.receive_lead(actor=request.user, **_arguments(payload))
    return Status(201, _answer(request, response, made))


@router.post("/conversations/{conversation_id}/lead", response=answers(LeadOut, 201), tags=["leads"])
def make_lead_of_conversation(request: HttpRequest, response: HttpResponse, conversation_id: UUID) -> Any:
    """An enquiry of what the customer says there; one that has a lead gives that back (404 where it is out of reach)."""
    conversation = conversation_for(request.user, conversation_id)
    if known := queries.lead_of_conversation(conversation):
        queries.lead_for(request.user, known.pk)
    made = actions.make_lead_of(conversation, actor=request.user)
    return Status(201, _answer(request, response, made))


@router.get(_ONE, response=answers(LeadOut), tags=["leads"])
def get_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID) -> Any:
    """One lead; its version is the ETag."""
    return _answer(request, response, queries.lead_for(request.user, lead_id))


@router.patch(_ONE, response=answers(LeadOut), tags=["leads"])
def change_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID, payload: LeadPatch) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.lead_for(request.user, lead_id)
    given = _arguments(payload)
    changed = actions.change_lead(
        found, actor=request.user, version=wanted_version(request, found.version), **given
    )
    return _answer(request, response, changed)


@router.delete(_ONE, response=answers(None, 204), tags=["leads"])
def delete_lead(request: HttpRequest, lead_id: UUID) -> Any:
    """Into the bin."""
    actions.delete_lead(queries.lead_for(request.user, lead_id), actor=request.user)
    return Status(204, None)


@router.post(f"{_ONE}/restoration", response=answers(LeadOut), tags=["leads"])
def restore_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID) -> Any:
    """Back from the bin."""
    found = queries.lead_for(request.user, lead_id, deleted=True)
    return _answer(request, response, actions.restore_lead(found, actor=request.user))


@router.post(f"{_ONE}/work", response=answers(LeadOut), tags=["leads"])
def work_on_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID) -> Any:
    """Take it in hand: in work, and yours when it was nobody's."""
    found = queries.lead_for(request.user, lead_id)
    return _answer(request, response, actions.work_on_lead(found, actor=request.user))


@router.post(f"{_ONE}/assignment", response=answers(LeadOut), tags=["leads"])
def assign_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID, payload: AssignmentIn) -> Any:
    """Give it to somebody, or to a team. Given out of your reach, the answer shows it a last time."""
    found = queries.lead_for(request.user, lead_id)
    given = actions.assign_lead(found, actor=request.user, owner=payload.owner_id, team=payload.team_id)
    return _answer(request, response, given)


@router.post(f"{_ONE}/nurturing", response=answers(LeadOut), tags=["leads"])
def nurture_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID, payload: NurtureIn) -> Any:
    """Keep it warm until a date, with a follow-up."""
    found = queries.lead_for(request.user, lead_id)
    actions.nurture_lead(found, actor=request.user, **payload.dict())
    return _answer(request, response, queries.lead_for(request.user, lead_id))


@router.post(f"{_ONE}/conversion", response=answers(ConversionOut), tags=["leads"])
def convert_lead(request: HttpRequest, lead_id: UUID, payload: ConversionIn) -> Any:
    """Make it an opportunity; its page is where `url` leads."""
    given = payload.dict(exclude_unset=True)
    if stage_id := given.pop("stage_id", None):
        given["stage"] = queries.stage_for(request.user, stage_id)
    if given.get("amount") is not None:
        given["amount"] = money_of(given["amount"], "amount")
    found = queries.lead_for(request.user, lead_id)
    made = actions.convert_lead(found, actor=request.user, **given)
    url = request.build_absolute_uri(record_kinds["opportunity"].url(made))
    return {"opportunity_id": made.pk, "url": url}


@router.post(f"{_ONE}/closure", response=answers(LeadOut), tags=["leads"])
def close_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID, payload: ClosureIn) -> Any:
    """Nothing comes of it."""
    user = request.user
    reason = queries.lead_reason_for(user, payload.reason_id) if payload.reason_id else None
    found = queries.lead_for(user, lead_id)
    closed = actions.close_lead(found, actor=user, reason=reason, note=payload.note)
    return _answer(request, response, closed)


@router.post(f"{_ONE}/reopening", response=answers(LeadOut), tags=["leads"])
def reopen_lead(request: HttpRequest, response: HttpResponse, lead_id: UUID) -> Any:
    """Work on a closed one again."""
    found = queries.lead_for(request.user, lead_id)
    return _answer(request, response, actions.reopen_lead(found, actor=request.user))


@router.get(f"{_ONE}/status-changes", response=answers(PageOf[StatusChangeOut]), tags=["leads"])
def list_status_changes(request: HttpRequest, lead_id: UUID) -> Any:
    """Its log, the newest first."""
    found = queries.lead_for(request.user, lead_id)
    return {"items": queries.status_changes_of(request.user, found), "next": None}


def _arguments(payload: LeadPatch) -> dict[str, Any]:
    return without_ids(payload.dict(exclude_unset=True))


def _answer(request: HttpRequest, response: HttpResponse, record: Lead) -> dict[str, Any]:
    with_version(response, record.version)
    return _shaper(request)(record)


def _shaper(request: HttpRequest) -> Any:
    """The shape of many records; what the caller may see of own fields is asked once."""
    visible = [one.key for one in custom_fields.definitions(KIND) if custom_fields.may_see(request.user, one)]
    plain = [name for name in LeadOut.model_fields if name not in ("answers", "tags", "custom", "url")]

    def shaped(record: Lead) -> dict[str, Any]:
        return {name: getattr(record, name) for name in plain} | {
            "answers": queries.answers_seen(request.user, record),
            "tags": sorted(tag.name for tag in record.tags.all()),
            "custom": {key: record.custom[key] for key in visible if key in record.custom},
            "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
        }

    return shaped
