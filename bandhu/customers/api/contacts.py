"""REST: people."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from bandhu.customers import actions, queries
from bandhu.customers.api.operations import answer_by_id, answer_page, answer_record, mount
from bandhu.customers.api.schemas import ContactIn, ContactOut, ContactPatch
from bandhu.customers.api.shapes import arguments
from bandhu.platform.rest import ListIn, PageOf, answers, wanted_version

router = Router()


@router.get("/contacts", response=answers(PageOf[ContactOut]), tags=["contacts"])
def list_contacts(request: HttpRequest, asked: ListIn) -> Any:
    """By name, or as `sort` says. `q` finds part of a name in any script, phone digits, mails; best first, with the reason."""
    return answer_page(request, "contact", asked)


@router.post("/contacts", response=answers(ContactOut, 201), tags=["contacts"])
def create_contact(request: HttpRequest, response: HttpResponse, payload: ContactIn) -> Any:
    """A new contact."""
    made = actions.create_contact(actor=request.user, **arguments(payload))
    return Status(201, answer_record(request, response, "contact", made))


@router.get("/contacts/{contact_id}", response=answers(ContactOut), tags=["contacts"])
def get_contact(request: HttpRequest, contact_id: UUID) -> Any:
    """One contact; its version is the ETag."""
    return answer_by_id(request, "contact", contact_id)


@router.patch("/contacts/{contact_id}", response=answers(ContactOut), tags=["contacts"])
def change_contact(
    request: HttpRequest, response: HttpResponse, contact_id: UUID, payload: ContactPatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.contact_for(request.user, contact_id)
    version = wanted_version(request, found.version)
    actions.change_contact(found, actor=request.user, version=version, **arguments(payload))
    return answer_record(request, response, "contact", queries.contact_for(request.user, contact_id))


@router.delete("/contacts/{contact_id}", response=answers(None, 204), tags=["contacts"])
def delete_contact(request: HttpRequest, contact_id: UUID) -> Any:
    """Into the bin; with If-Match, only the version that was read."""
    found = queries.contact_for(request.user, contact_id)
    actions.delete_contact(found, actor=request.user, version=wanted_version(request, found.version))
    return Status(204, None)


@router.post("/contacts/{contact_id}/restoration", response=answers(ContactOut), tags=["contacts"])
def restore_contact(request: HttpRequest, response: HttpResponse, contact_id: UUID) -> Any:
    """Back from the bin."""
    found = queries.contact_for(request.user, contact_id, deleted=True)
    actions.restore_contact(found, actor=request.user, version=wanted_version(request, found.version))
    return answer_record(request, response, "contact", queries.contact_for(request.user, contact_id))


mount(router, "contact", "contacts", queries.contact_for, ContactOut)
