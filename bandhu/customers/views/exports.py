"""Taking a view out of the house."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.customers.actions import exports as actions
from bandhu.customers.exporting import comes_in_again
from bandhu.customers.imports.problems import SourceProblem
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.list_pages import filter_of, list_url, refused
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.ui.pages import render_page, see_other

PERMISSION = "customers.export_contacts"


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Choose format and extent; the answer is the file, or word that it is being made."""
    require_anywhere(request.user, PERMISSION)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "contact")
    kind = kind if kind in actions.exported_kinds() else "contact"
    known = record_kinds[kind]
    require_anywhere(request.user, known.view_permission)
    definition: dict[str, Any] = {name: given[name] for name in ("sort",) if given.get(name)}
    definition |= {"columns": given["columns"].split(",")} if given.get("columns") else {}
    text = given.get("q", "")
    try:
        definition["filter"] = filter_of(given.get("filter", ""))
        count, more = listing_for(request.user, kind, definition, text=text).count()
    except ValidationError as problem:
        return refused(request, known, problem)
    error = ""
    if request.method == "POST":
        try:
            return _answer(request, kind, definition, text)
        except ValidationError as problem:
            error = " ".join(problem.messages)
        except SourceProblem as problem:
            error = problem.sentence
    formats = [("csv", _("CSV")), ("xlsx", _("Excel workbook (XLSX)")), ("jsonl", _("JSON lines"))]
    context = {
        "kind": kind, "count": count, "more": more, "formats": [*formats, ("vcf", _("vCard"))] if kind == "contact" else formats,
        "hidden": [(name, given[name]) for name in ("kind", "filter", "columns", "sort", "q") if given.get(name)],
        "home": list_url(known), "plural": known.plural, "comes_in_again": comes_in_again(kind), "error": error,
    }  # fmt: skip
    return render_page(request, "customers/imports/export.html", context, status=422 if error else 200)


def _answer(request: HttpRequest, kind: str, definition: dict, text: str) -> HttpResponseBase:
    file_format = request.POST.get("format", "csv")
    whole = request.POST.get("extent") == "whole"
    chosen = {**definition, "whole": True} if whole else definition
    if actions.is_large(request.user, kind, definition, text):
        actions.queue_export(
            actor=request.user, kind=kind, file_format=file_format, definition=chosen, text=text
        )
        messages.success(request, _("The export is being made. You will be told when it is ready."))
        return see_other(request, list_url(record_kinds[kind]))
    blocks = actions.export_records(
        actor=request.user, kind=kind, file_format=file_format, definition=chosen, text=text
    )
    response = StreamingHttpResponse(blocks, content_type=actions.FORMATS[file_format])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{kind}.{file_format}')}"
    return response
