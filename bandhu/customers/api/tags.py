"""REST: tags."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from bandhu.customers import actions, queries
from bandhu.customers.api.schemas import TagIn, TagMerge, TagOut, TagPatch
from bandhu.platform.rest import PageOf, answers, held_as_read, stamped

router = Router()


@router.get("/tags", response=answers(PageOf[TagOut]), tags=["tags"])
def list_tags(request: HttpRequest) -> Any:
    """Every tag of the house, by name."""
    return {"items": queries.tags(request.user), "next": None}


@router.post("/tags", response=answers(TagOut, 201), tags=["tags"])
def create_tag(request: HttpRequest, response: HttpResponse, payload: TagIn) -> Any:
    """A new tag."""
    made = actions.create_tag(actor=request.user, name=payload.name, tone=payload.tone)
    return Status(201, stamped(response, TagOut, made))


@router.get("/tags/{tag_id}", response=answers(TagOut), tags=["tags"])
def get_tag(request: HttpRequest, response: HttpResponse, tag_id: UUID) -> Any:
    """One tag."""
    return stamped(response, TagOut, queries.tag_for(request.user, tag_id))


@router.patch("/tags/{tag_id}", response=answers(TagOut), tags=["tags"])
def change_tag(request: HttpRequest, response: HttpResponse, tag_id: UUID, payload: TagPatch) -> Any:
    """Rename or recolour."""
    found = queries.tag_for(request.user, tag_id)
    with held_as_read(request, TagOut, found):
        changed = actions.change_tag(found, actor=request.user, name=payload.name, tone=payload.tone)
    return stamped(response, TagOut, changed)


@router.delete("/tags/{tag_id}", response=answers(None, 204), tags=["tags"])
def delete_tag(request: HttpRequest, tag_id: UUID) -> Any:
    """Take it off everybody and forget it."""
    found = queries.tag_for(request.user, tag_id)
    with held_as_read(request, TagOut, found):
        actions.delete_tag(found, actor=request.user)
    return Status(204, None)


@router.post("/tags/{tag_id}/merges", response=answers(TagOut), tags=["tags"])
def merge_tag(request: HttpRequest, tag_id: UUID, payload: TagMerge) -> Any:
    """Put the tag `into` in place of this one everywhere."""
    gone, keep = queries.tag_for(request.user, tag_id), queries.tag_for(request.user, payload.into)
    return actions.merge_tags(keep, actor=request.user, gone=[gone])
