"""The board of tickets by status, and moving a card: by drag and drop, by a key, from its menu."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.list_pages import definition_of, list_frame, view_of
from bandhu.platform.listing import listing_for
from bandhu.service import actions, queries
from bandhu.service.topics import BOARD_TOPIC
from bandhu.ui.pages import (
    close_dialog,
    is_fragment_request,
    render_page,
    see_other,
    with_event,
    with_toast,
)

KIND, VIEW, CHANGE = "ticket", "service.view_ticket", "service.change_ticket"


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The words of every list (filter, q, view) stand in the address. htmx gets the columns."""
    require_anywhere(request.user, VIEW)
    view = view_of(request.user, KIND, request.GET.get("view", ""))
    listing, problem = _listing(request, view)
    context = {
        **list_frame(request, listing, view),
        "problem": problem,
        "text": request.GET.get("q", "")[:200],
        "columns": queries.status_columns(queries.statuses(request.user), listing),
        "topic": BOARD_TOPIC,
        **_drawing(request),
    }
    return render_page(
        request, "service/board.html", context, fragment="board", status=422 if problem else 200
    )


@require_safe
def cards(request: HttpRequest, status_id: UUID) -> HttpResponse:
    """The next cards of a column, as it is scrolled."""
    require_anywhere(request.user, VIEW)
    status = queries.status_of(request.user, status_id)
    listing, _problem = _listing(request, view_of(request.user, KIND, request.GET.get("view", "")))
    if status is None:
        raise Http404
    try:
        column = queries.further_cards(status, listing, request.GET.get("after", ""))
    except ValidationError as error:
        raise Http404 from error
    return render(request, "service/board.html#cards", {"column": column, **_drawing(request)})


@require_http_methods(["GET", "POST"])
def moving(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET: where to? POST `stage` (a status): there; `from` is where the person saw it. What the status asks for is asked here (422).

    The Undo of a message has both in the address.
    """
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "GET":
        return _dialog(request, {"record": record, "statuses": queries.statuses(request.user)})
    words = request.POST if "stage" in request.POST else request.GET
    status = queries.status_of(request.user, words.get("stage", ""))
    former = queries.status_of(request.user, words.get("from") or record.status_id)
    if status is None or former is None:
        raise Http404
    if record.status_id != former.pk:
        return _elsewhere(request, record, former)
    try:
        actions.move_ticket(
            record, actor=request.user, status=status, resolution=request.POST.get("resolution", ""),
            version=record.version,
        )  # fmt: skip
    except EditConflict:
        return _elsewhere(request, queries.ticket_for(request.user, pk), former)
    except ValidationError as problem:
        return _ask(request, record, status, former, problem)
    text = _("“%(name)s” is now in “%(status)s”.") % {"name": record, "status": status}
    undo = {"stage": str(former.pk), "from": str(status.pk)} if former != status else {}
    return _done(request, pk, [former, status], text, undo=undo)


def _ask(
    request: HttpRequest, record: Any, status: Any, former: Any, problem: ValidationError
) -> HttpResponse:
    """What was done, where the status needs it said; every other refusal is said above the form."""
    found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    asks = "resolution" in found
    context = {
        "record": record,
        "status": status,
        "former": former,
        "asks": asks,
        "resolution": request.POST.get("resolution", record.resolution),
        "problem": found["resolution"][0] if asks and "resolution" in request.POST else "",
        "refusal": "" if asks else " ".join(text for texts in found.values() for text in texts),
    }
    response = _dialog(request, context, code=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "innerHTML"
    return response


def _elsewhere(request: HttpRequest, record: Any, former: Any) -> HttpResponse:
    """Somebody moved it meanwhile: say where it is, and put both columns right."""
    text = _("Somebody moved “%(name)s” meanwhile: it is in “%(status)s” now.") % {
        "name": record,
        "status": record.status,
    }
    return _done(request, record.pk, [former, record.status], text, tone="warning")


def _done(
    request: HttpRequest,
    pk: UUID,
    statuses: list[Any],
    text: str,
    *,
    tone: str = "success",
    undo: dict[str, str] | None = None,
) -> HttpResponse:
    if not is_fragment_request(request):
        (messages.success if tone == "success" else messages.warning)(request, text)
        return see_other(request, reverse("service:ticket", args=[pk]))
    response = HttpResponse()
    if reverse("service:board") in (request.htmx.current_url_abs_path or ""):  # type: ignore[attr-defined]
        response = _columns(request, statuses)
    response = with_event(response, "ticket-changed")
    back = f"{reverse('service:moving', args=[pk])}?{urlencode(undo)}" if undo else None
    return with_toast(close_dialog(response), text, tone=tone, action_label=_("Undo"), action_url=back)


def _columns(request: HttpRequest, statuses: list[Any]) -> HttpResponse:
    """These columns of the board the request came from, filtered as it is, to be put in their places."""
    request.GET = QueryDict((request.htmx.current_url_abs_path or "").partition("?")[2])  # type: ignore[attr-defined,assignment]
    listing, _problem = _listing(request, view_of(request.user, KIND, request.GET.get("view", "")))
    once = {one.pk: one for one in statuses if one.is_active}
    columns = queries.status_columns(once.values(), listing)
    return render(
        request, "service/board.html#columns", {"columns": columns, "swapped": True, **_drawing(request)}
    )


def _dialog(request: HttpRequest, context: dict[str, Any], code: int = 200) -> HttpResponse:
    part = "#dialog" if is_fragment_request(request) else ""
    return render(request, f"service/tickets/moving.html{part}", context, status=code)


def _drawing(request: HttpRequest) -> dict[str, Any]:
    return {"may_move": request.user.holds(CHANGE)}  # type: ignore[union-attr]


def _listing(request: HttpRequest, view: Any) -> tuple[Any, str]:
    """What the address asks for; a filter that cannot be understood shows all, with the reason."""
    text = request.GET.get("q", "")[:200]
    try:
        return listing_for(request.user, KIND, definition_of(request, view), text=text), ""
    except ValidationError as error:
        return listing_for(request.user, KIND, {}), " ".join(error.messages)
