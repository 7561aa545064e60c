"""REST: the categories of articles, and what readers did not find."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.platform.rest import Given, PageOf, PagingQuery, answers, page_of, wanted_version, with_version

router = Router(tags=["articles"])


class CategoryOut(Schema):
    """`names` and `texts` by language; `key` is part of its address in the help centre."""

    id: UUID
    key: str
    names: dict[str, str]
    texts: dict[str, str]
    icon: str
    position: int
    parent_id: UUID | None
    version: int


class CategoryPatch(Given):
    """What is sent is changed."""

    names: dict[str, str] | None = None
    texts: dict[str, str] | None = None
    icon: str | None = Field(None, max_length=40)
    position: int | None = Field(None, ge=0, le=32_000)
    parent_id: UUID | None = None


class CategoryIn(CategoryPatch):
    """A name in one language at least."""

    names: dict[str, str]


class MissedSearchOut(Schema):
    """Words that found nothing, and how often."""

    term: str
    language: str
    times: int
    last_at: datetime


@router.get("/article-categories", response=answers(list[CategoryOut]))
def list_categories(request: HttpRequest) -> Any:
    """Every category, in the order of the tree."""
    require_anywhere(request.user, "knowledge.view_article")
    return [one for _depth, one in queries.categories(request.user)]


@router.post("/article-categories", response=answers(CategoryOut, 201))
def create_category(request: HttpRequest, response: HttpResponse, payload: CategoryIn) -> Any:
    """A new category."""
    made = actions.create_category(actor=request.user, **_arguments(request, payload))
    with_version(response, made.version)
    return Status(201, made)


@router.patch("/article-categories/{category_id}", response=answers(CategoryOut))
def change_category(
    request: HttpRequest, response: HttpResponse, category_id: UUID, payload: CategoryPatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.category_for(request.user, category_id)
    version = wanted_version(request, found.version)
    changed = actions.change_category(
        actor=request.user, category=found, version=version, **_arguments(request, payload)
    )
    with_version(response, changed.version)
    return changed


@router.delete("/article-categories/{category_id}", response=answers(None, 204))
def delete_category(request: HttpRequest, category_id: UUID) -> Any:
    """Remove an empty category; one in use is refused (422)."""
    found = queries.category_for(request.user, category_id)
    wanted_version(request, found.version)
    actions.delete_category(actor=request.user, category=found)
    return Status(204, None)


@router.get("/missed-searches", response=answers(PageOf[MissedSearchOut]))
def list_missed_searches(request: HttpRequest, asked: PagingQuery, language: str = "") -> Any:
    """What readers looked for and did not find, the most asked first."""
    rows = queries.missed_searches(request.user, language[:12])
    return page_of(rows, ["-times", "-last_at", "pk"], asked, lambda one: one)


def _arguments(request: HttpRequest, payload: Schema) -> dict[str, Any]:
    sent = payload.dict(exclude_unset=True)
    if "parent_id" in sent:
        wanted = sent.pop("parent_id")
        sent["parent"] = queries.category_for(request.user, wanted) if wanted else None
    return {name: value for name, value in sent.items() if value is not None or name == "parent"}
