"""REST: how the help centre looks, and who may use the portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from bandhu.customers.queries import contact_for
from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.brand import Brand
from bandhu.platform.public_url import absolute
from bandhu.platform.rest import Given, YesNo, answers, changes_in, check_version, fingerprint, stamped

router = Router(tags=["articles"])
MANAGE = "knowledge.manage_help_centre"


class HelpCentreOut(Schema):
    """`names` and `welcomes` by language; of `languages` the first is that of visitors whose browser asks for none of them. `booking` is the
    last part of the booking page for everybody; `by_meaning`: the search also goes by what words mean."""

    is_open: bool
    names: dict[str, str]
    welcomes: dict[str, str]
    colour: str
    languages: list[str]
    imprint: str
    privacy: str
    booking: str
    by_meaning: bool
    address: str

    @staticmethod
    def resolve_address(_brand: Brand) -> str:
        return absolute(reverse("knowledge:help"))


class HelpCentrePatch(Given):
    """What is not sent stays. The logo is set on its page."""

    is_open: YesNo | None = None
    names: dict[str, str] | None = None
    welcomes: dict[str, str] | None = None
    colour: str | None = Field(None, max_length=7)
    languages: list[str] | None = Field(None, max_length=50)
    imprint: str | None = Field(None, max_length=300)
    privacy: str | None = Field(None, max_length=300)
    booking: str | None = Field(None, max_length=300)
    by_meaning: YesNo | None = None


class PortalAccessOut(Schema):
    """Whether a customer was shut out of the portal, and when they used it last (null: never)."""

    is_blocked: bool
    last_seen_at: datetime | None


class PortalAccessIn(Given):
    """Shutting out ends every session and link."""

    is_blocked: YesNo


@router.get("/help-centre", response=answers(HelpCentreOut))
def get_help_centre(request: HttpRequest, response: HttpResponse) -> Any:
    """How it looks."""
    require_anywhere(request.user, MANAGE)
    return stamped(response, HelpCentreOut, queries.help_centre())


@router.patch("/help-centre", response=answers(HelpCentreOut))
def change_help_centre(request: HttpRequest, response: HttpResponse, payload: HelpCentrePatch) -> Any:
    """Change what is sent."""
    require_anywhere(request.user, MANAGE)
    check_version(request, fingerprint(HelpCentreOut, queries.help_centre()))
    return stamped(
        response, HelpCentreOut, actions.change_help_centre(actor=request.user, **changes_in(payload))
    )


@router.get("/contacts/{contact_id}/portal-access", response=answers(PortalAccessOut))
def get_portal_access(request: HttpRequest, contact_id: UUID) -> Any:
    """Of one customer."""
    return _access(request, contact_for(request.user, contact_id).pk)


@router.put("/contacts/{contact_id}/portal-access", response=answers(PortalAccessOut))
def set_portal_access(request: HttpRequest, contact_id: UUID, payload: PortalAccessIn) -> Any:
    """Shut a customer out, or let them in again."""
    contact = contact_for(request.user, contact_id)
    require_anywhere(request.user, "knowledge.manage_portal")
    account = queries.accounts_of_contact(request.user, contact.pk).first() or actions.account_of(contact)
    actions.block_account(actor=request.user, account=account, is_blocked=payload.is_blocked)
    return _access(request, contact.pk)


def _access(request: HttpRequest, contact_id: UUID) -> dict[str, Any]:
    found = queries.accounts_of_contact(request.user, contact_id).first()
    return {
        "is_blocked": bool(found and found.is_blocked),
        "last_seen_at": found.last_seen_at if found else None,
    }
