"""REST: the files of contacts and companies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from bandhu.customers import actions
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.platform.file_answers import described, file_answer
from bandhu.platform.files import files_of
from bandhu.platform.models import StoredFile
from bandhu.platform.queries import file_for
from bandhu.platform.rest import PageOf, answers, check_version

Sent = Annotated[UploadedFile | None, File()]
_DOWNLOAD = described("*/*", "The bytes, never to be shown inline")


class AttachmentOut(Schema):
    """A file of a record. `media_type` was read from its bytes, whatever its name or sender said; `size` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    created_by_id: UUID | None


def mount_attachments(router: Router, kind: str, plural: str, find: Callable[..., Any]) -> None:
    """/contacts/{id}/attachments, or those of companies."""
    path, tags = f"/{plural}/{{record_id}}/attachments", [plural]
    one = path + "/{file_id}"

    @router.get(
        path, response=answers(PageOf[AttachmentOut]), tags=tags, operation_id=f"list_{kind}_attachments"
    )
    def listed(request: HttpRequest, record_id: UUID) -> Any:
        """Newest first."""
        return {"items": files_of(find(request.user, record_id).pk), "next": None}

    @router.post(path, response=answers(AttachmentOut, 201), tags=tags, operation_id=f"add_{kind}_attachment")
    def added(request: HttpRequest, record_id: UUID, file: Sent = None) -> Any:
        """Send it as multipart/form-data, in the part `file`; at most 25 MB (12 MB with an Idempotency-Key)."""
        record = find(request.user, record_id)
        check_version(request, record.version)
        if file is None:
            require(request.user, f"customers.change_{kind}", record)
            raise ValidationError({"file": _("Choose a file first.")})
        kept = actions.attach_file(record, actor=request.user, name=file.name or "", content=file.chunks())
        return Status(201, kept)

    @router.get(
        one, response=answers(None), tags=tags, operation_id=f"get_{kind}_attachment", openapi_extra=_DOWNLOAD
    )
    def content(request: HttpRequest, record_id: UUID, file_id: UUID) -> Any:
        """The bytes, of a file in an own field too. Always as an attachment, never as a page."""
        record, stored = find(request.user, record_id), file_for(request.user, file_id)
        if stored.record_id != record.pk:
            raise OutOfReach
        return file_answer(stored)

    @router.delete(one, response=answers(None, 204), tags=tags, operation_id=f"remove_{kind}_attachment")
    def removed(request: HttpRequest, record_id: UUID, file_id: UUID) -> Any:
        """Throw it away."""
        record = find(request.user, record_id)
        check_version(request, record.version)
        actions.remove_file(record, actor=request.user, stored=_file_of(record, file_id))
        return Status(204, None)


def _file_of(record: Any, file_id: UUID) -> StoredFile:
    for stored in files_of(record.pk):
        if stored.pk == file_id:
            return stored
    raise OutOfReach
