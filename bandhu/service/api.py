"""REST: tickets, what becomes of them, and their clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform import custom_fields
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
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
from bandhu.service import actions, queries

router = Router()
KIND = "ticket"
_ONE = "/tickets/{ticket_id}"
_LINKS = ("contact_id", "company_id", "type_id", "status_id")


class TicketOut(Schema):
    """`number` is what people say (T-1042 is 1042); `stage` is what the status means. `next_due_at`: the next clock's. `came_from` and
    `external_id`: the service desk a ticket was brought in from, and its number there."""

    id: UUID
    version: int
    number: int
    title: str
    description: str
    type_id: UUID
    status_id: UUID
    stage: str
    impact: str
    urgency: str
    priority: str
    contact_id: UUID | None
    company_id: UUID | None
    channel: str
    language: str
    owner_id: UUID | None
    team_id: UUID | None
    queue_id: UUID | None
    due_at: datetime | None
    next_due_at: datetime | None
    first_answered_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    reopened: int
    resolution: str
    merged_into_id: UUID | None
    follow_up_of_id: UUID | None
    tags: list[str]
    custom: dict[str, Any]
    came_from: str
    external_id: str
    imported_at: datetime | None
    created_at: datetime
    updated_at: datetime
    url: str


class TicketPatch(Given):
    """What is sent is changed; null empties. An empty priority lets impact and urgency decide."""

    title: str | None = Field(None, max_length=300)
    description: str | None = Field(None, max_length=50_000)
    type_id: UUID | None = None
    impact: str | None = Field(None, max_length=6)
    urgency: str | None = Field(None, max_length=6)
    priority: str | None = Field(None, max_length=6)
    contact_id: UUID | None = None
    company_id: UUID | None = None
    language: str | None = Field(None, max_length=12)
    due_at: Moment | None = None
    tags: list[str] | None = None
    custom: dict[str, Any] | None = None


class TicketIn(TicketPatch):
    """A title is needed; the rest may be left out."""


class TicketStatusIn(Given):
    """Into a status; `resolution` is needed for one that means solved or closed."""

    status_id: UUID
    resolution: str = Field("", max_length=50_000)


class TicketOwnerIn(Given):
    """Null gives it back to its queue."""

    owner_id: UUID | None = None


class TicketMergeIn(Given):
    """The ticket that stays."""

    into_id: UUID


class ClockOut(Schema):
    """A promise: `state` is running, paused, met, breached or abandoned; `spent` are business seconds once it ended."""

    id: UUID
    measure: str
    state: str
    target_minutes: int
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    ended_at: datetime | None
    paused_seconds: int
    spent: int | None


@router.get("/tickets", response=answers(PageOf[TicketOut]), tags=["tickets"])
def list_tickets(request: HttpRequest, asked: ListIn) -> Any:
    """The newest first, or as `sort` says."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows.prefetch_related("tags"), order, asked, _shaper(request))


@router.post("/tickets", response=answers(TicketOut, 201), tags=["tickets"])
def create_ticket(request: HttpRequest, response: HttpResponse, payload: TicketIn) -> Any:
    """Open a ticket."""
    made = actions.open_ticket(actor=request.user, **({"title": ""} | _arguments(payload)))
    return Status(201, ticket_answer(request, response, made))


@router.get(_ONE, response=answers(TicketOut), tags=["tickets"])
def get_ticket(request: HttpRequest, response: HttpResponse, ticket_id: UUID) -> Any:
    """One ticket; its version is the ETag."""
    return ticket_answer(request, response, queries.ticket_for(request.user, ticket_id))


@router.patch(_ONE, response=answers(TicketOut), tags=["tickets"])
def change_ticket(request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketPatch) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.ticket_for(request.user, ticket_id)
    wanted = wanted_version(request, found.version)
    return ticket_answer(
        request,
        response,
        actions.change_ticket(found, actor=request.user, version=wanted, **_arguments(payload)),
    )


