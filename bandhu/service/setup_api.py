"""REST: what decides how tickets are worked on: types, statuses, service levels, and which priority impact and urgency make."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    Given,
    PageOf,
    YesNo,
    answers,
    check_version,
    fingerprint,
    held_as_read,
    stamped,
    with_version,
)
from bandhu.service import actions, queries

router = Router(tags=["tickets"])
_TYPE, _STATUS, _LEVEL = (
    "/ticket-types/{type_id}",
    "/ticket-statuses/{status_id}",
    "/service-levels/{level_id}",
)
NatureWord = Literal["request", "incident", "problem"]
StageWord = Literal["new", "open", "waiting", "hold", "solved", "closed"]
LevelWord = Literal["low", "medium", "high"]
PriorityWord = Literal["low", "normal", "high", "urgent"]
MeasureWord = Literal["first", "next", "resolution"]
StepWord = Literal["notify_owner", "notify_user", "notify_team", "raise", "queue", "reassign"]
Targets = dict[PriorityWord, dict[MeasureWord, int]]
Matrix = dict[LevelWord, dict[LevelWord, PriorityWord]]


class _NamedIn(Given):
    name: str = Field(min_length=1, max_length=120)
    names: dict[str, str] = Field(default_factory=dict, max_length=100)
    is_active: YesNo = True


class TicketTypeOut(Schema):
    """A kind of work with a form of its own: `fields` are keys of the own fields it asks for, none means all; `portal_fields` those that
    customers fill in, none means none."""

    id: UUID
    name: str
    names: dict[str, str]
    nature: str
    fields: list[str]
    portal_fields: list[str]
    queue_id: UUID | None
    is_public: bool
    is_active: bool


class TicketTypeIn(_NamedIn):
    """`fields` are keys of own fields of tickets, in the order of the form, none means all; `portal_fields` are asked of customers. `is_public`:
    customers can choose it in the portal."""

    nature: NatureWord = "request"
    fields: list[str] = Field(default_factory=list, max_length=200)
    portal_fields: list[str] = Field(default_factory=list, max_length=200)
    queue_id: UUID | None = None
    is_public: YesNo = True


class TicketStatusOut(Schema):
    """A status of the house, what it means, and whether clocks stand still in it. `is_usual`: a ticket gets it when only the meaning is known."""

    id: UUID
    name: str
    names: dict[str, str]
    stage: str
    pauses: bool
    is_usual: bool
    is_active: bool


class TicketStatusIn(_NamedIn):
    """`stage` is what it means. The meaning of one that tickets have stays as it is."""

    stage: StageWord
    pauses: YesNo = False
    is_usual: YesNo = False


class EscalationOut(Schema):
    """What is done when `percent` of a clock's time has gone; `measure` is empty for every clock."""

    percent: int
    what: str
    measure: str
    user_id: UUID | None
    queue_id: UUID | None


class EscalationIn(Given):
    """`user_id` for notify_user and reassign, `queue_id` for queue."""

    percent: int = Field(ge=1, le=300)
    what: StepWord
    measure: MeasureWord | Literal[""] = ""
    user_id: UUID | None = None
    queue_id: UUID | None = None


class ServiceLevelOut(Schema):
    """A promise: `targets` are business minutes by priority and measure; `filter` says for which tickets. The first that fits decides."""

    id: UUID
    name: str
    names: dict[str, str]
    position: int
    filter: dict[str, Any]
    calendar_id: UUID | None
    targets: dict[str, dict[str, int]]
    steps: list[EscalationOut]
    is_active: bool

    @staticmethod
    def resolve_filter(level: Any) -> Any:
        return level.conditions

    @staticmethod
    def resolve_steps(level: Any) -> Any:
        return list(level.steps.all())


class ServiceLevelIn(_NamedIn):
    """`filter` is a tree as in views, empty for all tickets; without `calendar_id` the usual business calendar counts."""

    targets: Targets = Field(max_length=4)
    filter: dict[str, Any] = Field(default_factory=dict)
    calendar_id: UUID | None = None
    steps: list[EscalationIn] = Field(default_factory=list, max_length=12)


