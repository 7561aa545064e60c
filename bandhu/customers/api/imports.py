"""REST: imports, step by step as the wizard goes: upload, settle, try out, start, watch, undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from bandhu.customers import queries
from bandhu.customers.actions import imports as actions
from bandhu.customers.importing.kinds import import_kinds
from bandhu.customers.imports.foreign import foreign_formats
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.file_answers import described
from bandhu.platform.rest import Given, PageOf, PagingQuery, Whole, YesNo, answers, page_of

router = Router(tags=["imports"])
PERMISSION = "customers.import_contacts"
# A key of `importing.kinds.import_kinds`: "contacts", "companies", and what apps above bring in.
Kind = Annotated[str, Field(max_length=20)]
Word = Annotated[str, Field(max_length=200)]
Sign = Annotated[str, Field(max_length=1)]
_DOWNLOAD = described("text/csv", "A table as CSV")


class ColumnOut(Schema):
    """What one column becomes: a field of ours, "field:<key>", "custom" (a new own field), "note_line", "culture_line" or
    "skip". `confidence` from 0 to 1 is how sure a proposal is."""

    column: str
    target: str
    slot: str = ""
    label: str = ""
    holds: str = "text"
    confidence: float = 1.0


class ColumnIn(Given):
    """What a column is to become; see ColumnOut."""

    column: Word
    target: Word
    slot: Word = ""
    label: Word = ""


class ReadingIn(Given):
    """How the file is to be read. A new encoding alone finds delimiter and quotation mark anew."""

    encoding: Word | None = None
    delimiter: Sign | None = None
    quote: Sign | None = None
    skip_lines: Whole | None = Field(None, ge=0, le=100)
    sheet: Whole | None = Field(None, ge=0, le=10_000)
    has_header: YesNo | None = None
    kind: Kind | None = None


class OptionsIn(Given):
    """The choices of the wizard's Options page; what is left out stays as it is."""

    match: list[Literal["external_id", "email", "phone", "name"]] | None = Field(None, max_length=4)
    on_match: Literal["update", "skip", "create"] | None = None
    on_suspect: Literal["create", "skip", "update", "fail"] | None = None
    overwrite: YesNo | None = None
    bad_cells: Literal["fail", "note"] | None = None
    date_order: Literal["", "dmy", "mdy"] | None = None
    chosen_orders: dict[Word, Literal["dmy", "mdy"]] | None = Field(None, max_length=200)
    country: Word | None = None
    source: Word | None = None
    company_source: Word | None = None
    tags: list[Word] | None = Field(None, max_length=50)
    owner: Word | None = None
    team: Word | None = None
    own: dict[Word, Annotated[str, Field(max_length=4_000)]] | None = Field(
        None,
        max_length=20,
        description='Options of the kind alone: {"pipeline": id, "currency": code, "missing_customer": name}, {"place": id, "groups": "their group = our queue; …", "queue": id, "hand_out": "" or "yes"}, or {"assigning": "rules" or "chosen", "answering": "" or "clock"}.',
    )


class ImportPatch(Given):
    """Settle how the file is read, then what its columns mean, then the options: whichever parts are sent."""

    reading: ReadingIn | None = None
    columns: list[ColumnIn] | None = Field(None, max_length=2_000)
    options: OptionsIn | None = None


class ImportOut(Schema):
    """An import: how it is set up, how far it is, what it did. `doubts` are sentences about how the file is read;
    `preview` is what the trial found."""

    id: UUID
    kind: Kind
    state: str
    file_name: str
    file_size: int
    sha256: str
    layout: str
    reading: dict[str, Any]
    doubts: list[str]
    header: list[str]
    columns: list[ColumnOut]
    options: dict[str, Any]
    preview: dict[str, Any]
    total_rows: int | None
    done_rows: int
    created: int
    updated: int
    skipped: int
    failed: int
    warned: int
    suspects: int
    companies_created: int
    undone: int
    kept: int
    error: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RowOut(Schema):
    """A row that was put aside, or taken with a warning; `line` is where it stands in the file."""

    row: int
    line: int
    reasons: list[str]


def _shape(request: HttpRequest, run: Any) -> dict[str, Any]:
    plain = {name: getattr(run, name) for name in ImportOut.model_fields if hasattr(run, name)}
    return {**plain, "columns": run.mapping, "doubts": queries.reading_doubts(request.user, run)}


def _row(row: Any) -> dict[str, Any]:
    return {"row": row.number, "line": row.line, "reasons": queries.reasons_of(row)}


@router.get("/imports", response=answers(PageOf[ImportOut]))
def list_imports(request: HttpRequest, paging: PagingQuery) -> Any:
    """Newest first: one's own, and those of whoever is within reach."""
    require_anywhere(request.user, PERMISSION)
    return page_of(queries.imports(request.user), ["-id"], paging, lambda run: _shape(request, run))


