"""The screen on which an administrator adds fields."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandhu.platform import actions, queries
from bandhu.platform.authority import demand
from bandhu.platform.custom_fields import choices_of, label_of
from bandhu.platform.forms import CustomFieldForm
from bandhu.platform.record_kinds import RecordKind, record_kinds

PERMISSION = "platform.manage_fields"


@require_GET
def overview(request: HttpRequest, kind: str) -> HttpResponse:
    """The fields of one kind of record, in order."""
    known = _kind(request, kind)
    fields = list(queries.custom_fields(request.user, kind))
    context = {
        "kind": known,
        "kinds": [one for one in record_kinds.values() if one.custom_fields],
        "lines": [(one, label_of(one), choices_of(one)) for one in fields if not one.retired_at],
        "retired": [(one, label_of(one)) for one in fields if one.retired_at],
    }
    return render(request, "platform/fields/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    known = _kind(request, kind)
    form = CustomFieldForm(request.POST or None, initial={"type": request.GET.get("type", "text")})
    if request.method == "POST" and form.is_valid():
        try:
            field = actions.create_field(
                actor=request.user, kind=kind, type=form.cleaned_data["type"], **form.settings()
            )
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("The field “%(name)s” is there.") % {"name": label_of(field)})
            return redirect("platform:fields", kind=kind)
    return _form_page(request, known, form, _("New field"))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    known = _kind(request, kind)
    field = get_object_or_404(queries.custom_fields(request.user, kind), pk=pk)
    form = CustomFieldForm(request.POST or None, field=field)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_field(field, actor=request.user, **form.settings())
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("platform:fields", kind=kind)
    return _form_page(request, known, form, label_of(field), field)


@require_POST
def retirement(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    _kind(request, kind)
    field = get_object_or_404(queries.custom_fields(request.user, kind), pk=pk)
    if request.POST.get("back"):
        actions.restore_field(field, actor=request.user)
        messages.success(request, _("The field is back, with its values."))
    else:
        actions.retire_field(field, actor=request.user)
        messages.success(request, _("The field is hidden. Its values are kept and come back with it."))
    return redirect("platform:fields", kind=kind)


def _kind(request: HttpRequest, name: str) -> RecordKind:
    demand(request.user, PERMISSION)
    if not re.fullmatch(r"[a-z_]+", name) or name not in record_kinds or not record_kinds[name].custom_fields:
        raise Http404
    return record_kinds[name]


def _form_page(
    request: HttpRequest,
    kind: RecordKind,
    form: CustomFieldForm,
    title: str,
    field: Any = None,
) -> HttpResponse:
    context = {"kind": kind, "form": form, "title": title, "field": field}
    status = 422 if request.method == "POST" else 200
    return render(request, "platform/fields/form.html", context, status=status)
