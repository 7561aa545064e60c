"""REST: how quotes look. For those who keep the templates; whoever writes a quote names one by its id."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    Given,
    PageOf,
    PagingQuery,
    Whole,
    YesNo,
    answers,
    changes_in,
    check_version,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.quotes import actions, queries
from bandhu.quotes.models import QuoteTemplate

router = Router(tags=["quotes"])
MANAGE = "quotes.manage_templates"
_ONE = "/quote-templates/{template_id}"
Sent = Annotated[UploadedFile | None, File()]


class QuoteTemplateOut(Schema):
    """Texts are {language: text}, with the merge fields of the template page. `sender` is the head of the page, `valid_days` 1 to 365."""

    id: UUID
    version: int
    name: str
    is_default: bool
    is_active: bool
    colour: str
    has_logo: bool
    sender: str
    valid_days: int
    titles: dict[str, str]
    introductions: dict[str, str]
    terms: dict[str, str]
    footers: dict[str, str]


class QuoteTemplatePatch(Given):
    """What is sent is changed; the texts of all languages at once. `is_default` true takes it from the one that had it; one always has it."""

    name: str | None = Field(None, max_length=120)
    is_default: YesNo | None = None
    is_active: YesNo | None = None
    colour: str | None = Field(None, max_length=7)
    sender: str | None = Field(None, max_length=1_000)
    valid_days: Whole | None = Field(None, ge=1, le=365)
    titles: dict[str, str] | None = None
    introductions: dict[str, str] | None = None
    terms: dict[str, str] | None = None
    footers: dict[str, str] | None = None


class QuoteTemplateIn(QuoteTemplatePatch):
    """A name is enough."""

    name: str = Field(max_length=120)


@router.get("/quote-templates", response=answers(PageOf[QuoteTemplateOut]))
def list_quote_templates(request: HttpRequest, paging: PagingQuery) -> Any:
    """By name, those out of use too."""
    return page_of(queries.templates(request.user), ["name", "id"], paging, _template)


@router.post("/quote-templates", response=answers(QuoteTemplateOut, 201))
def create_quote_template(request: HttpRequest, response: HttpResponse, payload: QuoteTemplateIn) -> Any:
    """A new one."""
    made = actions.set_template(None, actor=request.user, **changes_in(payload))
    return Status(201, _answer(response, made))


@router.get(_ONE, response=answers(QuoteTemplateOut))
def get_quote_template(request: HttpRequest, response: HttpResponse, template_id: UUID) -> Any:
    """One; its version is the ETag."""
    return _answer(response, queries.template_for(request.user, template_id))


@router.patch(_ONE, response=answers(QuoteTemplateOut))
def change_quote_template(
    request: HttpRequest, response: HttpResponse, template_id: UUID, payload: QuoteTemplatePatch
) -> Any:
    """Change what is sent; `is_active` false retires it. Quotes that were sent keep how they looked."""
    found = queries.template_for(request.user, template_id)
    version = wanted_version(request, found.version)
    return _answer(
        response, actions.set_template(found, actor=request.user, version=version, **changes_in(payload))
    )


@router.post(f"{_ONE}/logo", response=answers(QuoteTemplateOut))
def set_quote_logo(request: HttpRequest, response: HttpResponse, template_id: UUID, file: Sent = None) -> Any:
    """A PNG or JPEG of at most 500 kB, as multipart/form-data in the part `file`."""
    require_anywhere(request.user, MANAGE)
    found = queries.template_for(request.user, template_id)
    check_version(request, found.version)
    if file is None:
        raise ValidationError({"file": _("Choose a file first.")})
    changed = actions.set_logo(found, actor=request.user, name=file.name or "logo", content=file.chunks())
    return _answer(response, changed)


@router.delete(f"{_ONE}/logo", response=answers(None, 204))
def remove_quote_logo(request: HttpRequest, template_id: UUID) -> Any:
    """Without a logo again."""
    found = queries.template_for(request.user, template_id)
    check_version(request, found.version)
    actions.remove_logo(found, actor=request.user)
    return Status(204, None)


def _answer(response: HttpResponse, one: QuoteTemplate) -> dict[str, Any]:
    with_version(response, one.version)
    return _template(one)


def _template(one: QuoteTemplate) -> dict[str, Any]:
    plain = [name for name in QuoteTemplateOut.model_fields if name != "has_logo"]
    return {name: getattr(one, name) for name in plain} | {"has_logo": one.logo_id is not None}
