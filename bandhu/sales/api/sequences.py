"""REST: sequences, and the contacts on their way through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.customers import queries as customers
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    Given,
    PageOf,
    PagingQuery,
    YesNo,
    answers,
    held_as_read,
    page_of,
    stamped,
)
from bandhu.sales import actions, queries
from bandhu.sales.models import Enrolment, Sequence

router = Router(tags=["sequences"])
VIEW = "sales.view_enrolment"


class SequenceStepIO(Given):
    """After `wait_days` working days a letter (`template_id`), or else a `task` for who enrolled the contact."""

    wait_days: int = Field(0, ge=0, le=250)
    template_id: UUID | None = None
    task: str = Field("", max_length=300)


class SequenceOut(Schema):
    """`under_way`, `answered` and `ended` are numbers of contacts within your reach."""

    id: UUID
    name: str
    is_active: bool
    under_way: int
    answered: int
    ended: int


class WholeSequenceOut(Schema):
    """One with its steps, in their order."""

    id: UUID
    name: str
    is_active: bool
    steps: list[SequenceStepIO]


class _SequenceAsRead(Schema):
    """What somebody may have set otherwise meanwhile: its ETag stands for it."""

    name: str
    is_active: bool
    steps: list[tuple[int, UUID | None, str]]

    @staticmethod
    def resolve_steps(one: Sequence) -> list[tuple[int, UUID | None, str]]:
        return [(step.wait_days, step.template_id, step.task) for step in one.steps.all()]


class SequenceIn(Given):
    """A sequence as a whole. Who is under way goes on behind what was taken for them."""

    name: str = Field(max_length=120)
    is_active: YesNo = True
    steps: list[SequenceStepIO] = Field(min_length=1, max_length=30)


class StepTakenOut(Schema):
    """One step that was taken; `mail_id` of a letter, `follow_up_id` of a task."""

    position: int
    at: datetime
    mail_id: UUID | None
    follow_up_id: UUID | None


class EnrolmentOut(Schema):
    """A contact in a sequence. `position` is the step that comes next (from 0), `next_at` when; both stand still once it ended.

    `state`: running, paused, finished or stopped; `reason` and `problem` say why it stopped.
    """

    id: UUID
    sequence_id: UUID
    contact_id: UUID | None
    lead_id: UUID | None
    owner_id: UUID
    state: str
    reason: str
    problem: str
    position: int
    next_at: datetime | None
    created_at: datetime
    taken: list[StepTakenOut]


class EnrolmentIn(Given):
    """Who is to go through the sequence, in your name; with a lead it ends when the lead is closed."""

    contact_id: UUID
    lead_id: UUID | None = None


@router.get("/sequences", response=answers(PageOf[SequenceOut]))
def list_sequences(request: HttpRequest, paging: PagingQuery) -> Any:
    """All of them, by name."""
    require_anywhere(request.user, VIEW)
    return page_of(queries.sequences(request.user), ["name"], paging, lambda one: one)


@router.post("/sequences", response=answers(WholeSequenceOut, 201))
def create_sequence(request: HttpRequest, response: HttpResponse, payload: SequenceIn) -> Any:
    """A new one."""
    made = actions.set_sequence(None, actor=request.user, **_values(payload))
    return Status(201, _whole(request, response, made.pk))


@router.get("/sequences/{sequence_id}", response=answers(WholeSequenceOut))
def get_sequence(request: HttpRequest, response: HttpResponse, sequence_id: UUID) -> Any:
    """One with its steps; the ETag stands for both."""
    require_anywhere(request.user, VIEW)
    return _whole(request, response, sequence_id)


@router.put("/sequences/{sequence_id}", response=answers(WholeSequenceOut))
def set_sequence(request: HttpRequest, response: HttpResponse, sequence_id: UUID, payload: SequenceIn) -> Any:
    """Put this in the place of what it was. With If-Match, a sequence somebody else changed since is refused (412)."""
    require_anywhere(request.user, VIEW)
    require_anywhere(request.user, "sales.manage_sequences")
    found = queries.sequence_for(request.user, sequence_id)
    with held_as_read(request, _SequenceAsRead, found):
        actions.set_sequence(found, actor=request.user, **_values(payload))
    return _whole(request, response, sequence_id)


@router.get("/sequences/{sequence_id}/enrolments", response=answers(PageOf[EnrolmentOut]))
def list_enrolments(request: HttpRequest, sequence_id: UUID, paging: PagingQuery) -> Any:
    """Who went through it, the newest first; contacts out of your reach are not named."""
    require_anywhere(request.user, VIEW)
    found = queries.sequence_for(request.user, sequence_id)
    return _page(request, queries.enrolments(request.user).filter(sequence=found), paging)


@router.post("/sequences/{sequence_id}/enrolments", response=answers(EnrolmentOut, 201))
def enrol_contact(request: HttpRequest, sequence_id: UUID, payload: EnrolmentIn) -> Any:
    """Begin with a contact."""
    user = request.user
    contact = customers.contact_for(user, payload.contact_id)
    lead = queries.lead_for(user, payload.lead_id) if payload.lead_id else None
    found = queries.sequence_for(user, sequence_id)
    made = actions.enrol_contact(contact, actor=user, sequence=found, lead=lead)
    return Status(201, _shape(made))


@router.get("/contacts/{contact_id}/enrolments", response=answers(PageOf[EnrolmentOut]))
def list_enrolments_of_contact(request: HttpRequest, contact_id: UUID, paging: PagingQuery) -> Any:
    """The sequences of one contact, the newest first."""
    require_anywhere(request.user, VIEW)
    contact = customers.contact_for(request.user, contact_id)
    return _page(request, queries.enrolments(request.user).filter(contact=contact.pk), paging)


@router.get("/enrolments/{enrolment_id}", response=answers(EnrolmentOut))
def get_enrolment(request: HttpRequest, enrolment_id: UUID) -> Any:
    """One, with the steps that were taken."""
    return _seen(request, enrolment_id)


def _page(request: HttpRequest, rows: Any, paging: Any) -> Any:
    page = page_of(rows.select_related("contact").prefetch_related("taken"), ["-id"], paging, lambda one: one)
    queries.hide_unseen_contacts(request.user, page["items"])
    return {**page, "items": [_shape(one) for one in page["items"]]}


def _seen(request: HttpRequest, enrolment_id: UUID) -> dict[str, Any]:
    found = queries.enrolment_for(request.user, enrolment_id)
    queries.hide_unseen_contacts(request.user, [found])
    return _shape(found)


def _shape(one: Enrolment) -> dict[str, Any]:
    # `contact_id` is empty where the caller may not see the contact.
    plain = [name for name in EnrolmentOut.model_fields if name != "taken"]
    return {name: getattr(one, name) for name in plain} | {"taken": list(one.taken.all())}


def _values(payload: SequenceIn) -> dict[str, Any]:
    steps = [{"template" if name == "template_id" else name: value for name, value in one.dict().items()} for one in payload.steps]  # fmt: skip
    return {"name": payload.name, "is_active": payload.is_active, "steps": steps}


def _whole(request: HttpRequest, response: HttpResponse, sequence_id: UUID) -> dict[str, Any]:
    found: Sequence = queries.sequence_for(request.user, sequence_id)
    stamped(response, _SequenceAsRead, found)
    steps = [{name: getattr(one, name) for name in SequenceStepIO.model_fields} for one in found.steps.all()]
    return {"id": found.pk, "name": found.name, "is_active": found.is_active, "steps": steps}


def _mount(path: str, name: str, what: str, act: Callable[..., Any]) -> None:
    @router.post(
        f"/enrolments/{{enrolment_id}}/{path}", response=answers(EnrolmentOut), operation_id=name, description=what
    )  # fmt: skip
    def switched(request: HttpRequest, enrolment_id: UUID) -> Any:
        act(queries.enrolment_for(request.user, enrolment_id), actor=request.user)
        return _seen(request, enrolment_id)


for _path, _name, _what, _act in (
    ("pause", "pause_enrolment", "Nothing more is sent until it is resumed.", actions.pause_enrolment),
    ("resumption", "resume_enrolment", "Go on with the next step.", actions.resume_enrolment),
    ("stop", "stop_enrolment", "Take the contact out.", actions.stop_enrolment),
):
    _mount(_path, _name, _what, _act)