class ServiceLevelOrderIn(Given):
    """All ids, in the order in which they are asked."""

    ids: list[UUID] = Field(max_length=500)


class PriorityMatrixOut(Schema):
    """{impact: {urgency: priority}}, all nine."""

    matrix: dict[str, dict[str, str]]


class PriorityMatrixIn(Given):
    """{impact: {urgency: priority}}, all nine. Tickets keep theirs until they are changed."""

    matrix: Matrix


@router.get("/ticket-types", response=answers(PageOf[TicketTypeOut]))
def list_ticket_types(request: HttpRequest) -> Any:
    """The types of the house, those out of use too."""
    require_anywhere(request.user, queries.VIEW)
    return {"items": queries.types(request.user, with_inactive=True), "next": None}


@router.post("/ticket-types", response=answers(TicketTypeOut, 201))
def create_ticket_type(request: HttpRequest, response: HttpResponse, payload: TicketTypeIn) -> Any:
    """A kind of ticket with a form of its own."""
    made = actions.set_ticket_type(None, actor=request.user, **_named(payload))
    return Status(201, stamped(response, TicketTypeOut, made))


@router.get(_TYPE, response=answers(TicketTypeOut))
def get_ticket_type(request: HttpRequest, response: HttpResponse, type_id: UUID) -> Any:
    """One type."""
    return stamped(response, TicketTypeOut, queries.type_for(request.user, type_id))


@router.put(_TYPE, response=answers(TicketTypeOut))
def change_ticket_type(
    request: HttpRequest, response: HttpResponse, type_id: UUID, payload: TicketTypeIn
) -> Any:
    """Write the type anew, whole. With If-Match, only as it was read (412)."""
    found = queries.type_for(request.user, type_id)
    with held_as_read(request, TicketTypeOut, found):
        saved = actions.set_ticket_type(found, actor=request.user, **_named(payload))
    return stamped(response, TicketTypeOut, saved)


@router.delete(_TYPE, response=answers(None, 204))
def delete_ticket_type(request: HttpRequest, type_id: UUID) -> Any:
    """One that tickets have can only be switched off (422)."""
    return _deleted(request, TicketTypeOut, queries.type_for(request.user, type_id))


@router.get("/ticket-statuses", response=answers(PageOf[TicketStatusOut]))
def list_ticket_statuses(request: HttpRequest) -> Any:
    """The statuses of the house, those out of use too."""
    require_anywhere(request.user, queries.VIEW)
    return {"items": queries.statuses(request.user, with_inactive=True), "next": None}


@router.post("/ticket-statuses", response=answers(TicketStatusOut, 201))
def create_ticket_status(request: HttpRequest, response: HttpResponse, payload: TicketStatusIn) -> Any:
    """A status of one's own, and what it means."""
    made = actions.set_ticket_status(None, actor=request.user, **payload.dict())
    return Status(201, stamped(response, TicketStatusOut, made))


@router.get(_STATUS, response=answers(TicketStatusOut))
def get_ticket_status(request: HttpRequest, response: HttpResponse, status_id: UUID) -> Any:
    """One status."""
    return stamped(response, TicketStatusOut, queries.status_for(request.user, status_id))


@router.put(_STATUS, response=answers(TicketStatusOut))
def change_ticket_status(
    request: HttpRequest, response: HttpResponse, status_id: UUID, payload: TicketStatusIn
) -> Any:
    """Write the status anew, whole; clocks are counted anew. With If-Match, only as it was read (412)."""
    found = queries.status_for(request.user, status_id)
    with held_as_read(request, TicketStatusOut, found):
        saved = actions.set_ticket_status(found, actor=request.user, **payload.dict())
    return stamped(response, TicketStatusOut, saved)


@router.delete(_STATUS, response=answers(None, 204))
def delete_ticket_status(request: HttpRequest, status_id: UUID) -> Any:
    """One that tickets have can only be switched off (422)."""
    return _deleted(request, TicketStatusOut, queries.status_for(request.user, status_id))


