"""REST: what customers allow."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.customers.queries import contact_for
from bandhu.platform.rest import Given, Moment, PageOf, PagingQuery, answers, page_of
from bandhu.privacy import actions, queries
from bandhu.privacy.models import Consent

router = Router()


class PurposeOut(Schema):
    """What data is used for."""

    key: str
    label: str
    requires_consent: bool


class ConsentOut(Schema):
    """What a contact says now; `channel` "" means every channel."""

    id: UUID
    contact_id: UUID
    purpose: str
    channel: str
    state: str
    changed_at: datetime


class ConsentIn(Given):
    """One act: given or withdrawn. It is kept as proof for good."""

    contact_id: UUID
    purpose: str = Field(max_length=40)
    state: Consent.State
    method: str = Field(max_length=40)
    channel: str = Field("", max_length=20)
    wording: str = ""
    language: str = Field("", max_length=12)
    note: str = Field("", max_length=300)
    at: Moment | None = None


class PermissionOut(Schema):
    """Whether the contact may be reached, and why not."""

    allowed: bool
    reason: str = ""


@router.get("/purposes", response=answers(PageOf[PurposeOut]), tags=["consents"])
def list_purposes(request: HttpRequest) -> Any:
    """Every purpose in its order."""
    items = [
        {"key": one.key, "label": queries.label_of_purpose(one), "requires_consent": one.requires_consent}
        for one in queries.purposes(request.user)
    ]
    return {"items": items, "next": None}


@router.get("/consents", response=answers(PageOf[ConsentOut]), tags=["consents"])
def list_consents(request: HttpRequest, paging: PagingQuery, contact_id: UUID | None = None) -> Any:
    """What contacts in reach say now, the newest first; of one contact with contact_id."""
    rows = queries.consents(request.user)
    if contact_id:
        rows = rows.filter(contact=contact_for(request.user, contact_id))
    return page_of(rows, ["-changed_at"], paging, _shape)


@router.post("/consents", response=answers(ConsentOut, 201), tags=["consents"])
def record_consent(request: HttpRequest, payload: ConsentIn) -> Any:
    """Write down that consent was given or withdrawn."""
    contact = contact_for(request.user, payload.contact_id)
    purpose = queries.purpose_for(request.user, payload.purpose)
    common: dict[str, Any] = {
        "purpose": purpose, "channel": payload.channel, "method": payload.method, "note": payload.note, "at": payload.at,
    }  # fmt: skip
    if payload.state == Consent.State.GIVEN:
        made = actions.give_consent(
            contact, actor=request.user, wording=payload.wording, language=payload.language, **common
        )
    else:
        made = actions.withdraw_consent(contact, actor=request.user, **common)
    return Status(201, _shape(made))


@router.get(
    "/contacts/{contact_id}/permissions/{purpose}", response=answers(PermissionOut), tags=["consents"]
)
def may_contact(request: HttpRequest, contact_id: UUID, purpose: str, channel: str = "") -> Any:
    """Whether the contact may be reached for this purpose on this channel: ask before every sending."""
    verdict = queries.may_contact(contact_for(request.user, contact_id), purpose, channel)
    return {"allowed": bool(verdict), "reason": getattr(verdict, "reason", "")}


def _shape(consent: Consent) -> dict[str, Any]:
    return {
        "id": consent.pk,
        "contact_id": consent.contact_id,
        "purpose": consent.purpose.key,
        "channel": consent.channel,
        "state": consent.state,
        "changed_at": consent.changed_at,
    }
