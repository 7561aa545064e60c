"""REST: forms for strangers on any website. The ETag stands for what an answer shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform.public_url import absolute
from bandhu.platform.rest import (
    Given,
    PageOf,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    renamed,
    stamped,
)
from bandhu.sales import actions, queries
from bandhu.sales.models import WebForm

router = Router(tags=["leads"])
_ONE = "/web-forms/{form_id}"
Texts = dict[str, str]


class FormFieldIO(Given):
    """What is asked for: full_name, mail, phone, company, job_title, city, title, message, or an own field of leads ("custom.<key>")."""

    name: str = Field(max_length=80)
    required: YesNo = False


class FormConsentIO(Given):
    """What the visitor may agree to: the words by language, kept as proof; with `is_required` nothing is sent without it."""

    purpose: str = Field(max_length=60)
    wordings: Texts
    is_required: YesNo = False


class WebFormOut(Schema):
    """Texts are {language: text}. `address` is the form's page, `script_address` the script for other websites; `refused` counts programs."""

    id: UUID
    name: str
    slug: str
    is_active: bool
    languages: list[str]
    source_id: UUID
    campaign: str
    team_id: UUID | None
    thanks_url: str
    asks_for: list[FormFieldIO]
    titles: Texts
    introductions: Texts
    thanks: Texts
    consents: list[FormConsentIO]
    refused: int
    address: str
    script_address: str

    @staticmethod
    def resolve_asks_for(form: WebForm) -> list[dict[str, Any]]:
        return [{"name": one["name"], "required": bool(one.get("required"))} for one in form.fields]

    @staticmethod
    def resolve_consents(form: WebForm) -> list[dict[str, Any]]:
        rows = form.consents.select_related("purpose").order_by("purpose__key")
        return [
            {"purpose": one.purpose.key, "wordings": one.wordings, "is_required": one.is_required}
            for one in rows
        ]

    @staticmethod
    def resolve_address(form: WebForm) -> str:
        return absolute(reverse("sales:web_form", args=[form.slug]))

    @staticmethod
    def resolve_script_address(form: WebForm) -> str:
        return absolute(reverse("sales:web_form_script", args=[form.slug]))


class WebFormPatch(Given):
    """What is sent is changed; lists and texts as a whole. `asks_for` holds mail or phone, so that one can answer; `team_id` null is no team."""

    name: str | None = Field(None, max_length=120)
    slug: str | None = Field(None, max_length=60)
    is_active: YesNo | None = None
    languages: list[str] | None = Field(None, max_length=20)
    source_id: UUID | None = None
    campaign: str | None = Field(None, max_length=200)
    team_id: UUID | None = None
    thanks_url: str | None = Field(None, max_length=500)
    asks_for: list[FormFieldIO] | None = Field(None, max_length=100)
    titles: Texts | None = None
    introductions: Texts | None = None
    thanks: Texts | None = None
    consents: list[FormConsentIO] | None = Field(None, max_length=50)


class WebFormIn(WebFormPatch):
    """Without `slug` its address is made of the name, without `languages` it is in English."""

    name: str = Field(max_length=120)
    source_id: UUID
    asks_for: list[FormFieldIO] = Field(max_length=100)


@router.get("/web-forms", response=answers(PageOf[WebFormOut]))
def list_web_forms(request: HttpRequest) -> Any:
    """By name, those out of use too."""
    return {"items": queries.web_forms(request.user), "next": None}


@router.post("/web-forms", response=answers(WebFormOut, 201))
def create_web_form(request: HttpRequest, response: HttpResponse, payload: WebFormIn) -> Any:
    """A new one."""
    with renamed("fields", "asks_for"):
        made = actions.set_web_form(None, actor=request.user, **_values(payload))
    return Status(201, stamped(response, WebFormOut, queries.web_form_for(request.user, made.pk)))


@router.get(_ONE, response=answers(WebFormOut))
def get_web_form(request: HttpRequest, response: HttpResponse, form_id: UUID) -> Any:
    """One form."""
    return stamped(response, WebFormOut, queries.web_form_for(request.user, form_id))


@router.patch(_ONE, response=answers(WebFormOut))
def change_web_form(
    request: HttpRequest, response: HttpResponse, form_id: UUID, payload: WebFormPatch
) -> Any:
    """Change what is sent; `is_active` false closes its page. What was agreed to keeps the words of then."""
    found = queries.web_form_for(request.user, form_id)
    with held_as_read(request, WebFormOut, found), renamed("fields", "asks_for"):
        actions.set_web_form(found, actor=request.user, **_stored(found) | _values(payload))
    return stamped(response, WebFormOut, queries.web_form_for(request.user, form_id))


def _values(payload: WebFormPatch) -> dict[str, Any]:
    """What was sent, as the action takes it."""
    sent = changes_in(payload, "team_id")
    for name, other in (("source_id", "source"), ("team_id", "team"), ("asks_for", "fields")):
        if name in sent:
            sent[other] = sent.pop(name)
    if "consents" in sent:
        if len({one["purpose"] for one in sent["consents"]}) < len(sent["consents"]):
            raise ValidationError({"consents": _("Name each of them once.")})
        sent["consents"] = {one["purpose"]: (one["wordings"], one["is_required"]) for one in sent["consents"]}
    return sent


def _stored(form: WebForm) -> dict[str, Any]:
    """What stands there, as the action takes it."""
    names = (
        "name", "slug", "is_active", "languages", "source", "campaign", "team", "thanks_url", "fields", "titles", "introductions", "thanks",
    )  # fmt: skip
    consents = form.consents.select_related("purpose")
    return {name: getattr(form, name) for name in names} | {
        "consents": {one.purpose.key: (one.wordings, one.is_required) for one in consents}
    }
