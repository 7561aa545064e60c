"""What a list page does: another condition, other columns, keep it as a view, change what is selected."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.platform import actions
from bandhu.platform.filters import NO_VALUE, compile_filter, filterable_fields, operators_of
from bandhu.platform.list_pages import definition_in, filter_of, list_url, refused, view_of
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds
from bandhu.platform.value_choices import choices_for
from bandhu.ui.pages import see_other

_PART = re.compile(r"[a-z][a-z-]{0,40}", re.ASCII)
MANY = {"in", "not_in", "any_of", "all_of", "none_of"}


@require_GET
def condition(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one condition, growing as field and word are chosen."""
    known = _kind(request, kind)
    fields = {one.name: one for one in filterable_fields(request.user, known)}
    field = fields.get(request.GET.get("field", ""))
    words = operators_of(field) if field else []
    word = request.GET.get("op", "")
    if field and word not in dict(words):
        word = words[0][0]
    context = {
        "kind": known,
        "filter_json": request.GET.get("filter", ""),
        "rest": _rest(request),
        "fields": list(fields.values()),
        "field": field,
        "words": words,
        "word": word,
        "choices": choices_for(request.user, field) if field and word in MANY else None,
        "asks_value": bool(field) and word not in NO_VALUE,
        "input": _input_for(field, word),
    }
    return render(request, "platform/lists/condition.html", context)


@require_GET
def filtering(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a condition to the filter in the address, and show the list."""
    known = _kind(request, kind)
    try:
        tree = filter_of(request.GET.get("filter", ""))
    except ValidationError as error:
        return refused(request, known, error)
    word = request.GET.get("op", "")
    new: dict[str, Any] = {"field": request.GET.get("field", ""), "op": word}
    values = [value for value in request.GET.getlist("value") if value.strip()]
    if word not in NO_VALUE:
        new["value"] = values if word in MANY or word == "between" else (values or [""])[0]
    joined = "any" if "any" in tree else "all"
    wider = {joined: [*_conditions(tree), new]}
    try:
        compile_filter(request.user, known, wider)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        wider = tree
    return _to_list(request, known, filter=json.dumps(wider, ensure_ascii=False))


@require_GET
def joining(request: HttpRequest, kind: str) -> HttpResponse:
    """Switch between "all of these" and "any of these"."""
    known = _kind(request, kind)
    try:
        conditions = _conditions(filter_of(request.GET.get("filter", "")))
    except ValidationError as error:
        return refused(request, known, error)
    joined = "any" if request.GET.get("joined") == "any" else "all"
    return _to_list(request, known, filter=json.dumps({joined: conditions}, ensure_ascii=False))


@require_GET
def columns(request: HttpRequest, kind: str) -> HttpResponse:
    """Show other columns, in the order given."""
    return _to_list(request, _kind(request, kind), columns=",".join(request.GET.getlist("column")))


@require_POST
def saving(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep the list as a view: a new one, or the own one that is open."""
    known = _kind(request, kind)
    name, sharing = request.POST.get("name", ""), request.POST.get("sharing", "private")
    try:
        definition = definition_in(request.POST.get("definition", ""))
        compile_filter(request.user, known, definition.get("filter"))
        view = view_of(request.user, kind, request.POST.get("view", ""))
        if view is not None and view.owner_id == request.user.pk and view.name == name.strip():
            view = actions.change_view(view, actor=request.user, definition=definition, sharing=sharing)
        else:
            view = actions.create_view(
                actor=request.user, kind=kind, name=name, definition=definition, sharing=sharing
            )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return see_other(request, list_url(known))
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return see_other(request, f"{list_url(known)}?view={view.pk}")


@require_POST
def deletion(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    known = _kind(request, kind)
    view = view_of(request.user, kind, str(pk))
    if view is None:
        raise Http404
    actions.delete_view(view, actor=request.user)
    messages.success(request, _("The view is gone; its records are where they were."))
    return see_other(request, list_url(known))


@require_POST
def pin(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    known = _kind(request, kind)
    view = view_of(request.user, kind, str(pk))
    if view is None:
        raise Http404
    actions.pin_view(view, actor=request.user, pinned=request.POST.get("pinned") == "yes")
    return see_other(request, f"{list_url(known)}?view={pk}")


def _kind(request: HttpRequest, name: str) -> RecordKind:
    known = record_kinds.get(name)
    if known is None or not request.user.holds(known.view_permission):
        raise Http404
    return known


def _conditions(tree: dict[str, Any]) -> list[Any]:
    """The conditions of the top level."""
    conditions = tree.get("all") or tree.get("any")
    return conditions if isinstance(conditions, list) else []


def _rest(request: HttpRequest) -> dict[str, str]:
    """What else stands in the list's address and must survive."""
    kept = ("columns", "sort", "group_by", "view", "q", "page", "pipeline", "lanes", "since", "until")
    found = {name: request.GET[name] for name in kept if request.GET.get(name)}
    # A part of a page that shows the filter instead of a list: the answer is put into the element of this id.
    into = request.GET.get("into", "")
    return found | {"into": into} if _PART.fullmatch(into) else found


def _to_list(request: HttpRequest, kind: RecordKind, **words: str) -> HttpResponse:
    query = {**_rest(request), "filter": request.GET.get("filter", ""), **words}
    address = f"{list_url(kind, request.GET.get('page', ''))}?{urlencode(query)}"
    return HttpResponseRedirect(address) if "into" in query else see_other(request, address)


def _input_for(field: Field | None, word: str) -> str:
    if field is None or word in ("last_days", "next_days", "older_days"):
        return "number"
    return {"number": "text", "money": "text", "date": "date", "datetime": "date"}.get(field.type, "text")
