"""REST: companies."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from bandhu.customers import actions, queries
from bandhu.customers.api.operations import answer_by_id, answer_page, answer_record, mount
from bandhu.customers.api.schemas import CompanyIn, CompanyOut, CompanyPatch
from bandhu.customers.api.shapes import arguments
from bandhu.platform.rest import ListIn, PageOf, answers, wanted_version

router = Router()


@router.get("/companies", response=answers(PageOf[CompanyOut]), tags=["companies"])
def list_companies(request: HttpRequest, asked: ListIn) -> Any:
    """By name, or as `sort` says. `q` finds part of a name in any script, phone digits, mails; best first, with the reason."""
    return answer_page(request, "company", asked)


@router.post("/companies", response=answers(CompanyOut, 201), tags=["companies"])
def create_company(request: HttpRequest, response: HttpResponse, payload: CompanyIn) -> Any:
    """A new company."""
    made = actions.create_company(actor=request.user, **arguments(payload))
    return Status(201, answer_record(request, response, "company", made))


@router.get("/companies/{company_id}", response=answers(CompanyOut), tags=["companies"])
def get_company(request: HttpRequest, company_id: UUID) -> Any:
    """One company; its version is the ETag."""
    return answer_by_id(request, "company", company_id)


@router.patch("/companies/{company_id}", response=answers(CompanyOut), tags=["companies"])
def change_company(
    request: HttpRequest, response: HttpResponse, company_id: UUID, payload: CompanyPatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.company_for(request.user, company_id)
    version = wanted_version(request, found.version)
    actions.change_company(found, actor=request.user, version=version, **arguments(payload))
    return answer_record(request, response, "company", queries.company_for(request.user, company_id))


@router.delete("/companies/{company_id}", response=answers(None, 204), tags=["companies"])
def delete_company(request: HttpRequest, company_id: UUID) -> Any:
    """Into the bin; with If-Match, only the version that was read."""
    found = queries.company_for(request.user, company_id)
    actions.delete_company(found, actor=request.user, version=wanted_version(request, found.version))
    return Status(204, None)


@router.post("/companies/{company_id}/restoration", response=answers(CompanyOut), tags=["companies"])
def restore_company(request: HttpRequest, response: HttpResponse, company_id: UUID) -> Any:
    """Back from the bin."""
    found = queries.company_for(request.user, company_id, deleted=True)
    actions.restore_company(found, actor=request.user, version=wanted_version(request, found.version))
    return answer_record(request, response, "company", queries.company_for(request.user, company_id))


mount(router, "company", "companies", queries.company_for, CompanyOut)
