"""Changing many records: choose, see what would happen, do it, watch it, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.platform import bulk
from bandhu.platform.cells import words_of
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.list_pages import definition_in, list_url, refused
from bandhu.platform.listing import listing_for
from bandhu.platform.queries import bulk_changes
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds
from bandhu.platform.value_choices import choices_for, words_for
from bandhu.ui.pages import render_page, see_other

PREVIEW = 8


@require_POST
def choosing(request: HttpRequest, kind: str) -> HttpResponse:
    """What to change, with a preview once it is chosen."""
    known = record_kinds.get(kind)
    if known is None or not known.may_change(request.user):
        raise Http404
    try:
        ids, rows = _selected(request, known)
    except ValidationError as error:
        return refused(request, known, error)
    fields = bulk.editable_fields(known, all_fields(request.user, known))
    field = next((one for one in fields if one.name == request.POST.get("field")), None)
    value = _value(request, field) if field else None
    context = {
        "kind": known,
        "ids": ids,
        "count": len(ids),
        "fields": fields,
        "field": field,
        "mode": request.POST.get("mode", "add" if field and field.type == "tags" else "set"),
        "choices": choices_for(request.user, field) if field else None,
        "value": value,
        "value_words": _words(request, field, value) if field else "",
        "preview": [(row, words_of(row, field)) for row in rows[:PREVIEW]] if field else [],
        "back": request.POST.get("back") or list_url(known),
        "definition": request.POST.get("definition", "{}"),
        "everything": request.POST.get("everything", ""),
    }
    if "go" in request.POST and field:
        try:
            change = bulk.start_bulk_change(
                actor=request.user, kind=known, field=field, mode=context["mode"], value=value,
                words=context["value_words"], ids=ids,
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            return see_other(request, f"/bulk-changes/{change.pk}/")
    return render(request, "platform/bulk/choosing.html", context)


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    change = get_object_or_404(bulk_changes(request.user), pk=pk)
    kind = record_kinds[change.record_kind]
    field = next((one for one in all_fields(request.user, kind) if one.name == change.field), None)
    context = {
        "change": change,
        "kind": kind,
        "field": field,
        "problems": change.rows.exclude(problem="").order_by("id")[:50],
        "going_on": change.state in ("waiting", "running", "undoing"),
        "list": list_url(kind),
    }
    return render_page(request, "platform/bulk/detail.html", context, fragment="state")


@require_POST
def undoing(request: HttpRequest, pk: UUID) -> HttpResponse:
    change = get_object_or_404(bulk_changes(request.user), pk=pk)
    try:
        bulk.undo_bulk_change(change, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Being taken back."))
    return redirect("platform:bulk_change", pk=pk)


def _selected(request: HttpRequest, kind: RecordKind) -> tuple[list[Any], QuerySet]:
    """The ids, and the first records for the preview: those ticked, or everything the list's filter gives."""
    if request.POST.get("everything") == "yes":
        definition = definition_in(request.POST.get("definition", ""))
        listing = listing_for(request.user, kind.name, definition, text=request.POST.get("q", ""))
        rows = listing.rows(kind.change_permission)
        return list(rows.order_by().values_list("pk", flat=True)[: bulk.MOST + 1]), rows
    ids = [one for one in request.POST.getlist("selected") if len(one) == 36]
    rows = kind.visible_to(request.user, kind.change_permission).filter(pk__in=ids)
    return list(rows.values_list("pk", flat=True)), rows


def _words(request: HttpRequest, field: Field, value: Any) -> str:
    if field.type == "tags":  # typed as names, some of them new; the value source knows ids
        return ", ".join(value)
    return words_for(request.user, field, value)


def _value(request: HttpRequest, field: Field) -> Any:
    values = [one for one in request.POST.getlist("value") if one.strip()]
    if field.type == "tags":
        return [part.strip() for one in values for part in one.split(",") if part.strip()]
    if field.type == "choices":
        return values
    value = values[0] if values else ""
    if field.type == "user" and value == "me":
        return str(request.user.pk)
    if field.type == "team" and value == "mine":
        return str(request.user.team_id) if request.user.team_id else None
    return value or (None if field.type in ("user", "team", "date", "number") else "")
