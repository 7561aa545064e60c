"""REST: interactions, timelines and follow-ups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.customers import queries as customers
from bandhu.identity import queries as identity
from bandhu.interactions import actions, queries
from bandhu.interactions.models import FollowUp, Interaction
from bandhu.platform.custom_fields import definitions, may_see
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Day,
    Given,
    ListQuery,
    Moment,
    PageOf,
    Paging,
    Whole,
    YesNo,
    answers,
    changes_in,
    filter_tree,
    page_of,
    ready,
    wanted_version,
    with_version,
)

router = Router()
KIND = "follow_up"


class InteractionOut(Schema):
    """One exchange; `occurred_at` is when it happened."""

    id: UUID
    kind: str
    channel: str
    direction: str
    occurred_at: datetime
    contact_id: UUID | None
    company_id: UUID | None
    actor_id: UUID | None
    subject: str
    body: str
    is_html: bool
    outcome: str
    department: str
    seconds: int | None
    source: str
    external_id: str
    details: dict[str, Any]


class InteractionIn(Given):
    """Exactly one of contact_id and company_id. With source and external_id a repeat changes nothing."""

    kind: str = Field(max_length=30)
    contact_id: UUID | None = None
    company_id: UUID | None = None
    channel: str = Field("", max_length=30)
    direction: Interaction.Direction = Interaction.Direction.NONE
    occurred_at: Moment | None = None
    subject: str = Field("", max_length=300)
    body: str = ""
    is_html: YesNo = False
    outcome: str = Field("", max_length=120)
    department: str = Field("", max_length=60)
    seconds: Whole | None = Field(None, ge=0, le=2_000_000)
    source: str = Field("", max_length=60)
    external_id: str = Field("", max_length=200)
    details: dict[str, Any] = {}


class TimelineQuery(Paging):
    """The filters of a timeline."""

    kind: list[str] = []
    actor_id: UUID | None = None
    since: Day | None = None
    until: Day | None = None
    department: str = Field("", max_length=60)
    q: str = Field("", max_length=200)

    def wanted(self) -> queries.TimelineFilter:
        return queries.TimelineFilter(
            tuple(self.kind), self.actor_id, self.since, self.until, self.department, self.q
        )


class FollowUpOut(Schema):
    """A next step; `custom` are own fields by key."""

    id: UUID
    what: str
    note: str
    kind: str
    state: str
    contact_id: UUID | None
    company_id: UUID | None
    owner_id: UUID
    team_id: UUID | None
    due_at: datetime
    remind_at: datetime | None
    snoozed_until: datetime | None
    result: str
    done_at: datetime | None
    created_at: datetime
    custom: dict[str, Any]
    url: str


class FollowUpIn(Given):
    """Exactly one of contact_id and company_id; the owner is the caller by default."""

    what: str = Field(min_length=1, max_length=300)
    due_at: Moment
    kind: str = "task"
    contact_id: UUID | None = None
    company_id: UUID | None = None
    owner_id: UUID | None = None
    remind_at: Moment | None = None
    note: str = Field("", max_length=20_000)
    custom: dict[str, Any] = {}


class FollowUpPatch(Given):
    """What changes; `state` done, dropped or open."""

    what: str | None = Field(None, min_length=1, max_length=300)
    due_at: Moment | None = None
    remind_at: Moment | None = None
    kind: str | None = None
    owner_id: UUID | None = None
    state: FollowUp.State | None = None
    result: str = Field("", max_length=300)
    note: str | None = Field(None, max_length=20_000)
    custom: dict[str, Any] | None = None


class FollowUpsQuery(ListQuery):
    """The conditions of a list, and whose, in which state, with which customer; `state` "any" leaves it to `filter`."""

    whose: Literal["mine", "team", "all"] = "mine"
    state: Literal["open", "done", "dropped", "any"] = "open"
    contact_id: UUID | None = None
    company_id: UUID | None = None


TimelineIn = Annotated[TimelineQuery, Query(...)]


class InteractionsQuery(TimelineQuery):
    """The filters of a timeline, and whose."""

    contact_id: UUID | None = None
    company_id: UUID | None = None


InteractionsIn = Annotated[InteractionsQuery, Query(...)]


@router.get("/interactions", response=answers(PageOf[InteractionOut]), tags=["interactions"])
def list_interactions(request: HttpRequest, asked: InteractionsIn) -> Any:
    """The newest first, over all customers in reach, or of one."""
    rows = queries.filtered(queries.interactions(request.user), asked.wanted())
    rows = rows.filter(**_whose(asked.contact_id, asked.company_id))
    return ready(page_of(rows.values(*InteractionOut.model_fields), ["-id"], asked, lambda row: row))


@router.post("/interactions", response=answers(InteractionOut, 201), tags=["interactions"])
def log_interaction(request: HttpRequest, payload: InteractionIn) -> Any:
    """Put an exchange on a customer's timeline."""
    customer = _customer(request, payload.contact_id, payload.company_id)
    facts = payload.dict(exclude={"contact_id", "company_id"})
    return Status(201, actions.log_interaction(customer, actor=request.user, **facts))


@router.get("/interactions/{interaction_id}", response=answers(InteractionOut), tags=["interactions"])
def get_interaction(request: HttpRequest, interaction_id: UUID) -> Any:
    """One exchange."""
    return queries.interaction_for(request.user, interaction_id)