@router.post("/imports", response=answers(ImportOut, 201))
def upload_import(
    request: HttpRequest,
    file: Annotated[UploadedFile | None, File()] = None,
    kind: Annotated[str, Form(max_length=20)] = "",
    form: Annotated[str, Form(max_length=20)] = "",
) -> Any:
    """Send CSV, XLSX or vCard as multipart/form-data in the part `file`; at most 256 MB (12 MB with an Idempotency-Key).

    `kind` is guessed when it is left out, and so is `form`: "zendesk" or "freshdesk" for an export of theirs, "mbox" for mails. Nothing comes in before the start. A file that cannot be read is refused (422).
    """
    require_anywhere(request.user, PERMISSION)
    if kind and kind not in {one.name for one in queries.kinds_offered(request.user)}:
        raise ValidationError({"kind": _("Choose one of the values offered.")})
    if form and form not in foreign_formats:
        raise ValidationError({"form": _("Choose one of the values offered.")})
    if file is None:
        raise ValidationError({"file": _("Choose a file first.")})
    run = actions.upload_import(
        actor=request.user, file_name=file.name or "file", blocks=file.chunks(), kind=kind, form=form
    )
    return Status(201, _shape(request, run))


@router.get("/imports/{import_id}", response=answers(ImportOut))
def get_import(request: HttpRequest, import_id: UUID) -> Any:
    """One import, with its progress."""
    return _shape(request, queries.import_for(request.user, import_id))


@router.patch("/imports/{import_id}", response=answers(ImportOut))
def settle_import(request: HttpRequest, import_id: UUID, payload: ImportPatch) -> Any:
    """Say how the file is read, what its columns mean, and what happens to its rows; only before the start."""
    run = queries.import_for(request.user, import_id)
    with transaction.atomic():
        return _shape(request, _settled(request, run, payload))


def _settled(request: HttpRequest, run: Any, payload: ImportPatch) -> Any:
    if payload.reading:
        changes = payload.reading.dict(exclude_none=True)
        run = actions.change_reading(run, actor=request.user, changes=changes)
    if payload.columns:
        columns = [column.dict(exclude_unset=True) for column in payload.columns]
        run = actions.map_columns(run, actor=request.user, columns=columns)
    if payload.options:
        chosen = payload.options.dict(exclude_none=True)
        own = chosen.pop("own", {})
        if unknown := set(own) - set(import_kinds[run.kind].clean):
            problem = ValidationError(_("Rows of this kind have no such option."), code="unknown")
            raise ValidationError({min(unknown): problem})
        run = actions.choose_options(run, actor=request.user, **own, **chosen)
    return run


@router.get("/imports/{import_id}/failed-rows", response=answers(PageOf[RowOut]))
def list_failed_rows(request: HttpRequest, import_id: UUID, paging: PagingQuery) -> Any:
    """The rows that were put aside, and why."""
    return page_of(queries.import_for(request.user, import_id).failed_rows.all(), ["number"], paging, _row)


@router.get("/imports/{import_id}/failed-rows/file", response=answers(None), openapi_extra=_DOWNLOAD)
def get_failed_rows_file(request: HttpRequest, import_id: UUID) -> Any:
    """The rows that were put aside with all their cells, and why: mended, the file can be sent as a new import."""
    run = queries.import_for(request.user, import_id)
    return _table("failed-rows.csv", queries.failed_file(request.user, run))


@router.get("/imports/{import_id}/warnings", response=answers(PageOf[RowOut]))
def list_import_warnings(request: HttpRequest, import_id: UUID, paging: PagingQuery) -> Any:
    """The rows that were taken with a warning, and why."""
    return page_of(queries.import_for(request.user, import_id).warned_rows.all(), ["number"], paging, _row)


def _table(name: str, blocks: Any) -> StreamingHttpResponse:
    response = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _mount_move(path: str, name: str, what: str, move: Callable[..., Any]) -> None:
    @router.post(
        f"/imports/{{import_id}}/{path}",
        response=answers(ImportOut, 202),
        operation_id=name,
        description=what,
    )
    def moved(request: HttpRequest, import_id: UUID) -> Any:
        run = queries.import_for(request.user, import_id)
        return Status(202, _shape(request, move(run, actor=request.user)))


for _move in (
    ("trial", "try_import", "Fill `preview` with what the import would do; a large file is tried out in the background (state checking).", actions.try_import),
    ("start", "start_import", "Bring the rows in, in the background.", actions.start_import),
    ("pause", "pause_import", "Stop after the rows that are being written.", actions.pause_import),
    ("continuation", "continue_import", "Go on after a pause, a stop or a failure, from where it was.", actions.resume_import),
    ("stop", "stop_import", "Stop for good; what is in stays until it is undone.", actions.cancel_import),
    ("undoing", "undo_import", "Take everything back, in the background. What was changed since is kept.", actions.undo_import),
):  # fmt: skip
    _mount_move(*_move)
