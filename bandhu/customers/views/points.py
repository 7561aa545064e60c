"""Phones, mails, addresses and the like on the record's page, one at a time, in a dialog."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.customers import actions
from bandhu.customers.forms import blank_row, rows_of, rows_sent
from bandhu.customers.forms.rows import FIELDS_OF, WORDS, as_items
from bandhu.customers.views.sides import record_of
from bandhu.identity.scoping import require
from bandhu.ui.pages import close_dialog, with_event, with_toast


@require_http_methods(["GET", "POST"])
def adding(request: HttpRequest, kind: str, pk: UUID, name: str) -> HttpResponse:
    side, record = _record(request, kind, pk, name)
    if request.method == "GET":
        return _dialog(request, side, record, name, blank_row(name, country=record.country))
    row = _sent(request, name)
    try:
        for item in as_items([row]):
            actions.add_point(record, actor=request.user, kind=name, values=item)
    except ValidationError as problem:
        return _dialog(request, side, record, name, row, problem)
    return _done(kind)


@require_http_methods(["GET", "POST"])
def point(request: HttpRequest, kind: str, pk: UUID, name: str, point_id: UUID) -> HttpResponse:
    side, record = _record(request, kind, pk, name)
    if request.method == "GET":
        rows = [row for row in rows_of(request.user, record, name) if row.values["id"] == str(point_id)]
        if not rows:
            raise Http404
        return _dialog(request, side, record, name, rows[0])
    row = _sent(request, name)
    values = {key: value for key, value in row.values.items() if key != "id"}
    try:
        actions.change_point(record, actor=request.user, kind=name, point_id=point_id, values=values)
    except ValidationError as problem:
        row.values["id"] = str(point_id)
        return _dialog(request, side, record, name, row, problem)
    return _done(kind)


@require_POST
def primary(request: HttpRequest, kind: str, pk: UUID, name: str, point_id: UUID) -> HttpResponse:
    _side, record = _record(request, kind, pk, name)
    actions.make_primary(record, actor=request.user, kind=name, point_id=point_id)
    return _done(kind)


@require_POST
def removal(request: HttpRequest, kind: str, pk: UUID, name: str, point_id: UUID) -> HttpResponse:
    _side, record = _record(request, kind, pk, name)
    actions.remove_point(record, actor=request.user, kind=name, point_id=point_id)
    return with_toast(_done(kind), _("Removed."))


def _record(request, kind, pk, name):
    if name not in FIELDS_OF:
        raise Http404
    side, record = record_of(request, kind, pk)
    require(request.user, side.kind.change_permission, record)
    return side, record


def _sent(request, name):
    rows = rows_sent(request.POST, name)
    if len(rows) != 1:
        raise Http404
    return rows[0]


def _dialog(request, side, record, name, row, problem=None):
    if problem is not None:
        row.error = " ".join(problem.messages)
    context = {"side": side, "record": record, "name": name, "row": row, "words": WORDS[name]}
    context["has_primary"] = name in ("phones", "mails", "addresses")
    return render(request, "customers/records/point.html", context, status=422 if problem else 200)


def _done(kind):
    changed = with_event(with_event(HttpResponse(status=204), f"{kind}-changed"), f"{kind}-lists-changed")
    return close_dialog(changed)
