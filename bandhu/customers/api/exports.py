"""REST: exports, made in the background: ask for one, watch it, fetch it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from bandhu.customers import queries
from bandhu.customers.actions.exports import queue_export
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.file_answers import described, file_answer
from bandhu.platform.list_pages import view_of
from bandhu.platform.rest import Given, PageOf, PagingQuery, answers, page_of

router = Router(tags=["exports"])
PERMISSION = "customers.export_contacts"
Word = Annotated[str, Field(max_length=200)]
_DOWNLOAD = described("*/*", "The file")


class ExportIn(Given):
    """Which records, and how. `view_id` names a saved view; `filter`, `columns` and `sort` are as in views and go before it.
    `extent`: "whole" is every field (of contacts and companies in a layout that comes in again equal); "view" the columns of
    the view. `kind` is one whose list offers the export: contact, company, lead, opportunity, quote, order, invoice."""

    kind: Word = "contact"
    format: Literal["csv", "xlsx", "jsonl", "vcf"] = "csv"
    extent: Literal["whole", "view"] = "whole"
    view_id: UUID | None = None
    filter: dict[str, Any] | None = None
    columns: list[Word] | None = Field(None, max_length=30)
    sort: Word = ""
    q: Word = ""


class ExportOut(Schema):
    """An export. `file_name` and `file_size` (bytes) are there when it is done."""

    id: UUID
    kind: str
    format: Literal["csv", "xlsx", "jsonl", "vcf"]
    state: Literal["waiting", "running", "done", "failed"]
    total_rows: int | None
    done_rows: int
    error: str
    file_name: str | None
    file_size: int | None
    created_at: datetime
    finished_at: datetime | None


def _shape(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "format": one.file_format,
        "state": one.state,
        "total_rows": one.total_rows,
        "done_rows": one.done_rows,
        "error": one.error,
        "file_name": one.file.name if one.file else None,
        "file_size": one.file.size if one.file else None,
        "created_at": one.created_at,
        "finished_at": one.finished_at,
    }


@router.get("/exports", response=answers(PageOf[ExportOut]))
def list_exports(request: HttpRequest, paging: PagingQuery) -> Any:
    """One's own, newest first."""
    require_anywhere(request.user, PERMISSION)
    return page_of(queries.exports(request.user), ["-id"], paging, _shape)


@router.post("/exports", response=answers(ExportOut, 202))
def ask_for_export(request: HttpRequest, payload: ExportIn) -> Any:
    """Make a file of what you may see, in the background. Every export is written into the audit trail."""
    require_anywhere(request.user, PERMISSION)
    made = queue_export(
        actor=request.user,
        kind=payload.kind,
        file_format=payload.format,
        definition=_definition(request, payload),
        text=payload.q,
    )
    return Status(202, _shape(made))


def _definition(request: HttpRequest, payload: ExportIn) -> dict[str, Any]:
    definition: dict[str, Any] = {}
    if payload.view_id:
        view = view_of(request.user, payload.kind, str(payload.view_id))
        if view is None:
            raise ValidationError({"view_id": _("There is no such view.")})
        definition |= view.definition
    given = {"filter": payload.filter, "columns": payload.columns, "sort": payload.sort}
    definition |= {name: value for name, value in given.items() if value}
    return {**definition, "whole": payload.extent == "whole"}


@router.get("/exports/{export_id}", response=answers(ExportOut))
def get_export(request: HttpRequest, export_id: UUID) -> Any:
    """One of your exports, with its progress."""
    return _shape(queries.export_for(request.user, export_id))


@router.get("/exports/{export_id}/file", response=answers(None), openapi_extra=_DOWNLOAD)
def get_export_file(request: HttpRequest, export_id: UUID) -> Any:
    """The file, once the state is done (409 before)."""
    one = queries.export_for(request.user, export_id)
    if one.file is None:
        raise HttpError(409, "The export is not done.")
    return file_answer(one.file)
