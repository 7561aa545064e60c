"""Handing out what people attached. Whatever it is, it never runs as part of our pages."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.platform import queries
from bandhu.platform.file_types import content_disposition, may_be_shown
from bandhu.platform.files import open_file

# Nothing may load, run, submit or navigate, even where a browser shows the file by itself.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"


@require_safe
def download(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file as an attachment; `?inline` shows pictures and the like in the browser."""
    stored = queries.file_for(request.user, file_id)
    inline = "inline" in request.GET and content_disposition(stored.media_type) == "inline"
    try:
        content = open_file(stored)
    except FileNotFoundError:
        raise Http404(_("The content of this file is gone from the data folder.")) from None
    response = FileResponse(
        content,
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.media_type if may_be_shown(stored.media_type) else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
