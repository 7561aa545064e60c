"""New records, the whole form, one field in place, and what happens when two save the same record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.customers import queries
from bandhu.customers.actions import EditConflict
from bandhu.customers.forms import blank_row, rows_of, rows_sent
from bandhu.customers.forms.rows import FIELDS_OF, WORDS, PointRow, as_items, mark_errors
from bandhu.customers.views.pages import value_line
from bandhu.customers.views.sides import SIDES, Side, record_of
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.person_names import suggest_parts
from bandhu.ui.pages import see_other, with_event

FIRST_LISTS = ("phones", "mails")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    side = SIDES[kind]
    require_anywhere(request.user, side.kind.create_permission)
    if request.method == "GET":
        start = {
            "lifecycle": "prospect",
            "owner": str(request.user.pk),
            "team": str(request.user.team_id or ""),
        }
        known = {name: request.GET[name][:300] for name in side.form.base_fields if name in request.GET}
        rows = {name: [blank_row(name)] if name in FIRST_LISTS else [] for name in side.lists}
        return _form_page(request, side, None, side.form(initial=start | known, user=request.user), rows)
    form, rows = (
        side.form(request.POST, request.FILES, user=request.user),
        {name: rows_sent(request.POST, name) for name in side.lists},
    )
    sent = {name: value for name, value in form.values().items() if value is not None}
    given = {side.form.title_name: ""} | sent | {name: as_items(lines) for name, lines in rows.items()}
    try:
        record = side.create(actor=request.user, tags=_tags(request), **given)
    except ValidationError as problem:
        return _refused(request, side, None, form, rows, problem)
    messages.success(request, _("Saved."))
    if "another" in request.POST:
        return see_other(request, side.url("new"))
    return see_other(request, side.kind.url(record))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    side, record = record_of(request, kind, pk)
    require(request.user, side.kind.change_permission, record)
    if request.method == "GET":
        form = side.form(initial=side.form.values_of(record), user=request.user)
        belongings = vars(queries.belongings_of(record))
        rows = {name: rows_of(request.user, record, name, belongings[name]) for name in side.lists}
        # A national id is looked at only where the look is written down, and changed only in its own place.
        form.fields.pop("national_id", None)
        return _form_page(request, side, record, form, rows)
    form, rows = (
        side.form(request.POST, request.FILES, user=request.user),
        {name: rows_sent(request.POST, name) for name in side.lists},
    )
    form.keep_sent(request.POST)
    given = form.values() | {name: as_items(sent) for name, sent in rows.items()}
    if "tags" in request.POST:
        given["tags"] = _tags(request)
    try:
        side.change(record, actor=request.user, version=sent_version(request), **chosen(request, given))
    except ValidationError as problem:
        return _refused(request, side, record, form, rows, problem)
    except EditConflict as conflict:
        return comparison_page(request, side.name, record, conflict, queries.LISTS)
    messages.success(request, _("Saved."))
    return see_other(request, side.kind.url(record))


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, kind: str, pk: UUID, name: str) -> HttpResponse:
    """One value where it stands: GET gives its form (or, with ?show, its value), POST saves it."""
    side, record = record_of(request, kind, pk)
    if name not in side.form(user=request.user).fields:
        raise Http404
    context = {"side": side, "record": record, "kind": kind, "name": name}
    if "show" in request.GET:
        return _shown(request, context)
    require(request.user, side.kind.change_permission, record)
    if request.method == "GET":
        initial = {} if name == "national_id" else side.form.values_of(record)
        context["form"] = side.form(initial=initial, user=request.user).only(name)
        return render(request, "customers/records/field.html#form", context)
    form = side.form(request.POST, request.FILES, user=request.user).only(name)
    try:
        context["record"] = _save_field(side, record, request, form.values())
    except ValidationError as problem:
        form.take_errors(problem)
        return render(request, "customers/records/field.html#form", context | {"form": form}, status=422)
    except EditConflict as conflict:
        words = conflict.theirs[name] or "–"
        text = _("Meanwhile somebody else saved “%(value)s” here. Save again to put yours in its place.")
        form.take_errors(ValidationError({name: text % {"value": words}}))
        context |= {"form": form, "record": conflict.record}
        return render(request, "customers/records/field.html#form", context, status=422)
    return with_event(_shown(request, context), f"{kind}-changed")


@require_safe
def row(request: HttpRequest, name: str) -> HttpResponse:
    """An empty row for the form, or one with its address fields for another country."""
    if name not in FIELDS_OF:
        raise Http404
    key = request.GET.get("key", "")
    fresh = (
        blank_row(name, country=request.GET.get("country", "")) if name == "addresses" else blank_row(name)
    )
    if key:
        sent = {one: request.GET.get(f"{name}-{key}-{one}", "") for one in FIELDS_OF[name]}
        fresh = PointRow(name, key[:40], sent, request.GET.get(f"{name}-primary") == key)
    return render(request, "customers/records/_row.html", {"row": fresh, "bare": "bare" in request.GET})


@require_safe
def nothing(request: HttpRequest) -> HttpResponse:
    """What htmx asks for when a line shall only disappear."""
    return HttpResponse()


@require_safe
def name_parts(request: HttpRequest) -> HttpResponse:
    """How a name may fall into parts: a suggestion, never filled in."""
    parts = suggest_parts(request.GET.get("full_name", "")[:300])
    return render(request, "customers/records/name_parts.html", {"parts": parts})


def _save_field(side: Side, record: Any, request: HttpRequest, values: dict[str, Any]) -> Any:
    """A change of other fields in between is no conflict for this one."""
    try:
        return side.change(record, actor=request.user, version=sent_version(request), **values)
    except EditConflict as conflict:
        if conflict.clashing:
            raise
        return side.change(record, actor=request.user, version=conflict.version, **values)


def _shown(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    side, name = context["side"], context["name"]
    context["record"] = side.find(request.user, context["record"].pk)
    context["field"] = value_line(request.user, side, context["record"], name)
    return render(request, "customers/records/field.html#value", context)


def _tags(request: HttpRequest) -> list[str]:
    return [name for name in request.POST.get("tags", "").replace("،", ",").split(",") if name.strip()]


def _form_page(
    request: HttpRequest,
    side: Side,
    record: Any,
    form: Any,
    rows: dict[str, list[PointRow]],
    status: int = 200,
) -> HttpResponse:
    tags = request.POST.get("tags")
    if tags is None and record is not None:
        tags = ", ".join(tag.name for tag in record.tags.all())
    context = {
        "side": side,
        "kind": side.name,
        "record": record,
        "form": form,
        "first_lists": [(name, *WORDS[name], rows[name]) for name in side.lists if name in FIRST_LISTS],
        "more_lists": [(name, *WORDS[name], rows[name]) for name in side.lists if name not in FIRST_LISTS],
        "tags": tags or "",
        "all_tags": queries.tags(request.user),
        "version": request.POST.get("version") or getattr(record, "version", ""),
    }
    return render(request, "customers/records/form.html", context, status=status)


def _refused(
    request: HttpRequest, side: Side, record: Any, form: Any, rows: dict[str, Any], problem: ValidationError
) -> HttpResponse:
    form.take_errors(problem)
    for sent in rows.values():
        mark_errors(sent, form.row_errors)
    return _form_page(request, side, record, form, rows, status=422)