@router.delete("/interactions/{interaction_id}", response=answers(None, 204), tags=["interactions"])
def delete_interaction(request: HttpRequest, interaction_id: UUID) -> Any:
    """Take it off the timeline."""
    found = queries.interaction_for(request.user, interaction_id)
    actions.remove_interaction(found, actor=request.user)
    return Status(204, None)


@router.get("/contacts/{contact_id}/timeline", response=answers(PageOf[InteractionOut]), tags=["contacts"])
def contact_timeline(request: HttpRequest, contact_id: UUID, asked: TimelineIn) -> Any:
    """A contact's exchanges, newest first."""
    return _timeline(request, customers.seen_record(request.user, "contact", contact_id), asked)


@router.get("/companies/{company_id}/timeline", response=answers(PageOf[InteractionOut]), tags=["companies"])
def company_timeline(request: HttpRequest, company_id: UUID, asked: TimelineIn) -> Any:
    """The exchanges with a company and its people, newest first."""
    return _timeline(request, customers.seen_record(request.user, "company", company_id), asked)


@router.get("/follow-ups", response=answers(PageOf[FollowUpOut]), tags=["follow-ups"])
def list_follow_ups(request: HttpRequest, asked: Annotated[FollowUpsQuery, Query(...)]) -> Any:
    """Next steps by due time (or as `sort` says), with all customers or with one; `q` finds words of what is to be done."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    rows = queries.whose_follow_ups(request.user, rows, asked.whose)
    rows = rows.filter(**_whose(asked.contact_id, asked.company_id))
    if asked.state != "any":
        rows = rows.filter(state=asked.state)
    return page_of(rows, order, asked, follow_up_shape(request))


@router.post("/follow-ups", response=answers(FollowUpOut, 201), tags=["follow-ups"])
def plan_follow_up(request: HttpRequest, response: HttpResponse, payload: FollowUpIn) -> Any:
    """Plan a next step with a customer."""
    customer = _customer(request, payload.contact_id, payload.company_id)
    facts = payload.dict(exclude={"contact_id", "company_id", "owner_id"})
    if payload.owner_id:
        facts["owner"] = _colleague(request, payload.owner_id)
    planned = actions.plan_follow_up(customer, actor=request.user, **facts)
    return Status(201, _answer(request, response, planned))


@router.get("/follow-ups/{follow_up_id}", response=answers(FollowUpOut), tags=["follow-ups"])
def get_follow_up(request: HttpRequest, response: HttpResponse, follow_up_id: UUID) -> Any:
    """One next step; its version is the ETag."""
    return _answer(request, response, queries.follow_up_for(request.user, follow_up_id))


@router.patch("/follow-ups/{follow_up_id}", response=answers(FollowUpOut), tags=["follow-ups"])
def change_follow_up(
    request: HttpRequest, response: HttpResponse, follow_up_id: UUID, payload: FollowUpPatch
) -> Any:
    """Change a next step, complete it, drop it or open it again. With If-Match, a version that is no longer the newest is refused (412)."""
    follow_up = queries.follow_up_for(request.user, follow_up_id)
    given = changes_in(payload, "remind_at")
    if owner_id := given.pop("owner_id", None):
        given["owner"] = _colleague(request, owner_id)
    expected = wanted_version(request, follow_up.version)
    changed = actions.revise_follow_up(follow_up, actor=request.user, expected_version=expected, **given)
    return _answer(request, response, changed)


def _answer(request: HttpRequest, response: HttpResponse, follow_up: FollowUp) -> dict[str, Any]:
    with_version(response, follow_up.version)
    return follow_up_shape(request)(follow_up)


def follow_up_shape(request: HttpRequest) -> Callable[[FollowUp], dict[str, Any]]:
    """The shape of many; what the caller may see of own fields is asked once."""
    visible = [one.key for one in definitions(KIND) if may_see(request.user, one)]
    plain = [name for name in FollowUpOut.model_fields if name not in ("custom", "url")]

    def shaped(follow_up: FollowUp) -> dict[str, Any]:
        return {name: getattr(follow_up, name) for name in plain} | {
            "custom": {key: follow_up.custom[key] for key in visible if key in follow_up.custom},
            "url": request.build_absolute_uri(record_kinds[KIND].url(follow_up)),
        }

    return shaped


def _colleague(request: HttpRequest, user_id: UUID) -> Any:
    found = identity.colleagues(request.user).filter(pk=user_id).first()
    if found is None:
        raise ValidationError({"owner_id": _("There is no such colleague.")})
    return found


def _whose(contact_id: UUID | None, company_id: UUID | None) -> dict[str, UUID]:
    asked = {"contact_id": contact_id, "company_id": company_id}
    return {name: value for name, value in asked.items() if value}


def _customer(request: HttpRequest, contact_id: UUID | None, company_id: UUID | None) -> Any:
    if contact_id:
        return customers.contact_for(request.user, contact_id)
    if company_id:
        return customers.company_for(request.user, company_id)
    raise ValidationError({"contact_id": _("Say which contact or company this is about.")})


def _timeline(request: HttpRequest, customer: Any, asked: TimelineQuery) -> HttpResponse:
    page = queries.timeline(
        request.user,
        customer,
        only=asked.wanted(),
        cursor=asked.cursor,
        limit=asked.limit,
        columns=tuple(InteractionOut.model_fields),
    )
    return ready({"items": page.items, "next": page.next or None})
