"""Files, tags and relations on a record's page."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.customers import actions, queries
from bandhu.customers.queries import relations as relation_queries
from bandhu.customers.record_values import clean_day
from bandhu.customers.views.sides import SIDES, record_of
from bandhu.identity.masking import may_see
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.platform.files import files_of
from bandhu.platform.queries import file_for
from bandhu.platform.record_parts import record_part
from bandhu.ui.pages import close_dialog, with_event, with_toast


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel; a POST adds what was chosen. What cannot be kept is said, the rest stays."""
    side, record = record_of(request, kind, pk)
    problems = []
    for upload in request.FILES.getlist("file") if request.method == "POST" else []:
        try:
            actions.attach_file(record, actor=request.user, name=upload.name or "", content=upload.chunks())
        except ValidationError as problem:
            problems.append(f"{upload.name}: {' '.join(problem.messages)}")
    if request.method == "POST" and not request.FILES:
        require(request.user, side.kind.change_permission, record)
        problems.append(_("Choose a file first."))
    return _files(request, kind, record, problems)


@require_POST
def file_removal(request: HttpRequest, kind: str, pk: UUID, file_id: UUID) -> HttpResponse:
    _side, record = record_of(request, kind, pk)
    actions.remove_file(record, actor=request.user, stored=file_for(request.user, file_id))
    return with_toast(_files(request, kind, record, []), _("Removed."))


@require_POST
def tags(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """`add` and `remove` are names."""
    side, record = record_of(request, kind, pk)
    gone = request.POST.get("remove", "")
    names = [tag.name for tag in record.tags.all() if tag.name != gone]
    added = [name for name in request.POST.get("add", "").split(",") if name.strip()]
    error = ""
    try:
        side.change(record, actor=request.user, tags=[*names, *added])
    except ValidationError as problem:
        error = " ".join(problem.messages)
    card = SIDES[kind].card(request.user, pk)
    context = {"card": card, "record": card.record, "pk": pk, "kind": kind, "side": side, "tag_error": error}
    status = 422 if error else 200
    return render(request, "customers/records/record.html#tags", context, status=status)


@require_http_methods(["GET", "POST"])
def relating(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    side, record = record_of(request, kind, pk)
    require(request.user, side.kind.change_permission, record)
    context = {"side": side, "record": record, "kind": kind, "roles": relation_queries.roles_from(kind)}
    if request.method == "GET":
        title = _("Relations")
        return record_part(
            request, "customers/records/relating.html", context, kind=kind, record=record, title=title
        )
    try:
        _relate(request, kind, record)
    except ValidationError as problem:
        context["errors"] = getattr(problem, "message_dict", {"other": problem.messages})
        context["sent"] = request.POST
        return render(request, "customers/records/relating.html", context, status=422)
    return close_dialog(with_event(HttpResponse(status=204), f"{kind}-changed"))


@require_POST
def relation_removal(request: HttpRequest, kind: str, pk: UUID, relation_id: UUID) -> HttpResponse:
    _side, record = record_of(request, kind, pk)
    relation = queries.relation_of(record, relation_id)
    if relation is None:
        raise OutOfReach
    actions.end_relation(relation, actor=request.user, seen_from=record)
    return with_toast(with_event(HttpResponse(), f"{kind}-changed"), _("Removed."))


def _relate(request: HttpRequest, kind: str, record) -> None:
    """ "works_for" as it is read, "-works_for" the other way round; the other side is "contact:<id>"."""
    role, other_side = request.POST.get("role", ""), request.POST.get("other", "").partition(":")
    if other_side[0] not in SIDES or not other_side[2]:
        raise ValidationError({"other": _("Choose a contact or company from the list.")})
    other = SIDES[other_side[0]].find(request.user, other_side[2])
    details = {
        "title": request.POST.get("title", ""),
        "since": _day(request, "since"),
        "until": _day(request, "until"),
    }
    if role.startswith("-"):
        actions.relate(other, actor=request.user, other=record, role=role[1:], **details)
    else:
        actions.relate(record, actor=request.user, other=other, role=role, **details)


def _day(request: HttpRequest, name: str):
    try:
        return clean_day(request.POST.get(name, ""))
    except ValidationError as problem:
        raise ValidationError({name: problem.messages}) from None


def _files(request: HttpRequest, kind: str, record, problems: list[str]) -> HttpResponse:
    context = {
        "side": SIDES[kind],
        "record": record,
        "kind": kind,
        "files": files_of(record.pk),
        "problems": problems,
        "may_change": may_see(request.user, f"customers.change_{kind}", record),
    }
    status = 422 if problems else 200
    return record_part(
        request,
        "customers/records/files.html",
        context,
        kind=kind,
        record=record,
        title=_("Files"),
        status=status,
    )
