"""Handing out what people attached. Whatever it is, it never runs as part of our pages."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _

from bandhu.platform.file_types import content_disposition, may_be_shown
from bandhu.platform.files import open_file
from bandhu.platform.models import StoredFile

# Nothing may load, run, submit or navigate, even where a browser shows the file by itself.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"


def file_answer(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The bytes as an attachment; `inline` where the type is harmless, such as a picture.

    Raises Http404 when the data folder has lost them.
    """
    try:
        content = open_file(stored)
    except FileNotFoundError:
        raise Http404(_("The content of this file is gone from the data folder.")) from None
    response = FileResponse(
        content,
        as_attachment=not (inline and content_disposition(stored.media_type) == "inline"),
        filename=stored.name,
        content_type=stored.media_type if may_be_shown(stored.media_type) else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def made_answer(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    """What was made at this moment (a paper, an electronic invoice) under a name of ASCII; no cache keeps it."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def described(media_type: str, description: str) -> dict[str, Any]:
    """The `openapi_extra=` of an operation that answers with such bytes."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": description, "content": content}}}
