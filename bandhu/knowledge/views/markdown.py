"""Articles as a folder of Markdown files and their pictures, out and in."""

from __future__ import annotations

import tempfile

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.folder_pictures import FolderPictures
from bandhu.knowledge.forms import ImportForm
from bandhu.knowledge.markdown_files import read_folder, write_folder


@require_safe
def export(request: HttpRequest) -> FileResponse:
    require_anywhere(request.user, "knowledge.view_article")
    # The response closes it, and with that it is gone.
    whole = tempfile.TemporaryFile()  # noqa: SIM115
    write_folder(queries.articles(request.user), whole)
    whole.seek(0)
    name = f"articles-{timezone.localdate():%Y-%m-%d}.zip"
    response = FileResponse(whole, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def bringing_in(request: HttpRequest) -> HttpResponse:
    """GET explains, POST reads the ZIP: everything becomes a draft, nothing is published."""
    require_anywhere(request.user, "knowledge.write_article")
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    result = None
    if request.method == "POST":
        try:
            sent = request.FILES.get("file")
            if sent is None:
                raise ValidationError({"file": _("Choose a file.")}, code="required")
            files = read_folder(sent)
            result = actions.take_in_articles(
                actor=request.user, files=files, picture_at=FolderPictures(sent)
            )
        except ValidationError as problem:
            form.take_errors(problem)
    return render(
        request,
        "knowledge/articles/import.html",
        {"form": form, "result": result},
        status=422 if form.errors else 200,
    )
