"""REST: setting up letters, the house's own and the ready-made ones. The ETag stands for what an answer shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.channels import actions, queries
from bandhu.channels.models import MailTemplate
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import Given, PageOf, YesNo, answers, changes_in, held_as_read, stamped

router = Router(tags=["mail"])
MANAGE = "channels.manage_templates"
_ONE = "/letters/{letter_id}"
Texts = dict[str, dict[str, str]]


class LetterOut(Schema):
    """`texts` are {language: {subject, body}} with merge fields, as the house wrote them. A ready-made one has a `key`, and speaks its other
    languages as it was delivered; `is_automatic` ones go out by themselves while they are in use."""

    id: UUID
    key: str
    name: str
    purpose: str
    texts: Texts
    is_active: bool
    is_automatic: bool

    @staticmethod
    def resolve_name(letter: MailTemplate) -> str:
        return str(letter)


class LetterIn(Given):
    """`purpose` is what the customer must have agreed to ("service" asks for nothing)."""

    name: str = Field(min_length=1, max_length=120)
    texts: Texts = Field(max_length=50)
    purpose: str = Field("service", max_length=40)
    is_active: YesNo = True


class LetterPatch(Given):
    """What is not sent stays; `texts` are all of them."""

    name: str | None = Field(None, min_length=1, max_length=120)
    texts: Texts | None = Field(None, max_length=50)
    purpose: str | None = Field(None, max_length=40)
    is_active: YesNo | None = None


@router.get("/letters", response=answers(PageOf[LetterOut]))
def list_letters(request: HttpRequest) -> Any:
    """All of them, those out of use too."""
    require_anywhere(request.user, MANAGE)
    return {"items": list(queries.all_templates(request.user)[:1_000]), "next": None}


@router.post("/letters", response=answers(LetterOut, 201))
def create_letter(request: HttpRequest, response: HttpResponse, payload: LetterIn) -> Any:
    """A new one. 422 names an unknown merge field."""
    made = actions.set_template(None, actor=request.user, **payload.dict())
    return Status(201, stamped(response, LetterOut, made))


@router.get(_ONE, response=answers(LetterOut))
def get_letter(request: HttpRequest, response: HttpResponse, letter_id: UUID) -> Any:
    """One letter."""
    require_anywhere(request.user, MANAGE)
    return stamped(response, LetterOut, queries.template_for(request.user, letter_id))


@router.patch(_ONE, response=answers(LetterOut))
def change_letter(request: HttpRequest, response: HttpResponse, letter_id: UUID, payload: LetterPatch) -> Any:
    """Change what is sent."""
    require_anywhere(request.user, MANAGE)
    found = queries.template_for(request.user, letter_id)
    with held_as_read(request, LetterOut, found):
        whole = {
            "name": str(found),
            "texts": found.texts,
            "purpose": found.purpose,
            "is_active": found.is_active,
        }
        changed = actions.set_template(found, actor=request.user, **whole | changes_in(payload))
    return stamped(response, LetterOut, changed)
