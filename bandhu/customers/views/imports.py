"""The import wizard: upload, look, map, choose, try, run, undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.customers import queries
from bandhu.customers.actions import imports as actions
from bandhu.customers.imports.csv_files import DELIMITERS
from bandhu.customers.imports.encodings import OFFERED
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.views.import_words import (
    lines_shown,
    nothing_to_map,
    options_context,
    own_choices,
    progress_of,
    result_of,
    suspects_shown,
)
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.file_types import safe_file_name
from bandhu.ui.pages import render_page, see_other

PERMISSION = "customers.import_contacts"
GOING = ("waiting", "running", "undoing", "checking")


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The imports there were, and the place to drop a file."""
    require_anywhere(request.user, PERMISSION)
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = _("Choose a file first.")
        else:
            try:
                kind = request.POST.get("kind", "")
                run = actions.upload_import(
                    actor=request.user,
                    file_name=upload.name or "file",
                    blocks=upload.chunks(),
                    kind=kind if kind in {one.name for one in queries.kinds_offered(request.user)} else "",
                )
                return see_other(request, reverse("customers:import_look", args=[run.pk]))
            except SourceProblem as problem:
                error = problem.sentence
    kinds = queries.kinds_offered(request.user)
    context = {"imports": queries.imports(request.user)[:50], "error": error, "kinds": kinds}
    return render_page(request, "customers/imports/list.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How the file is read: encoding, delimiter, sheet; with the first rows as they come out."""
    run = queries.import_for(request.user, pk)
    error = ""
    if request.method == "POST":
        try:
            actions.change_reading(run, actor=request.user, changes=_reading_changes(request))
            if "next" in request.POST:
                onward = "import_options" if nothing_to_map(run) else "import_columns"
                return see_other(request, reverse(f"customers:{onward}", args=[pk]))
        except SourceProblem as problem:
            error = problem.sentence
        except ValidationError as problem:
            error = " ".join(problem.messages)
        run = queries.import_for(request.user, pk)
    try:
        rows = queries.looks(request.user, run)
    except SourceProblem as problem:
        rows, error = [], problem.sentence
    delimiters = [
        (",", _("Comma")),
        (";", _("Semicolon")),
        ("\t", _("Tab")),
        ("|", _("Bar |")),
        (":", _("Colon")),
    ]
    context = {
        "doubts": queries.reading_doubts(request.user, run), "others": queries.encoding_alternatives(request.user, run),
        "run": run, "rows": rows, "error": error, "step": "look", "encodings": [(name, name.upper()) for name in OFFERED],
        "delimiters": delimiters, "quotes": [('"', '"'), ("'", "'"), ("", _("None"))], "dialect": run.reading["dialect"],
        "sheets": list(enumerate(run.reading["sheets"])), "kinds": queries.kinds_offered(request.user),
    }  # fmt: skip
    return render_page(
        request, "customers/imports/look.html", context, fragment="table", status=422 if error else 200
    )


def _reading_changes(request: HttpRequest) -> dict[str, Any]:
    changes: dict[str, Any] = {"has_header": "has_header" in request.POST}
    if request.POST.get("sheet", "").isdecimal():
        changes["sheet"] = int(request.POST["sheet"])
    for name in ("encoding", "delimiter", "quote", "kind"):
        if name in request.POST:
            changes[name] = request.POST[name]
    if request.POST.get("skip_lines", "").isdecimal():
        changes["skip_lines"] = int(request.POST["skip_lines"])
    if request.POST.get("encoding") != request.POST.get("encoding_before"):
        # Another encoding may show another delimiter: what was found with the old one is not held on to.
        for name in ("delimiter", "quote", "skip_lines"):
            changes.pop(name, None)
    if changes.get("delimiter") not in (None, *DELIMITERS):
        changes.pop("delimiter")
    return changes


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What each column means."""
    run = queries.import_for(request.user, pk)
    error = ""
    if request.method == "POST":
        try:
            _map(request, run)
            # One click for all columns nobody knows comes back to this page, to be looked at.
            onward = "import_columns" if "unknown" in request.POST else "import_options"
            return see_other(request, reverse(f"customers:{onward}", args=[pk]))
        except ValidationError as problem:
            error = " ".join(problem.messages)
    try:
        lines = queries.column_lines(request.user, run)
    except SourceProblem as problem:
        lines, error = [], problem.sentence
    context = {
        "run": run, "error": error, "step": "columns", "lines": lines, "kept_as": queries.kept_as(request.user),
        "unknown": [line for line in lines if line["chosen"] in queries.kept_as(request.user) and not line["is_empty"]],
        "targets": queries.target_choices(request.user, run), "saved": queries.saved_mappings(request.user, run),
    }  # fmt: skip
    return render_page(request, "customers/imports/columns.html", context, status=422 if error else 200)


def _map(request: HttpRequest, run: Any) -> None:
    unknown = queries.kept_as(request.user)
    for_all = request.POST.get("unknown", "")
    given = []
    for place, column in enumerate(run.header):
        choice = request.POST.get(f"target_{place}", "")
        if for_all in unknown and choice in unknown:
            choice = for_all
        target, _colon, label = choice.partition(":") if choice.startswith("custom:") else (choice, "", "")
        if target:
            given.append(
                {"column": column, "target": target, **({"label": label} if target == "custom" else {})}
            )
    actions.map_columns(run, actor=request.user, columns=given)
    if request.POST.get("save_as", "").strip():
        actions.save_mapping(run, actor=request.user, name=request.POST["save_as"])


@require_POST
def saved_mapping(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Map the columns as saved earlier."""
    run = queries.import_for(request.user, pk)
    try:
        saved = queries.saved_mapping_for(request.user, UUID(request.POST.get("saved", "")))
        actions.use_mapping(run, actor=request.user, saved=saved)
    except ValueError:
        messages.error(request, _("Choose a saved mapping."))
    return see_other(request, reverse("customers:import_columns", args=[pk]))


@require_http_methods(["GET", "POST"])
def options(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What happens to rows whose record exists, who owns new ones, how telephones and dates are read."""
    run = queries.import_for(request.user, pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            chosen: dict[str, Any] = {
                name: request.POST[name]
                for name in (
                    "on_match",
                    "on_suspect",
                    "bad_cells",
                    "date_order",
                    "lifecycle",
                    "country",
                    "source",
                    "owner",
                    "team",
                    "tags",
                )
                if name in request.POST
            }
            chosen |= {one.name: request.POST.get(one.name, "") for one in own_choices(request.user, run)}
            chosen |= {
                "match": request.POST.getlist("match"),
                "overwrite": request.POST.get("overwrite") == "yes",
            }
            actions.choose_options(run, actor=request.user, **chosen)
            actions.try_import(queries.import_for(request.user, pk), actor=request.user)
            return see_other(request, reverse("customers:import", args=[pk]))
        except ValidationError as problem:
            found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
            errors = {name: " ".join(texts) for name, texts in found.items()}
        except SourceProblem as problem:
            errors = {"": problem.sentence}
    context = {"run": run, "step": "options", "errors": errors, **options_context(request.user, run)}
    return render_page(request, "customers/imports/options.html", context, status=422 if errors else 200)


@require_safe
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The trial, then the progress, then the result."""
    found = queries.import_for(request.user, pk)
    user = request.user
    context = {
        "run": found, "step": "run", "going": found.state in GOING, "progress": progress_of(found),
        "preview": lines_shown(found), "result": result_of(found), "failures": queries.failed_rows(user, found, 20),
        "warned": queries.warned_rows(user, found, 20), "doubts": queries.reading_doubts(user, found),
        "kept": queries.kept_records(user, found, 50), "suspects": suspects_shown(queries.suspects(user, found, 20)),
        "records": queries.imported_records(user, found, 10),
    }  # fmt: skip
    return render_page(request, "customers/imports/run.html", context, fragment="state")


@require_POST
def move(request: HttpRequest, pk: UUID, to: str) -> HttpResponse:
    """Start, pause, go on, stop, undo, try again."""
    found = queries.import_for(request.user, pk)
    moves = {
        "start": actions.start_import, "pause": actions.pause_import, "continuation": actions.resume_import,
        "stop": actions.cancel_import, "undoing": actions.undo_import, "trial": actions.try_import,
    }  # fmt: skip
    try:
        moves[to](found, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    except SourceProblem as problem:
        messages.error(request, problem.sentence)
    return see_other(request, reverse("customers:import", args=[pk]))


@require_safe
def failures(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The rows that failed, with their reasons, to be mended and sent again."""
    found = queries.import_for(request.user, pk)
    return _table(found, "failed rows", queries.failed_file(request.user, found))


@require_safe
def warnings(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The rows that were taken with a warning, and why."""
    found = queries.import_for(request.user, pk)
    return _table(found, "warnings", queries.warned_file(request.user, found))


def _table(run: Any, what: str, blocks: Iterator[bytes]) -> StreamingHttpResponse:
    name = safe_file_name(f"{run.file_name.rpartition('.')[0] or run.file_name} - {what}.csv")
    response = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"
