"""REST: who has a say in an opportunity, who else wants it, and which sellers share it.

Each of them counts up the opportunity's version, which every answer names in its ETag.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.customers import queries as customers
from bandhu.identity.results import OutOfReach
from bandhu.platform.rest import Given, PageOf, answers, wanted_version, with_version
from bandhu.sales import actions, queries
from bandhu.sales.models import Influence, Opportunity, Stakeholder

router = Router(tags=["opportunities"])
_OF = "/opportunities/{opportunity_id}"
MOST_SELLERS = 50


class StakeholderOut(Schema):
    """A contact with a part in the decision: decides, influences, supports, uses, buys or blocks."""

    id: UUID
    contact_id: UUID
    name: str
    role: str
    note: str


class StakeholderIn(Given):
    """Naming a contact in a part it plays already changes only the note."""

    contact_id: UUID
    role: Influence
    note: str = Field("", max_length=300)


class StakeholderPatch(Given):
    """What is sent is changed."""

    role: Influence | None = None
    note: str | None = Field(None, max_length=300)


class CompetitorOut(Schema):
    """Somebody else who wants this sale."""

    id: UUID
    name: str
    note: str


class CompetitorIn(Given):
    """Naming one that is there already changes only the note."""

    name: str = Field(max_length=200)
    note: str = Field("", max_length=300)


class SplitIO(Given):
    """A seller's part of the sale."""

    user_id: UUID
    percent: Decimal = Field(gt=0, le=100, decimal_places=2)


class SplitsIO(Given):
    """All parts. They sum to exactly 100, or there are none: then the sale is its owner's alone."""

    splits: list[SplitIO] = Field(max_length=MOST_SELLERS)


@router.get(f"{_OF}/stakeholders", response=answers(PageOf[StakeholderOut]))
def list_stakeholders(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Any:
    """Who has a say; contacts out of your reach are left out."""
    found = _read(request, response, opportunity_id)
    return {
        "items": [_stakeholder(one) for one in queries.stakeholders_of(request.user, found)],
        "next": None,
    }


@router.post(f"{_OF}/stakeholders", response=answers(StakeholderOut, 201))
def add_stakeholder(
    request: HttpRequest, response: HttpResponse, opportunity_id: UUID, payload: StakeholderIn
) -> Any:
    """Somebody in your reach who has a say."""
    user, found = request.user, queries.opportunity_for(request.user, opportunity_id)
    made = actions.add_stakeholder(
        found,
        actor=user,
        contact=customers.contact_for(user, payload.contact_id),
        role=payload.role.value,
        note=payload.note,
        version=wanted_version(request, found.version),
    )
    _read(request, response, opportunity_id)
    return Status(201, _stakeholder(made))


@router.patch(f"{_OF}/stakeholders/{{stakeholder_id}}", response=answers(StakeholderOut))
def change_stakeholder(
    request: HttpRequest,
    response: HttpResponse,
    opportunity_id: UUID,
    stakeholder_id: UUID,
    payload: StakeholderPatch,
) -> Any:
    """Another part in the decision, another note."""
    found = queries.opportunity_for(request.user, opportunity_id)
    changed = actions.change_stakeholder(
        found,
        actor=request.user,
        stakeholder_id=_seen_part(queries.stakeholders_of(request.user, found), stakeholder_id),
        role=payload.role.value if payload.role else None,
        note=payload.note,
        version=wanted_version(request, found.version),
    )
    _read(request, response, opportunity_id)
    return _stakeholder(changed)


@router.delete(f"{_OF}/stakeholders/{{stakeholder_id}}", response=answers(None, 204))
def remove_stakeholder(request: HttpRequest, opportunity_id: UUID, stakeholder_id: UUID) -> Any:
    """Take somebody off; the contact stays."""
    found = queries.opportunity_for(request.user, opportunity_id)
    part = _seen_part(queries.stakeholders_of(request.user, found), stakeholder_id)
    version = wanted_version(request, found.version)
    actions.remove_stakeholder(found, actor=request.user, stakeholder_id=part, version=version)
    return Status(204, None)


@router.get(f"{_OF}/competitors", response=answers(PageOf[CompetitorOut]))
def list_competitors(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Any:
    """Who else wants it, by name."""
    return {"items": queries.competitors_of(_read(request, response, opportunity_id)), "next": None}


@router.post(f"{_OF}/competitors", response=answers(CompetitorOut, 201))
def add_competitor(
    request: HttpRequest, response: HttpResponse, opportunity_id: UUID, payload: CompetitorIn
) -> Any:
    """Somebody else who wants it."""
    found = queries.opportunity_for(request.user, opportunity_id)
    version = wanted_version(request, found.version)
    made = actions.add_competitor(found, actor=request.user, version=version, **payload.dict())
    _read(request, response, opportunity_id)
    return Status(201, made)


@router.delete(f"{_OF}/competitors/{{competitor_id}}", response=answers(None, 204))
def remove_competitor(request: HttpRequest, opportunity_id: UUID, competitor_id: UUID) -> Any:
    """Take one off."""
    found = queries.opportunity_for(request.user, opportunity_id)
    part = _seen_part(queries.competitors_of(found), competitor_id)
    version = wanted_version(request, found.version)
    actions.remove_competitor(found, actor=request.user, competitor_id=part, version=version)
    return Status(204, None)


@router.get(f"{_OF}/splits", response=answers(SplitsIO))
def get_splits(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Any:
    """Which sellers share it, the largest part first; none where it is its owner's alone."""
    return _splits(_read(request, response, opportunity_id))


@router.put(f"{_OF}/splits", response=answers(SplitsIO))
def set_splits(request: HttpRequest, response: HttpResponse, opportunity_id: UUID, payload: SplitsIO) -> Any:
    """Put these parts in the place of those there are. What does not sum to 100, or names a seller twice, is refused (422)."""
    found = queries.opportunity_for(request.user, opportunity_id)
    actions.set_splits(
        found,
        actor=request.user,
        shares=[(one.user_id, one.percent) for one in payload.splits],
        version=wanted_version(request, found.version),
    )
    return _splits(_read(request, response, opportunity_id))


def _read(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Opportunity:
    found = queries.opportunity_for(request.user, opportunity_id)
    with_version(response, found.version)
    return found


def _seen_part(parts: list[Any], part_id: UUID) -> UUID:
    """Raises OutOfReach (404) for one that is not among those the caller sees."""
    if part_id not in {one.pk for one in parts}:
        raise OutOfReach
    return part_id


def _stakeholder(one: Stakeholder) -> dict[str, Any]:
    shown = {name: getattr(one, name) for name in ("id", "contact_id", "role", "note")}
    return shown | {"name": str(one.contact)}


def _splits(record: Opportunity) -> dict[str, Any]:
    return {"splits": [{"user_id": one.user_id, "percent": one.percent} for one in queries.splits_of(record)]}