@router.delete(_ONE, response=answers(None, 204), tags=["tickets"])
def delete_ticket(request: HttpRequest, ticket_id: UUID) -> Any:
    """Into the bin."""
    actions.delete_ticket(queries.ticket_for(request.user, ticket_id), actor=request.user)
    return Status(204, None)


@router.post(f"{_ONE}/restoration", response=answers(TicketOut), tags=["tickets"])
def restore_ticket(request: HttpRequest, response: HttpResponse, ticket_id: UUID) -> Any:
    """Back from the bin."""
    found = queries.ticket_for(request.user, ticket_id, deleted=True)
    return ticket_answer(request, response, actions.restore_ticket(found, actor=request.user))


@router.post(f"{_ONE}/status", response=answers(TicketOut), tags=["tickets"])
def move_ticket(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketStatusIn
) -> Any:
    """Into another status: taken in hand, waiting, solved, closed, open again."""
    found = queries.ticket_for(request.user, ticket_id)
    wanted = wanted_version(request, found.version)
    moved = actions.move_ticket(
        found, actor=request.user, status=payload.status_id, resolution=payload.resolution, version=wanted
    )
    return ticket_answer(request, response, moved)


@router.post(f"{_ONE}/assignment", response=answers(TicketOut), tags=["tickets"])
def assign_ticket(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketOwnerIn
) -> Any:
    """Give it to somebody, or back to its queue. Given out of your reach, the answer shows it a last time."""
    found = queries.ticket_for(request.user, ticket_id)
    return ticket_answer(
        request, response, actions.assign_ticket(found, actor=request.user, owner=payload.owner_id)
    )


@router.post(f"{_ONE}/merge", response=answers(TicketOut), tags=["tickets"])
def merge_ticket(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketMergeIn
) -> Any:
    """Into another ticket, which keeps both threads; the answer is what was merged away."""
    found = queries.ticket_for(request.user, ticket_id)
    into = queries.ticket_for(request.user, payload.into_id)
    actions.merge_tickets(found, actor=request.user, into=into)
    return ticket_answer(request, response, queries.ticket_for(request.user, ticket_id))


@router.post(f"{_ONE}/merge/undoing", response=answers(TicketOut), tags=["tickets"])
def undo_ticket_merge(request: HttpRequest, response: HttpResponse, ticket_id: UUID) -> Any:
    """Out of the other ticket again, as it was."""
    found = queries.ticket_for(request.user, ticket_id)
    return ticket_answer(request, response, actions.undo_merge(found, actor=request.user))


@router.get(f"{_ONE}/clocks", response=answers(PageOf[ClockOut]), tags=["tickets"])
def list_clocks(request: HttpRequest, ticket_id: UUID) -> Any:
    """What was promised, the oldest first."""
    return {"items": queries.clocks_of(queries.ticket_for(request.user, ticket_id)), "next": None}


def _arguments(payload: TicketPatch) -> dict[str, Any]:
    given = payload.dict(exclude_unset=True)
    return {name.removesuffix("_id") if name in _LINKS else name: value for name, value in given.items()}


def ticket_answer(request: HttpRequest, response: HttpResponse, record: Any) -> dict[str, Any]:
    """A ticket as it is answered, its version in the ETag."""
    with_version(response, record.version)
    return _shaper(request)(record)


def _shaper(request: HttpRequest) -> Any:
    """The shape of many records; what the caller may see of own fields is asked once."""
    visible = [one.key for one in custom_fields.definitions(KIND) if custom_fields.may_see(request.user, one)]
    plain = [name for name in TicketOut.model_fields if name not in ("tags", "custom", "url")]

    def shaped(record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in plain} | {
            "tags": sorted(tag.name for tag in record.tags.all()),
            "custom": {key: record.custom[key] for key in visible if key in record.custom},
            "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
        }

    return shaped
