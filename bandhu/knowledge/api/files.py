"""REST: the files of an article, and articles as Markdown."""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require, require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.api.articles import VIEW
from bandhu.knowledge.folder_pictures import FolderPictures
from bandhu.knowledge.markdown_files import read_folder, write_folder
from bandhu.platform.file_answers import described, file_answer
from bandhu.platform.rest import PageOf, answers, check_version

router = Router(tags=["articles"])
WRITE = "knowledge.write_article"
_FILES = "/articles/{article_id}/attachments"
_BYTES = described("*/*", "The bytes, never to be shown inline")
_ZIP = described("application/zip", "One Markdown file for each article and language, pictures beside them")
Sent = Annotated[UploadedFile | None, File()]


class ArticleFileOut(Schema):
    """A file readers of the article can download. `media_type` was read from its bytes; `size` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    created_by_id: UUID | None


class RefusedFileOut(Schema):
    """A file that was left out, and why in the caller's language."""

    path: str
    why: str


class ArticlesTakenInOut(Schema):
    """`created` are the ids of new articles, drafts all; `changed` counts texts written into articles that were there."""

    created: list[UUID]
    changed: int
    refused: list[RefusedFileOut]


@router.get("/articles/markdown", response=answers(None), openapi_extra=_ZIP)
def export_articles(request: HttpRequest) -> Any:
    """Every article in reach, in every language as it is written now, as a ZIP of Markdown files."""
    require_anywhere(request.user, VIEW)
    return _zipped(queries.articles(request.user), "articles.zip")


@router.post("/articles/markdown", response=answers(ArticlesTakenInOut))
def import_articles(request: HttpRequest, file: Sent = None) -> Any:
    """Take in a ZIP of Markdown files (multipart/form-data, part `file`; at most 250 MB, 12 MB with an Idempotency-Key). Everything becomes
    a draft: nothing is published. A file that cannot be taken is named, the others are kept."""
    require_anywhere(request.user, WRITE)
    if file is None:
        raise ValidationError({"file": _("Choose a file.")}, code="required")
    whole: Any = file
    found = actions.take_in_articles(
        actor=request.user, files=read_folder(whole), picture_at=FolderPictures(whole)
    )
    return {
        "created": [one.pk for one in found.created],
        "changed": found.changed,
        "refused": [{"path": path, "why": why} for path, why in found.refused],
    }


@router.get("/articles/{article_id}/markdown", response=answers(None), openapi_extra=_ZIP)
def export_article(request: HttpRequest, article_id: UUID) -> Any:
    """One article in every language, with its pictures, as a ZIP that `POST /articles/markdown` takes again."""
    found = queries.article_for(request.user, article_id)
    return _zipped(queries.articles(request.user).filter(pk=found.pk), f"article-{found.number}.zip")


@router.get(_FILES, response=answers(PageOf[ArticleFileOut]))
def list_article_attachments(request: HttpRequest, article_id: UUID) -> Any:
    """Newest first."""
    found = queries.article_for(request.user, article_id)
    return {"items": queries.article_files(request.user, found), "next": None}


@router.post(_FILES, response=answers(ArticleFileOut, 201))
def add_article_attachment(request: HttpRequest, article_id: UUID, file: Sent = None) -> Any:
    """Send it as multipart/form-data, in the part `file`; at most 25 MB (12 MB with an Idempotency-Key). What a camera wrote into a picture
    goes. With If-Match, a version of the article that is no longer the newest is refused (412)."""
    found = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    if file is None:
        require(request.user, WRITE, found)
        raise ValidationError({"file": _("Choose a file first.")}, code="required")
    kept = actions.attach_to_article(found, actor=request.user, name=file.name or "", content=file.chunks())
    return Status(201, kept)


@router.get(f"{_FILES}/{{file_id}}", response=answers(None), openapi_extra=_BYTES)
def get_article_attachment(request: HttpRequest, article_id: UUID, file_id: UUID) -> Any:
    """The bytes, of a picture in its text too. Always as an attachment, never as a page."""
    found = queries.article_for(request.user, article_id)
    return file_answer(queries.article_file(request.user, found, file_id))


@router.delete(f"{_FILES}/{{file_id}}", response=answers(None, 204))
def remove_article_attachment(request: HttpRequest, article_id: UUID, file_id: UUID) -> Any:
    """Throw it away; readers do not find it any more. Pictures go with the text they stand in."""
    found = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    for stored in queries.article_files(request.user, found):
        if stored.pk == file_id:
            actions.remove_from_article(found, actor=request.user, stored=stored)
            return Status(204, None)
    raise OutOfReach


def _zipped(articles: Any, name: str) -> FileResponse:
    # The response closes it, and with that it is gone.
    whole = tempfile.TemporaryFile()  # noqa: SIM115
    write_folder(articles, whole)
    whole.seek(0)
    response = FileResponse(whole, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