@router.get("/service-levels", response=answers(PageOf[ServiceLevelOut]))
def list_service_levels(request: HttpRequest) -> Any:
    """In the order in which they are asked, those out of use too."""
    return {"items": queries.service_levels(request.user), "next": None}


@router.post("/service-levels", response=answers(ServiceLevelOut, 201))
def create_service_level(request: HttpRequest, response: HttpResponse, payload: ServiceLevelIn) -> Any:
    """A promise; it is asked last. Running clocks are counted anew."""
    made = actions.set_service_level(None, actor=request.user, **_promised(payload))
    return Status(201, stamped(response, ServiceLevelOut, made))


@router.put("/service-levels/order", response=answers(PageOf[ServiceLevelOut]))
def order_service_levels(request: HttpRequest, payload: ServiceLevelOrderIn) -> Any:
    """Put them in another order. Running clocks are counted anew."""
    actions.put_levels_in_order(actor=request.user, ids=payload.ids)
    return list_service_levels(request)


@router.get(_LEVEL, response=answers(ServiceLevelOut))
def get_service_level(request: HttpRequest, response: HttpResponse, level_id: UUID) -> Any:
    """One promise with its steps."""
    return stamped(response, ServiceLevelOut, queries.service_level_for(request.user, level_id))


@router.put(_LEVEL, response=answers(ServiceLevelOut))
def change_service_level(
    request: HttpRequest, response: HttpResponse, level_id: UUID, payload: ServiceLevelIn
) -> Any:
    """Write the promise anew, whole; steps that stay the same are not done again. With If-Match, only as it was read (412)."""
    found = queries.service_level_for(request.user, level_id)
    with held_as_read(request, ServiceLevelOut, found):
        actions.set_service_level(found, actor=request.user, **_promised(payload))
    return stamped(response, ServiceLevelOut, queries.service_level_for(request.user, level_id))


@router.delete(_LEVEL, response=answers(None, 204))
def delete_service_level(request: HttpRequest, level_id: UUID) -> Any:
    """With its steps. Running clocks are counted anew by the next that fits."""
    return _deleted(request, ServiceLevelOut, queries.service_level_for(request.user, level_id))


@router.get("/ticket-priorities", response=answers(PriorityMatrixOut))
def get_priority_matrix(request: HttpRequest, response: HttpResponse) -> Any:
    """Which priority impact and urgency make."""
    require_anywhere(request.user, queries.VIEW)
    return _with_matrix(response)


@router.put("/ticket-priorities", response=answers(PriorityMatrixOut))
def change_priority_matrix(request: HttpRequest, response: HttpResponse, payload: PriorityMatrixIn) -> Any:
    """Write it anew, whole. With If-Match, only as it was read (412)."""
    check_version(request, fingerprint(PriorityMatrixOut, _matrix()))
    pairs = {(impact, urgency): one for impact, row in payload.matrix.items() for urgency, one in row.items()}
    actions.set_priority_matrix(actor=request.user, matrix=pairs)
    return _with_matrix(response)


def _matrix() -> Any:
    rows = queries.matrix_rows()
    return {
        "matrix": {impact.value: {urgency.value: one.value for urgency, one in row} for impact, row in rows}
    }


def _with_matrix(response: HttpResponse) -> Any:
    shown = _matrix()
    with_version(response, fingerprint(PriorityMatrixOut, shown))
    return shown


def _named(payload: TicketTypeIn) -> dict[str, Any]:
    given = payload.dict()
    return {"queue": given.pop("queue_id"), **given}


def _promised(payload: ServiceLevelIn) -> dict[str, Any]:
    given = payload.dict()
    steps = [{"user": one.pop("user_id"), "queue": one.pop("queue_id"), **one} for one in given.pop("steps")]
    return {
        "conditions": given.pop("filter"), "calendar": given.pop("calendar_id"), "steps": steps, **given,
    }  # fmt: skip


def _deleted(request: HttpRequest, shape: type[Schema], found: Any) -> Any:
    with held_as_read(request, shape, found):
        actions.delete_service_row(found, actor=request.user)
    return Status(204, None)
