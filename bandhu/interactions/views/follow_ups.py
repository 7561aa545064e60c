"""Next steps: the panel of a customer's page, the list of all, and what one does with them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from bandhu.identity.scoping import require
from bandhu.interactions import actions, queries
from bandhu.interactions.forms import FollowUpForm, SnoozeForm
from bandhu.interactions.views.customers import customer_for
from bandhu.platform.list_pages import list_page
from bandhu.platform.record_parts import record_part
from bandhu.ui.pages import close_dialog, render_page, see_other, with_event, with_toast

CHANGED = "follow-ups-changed"
CHANGE = "interactions.change_follow_up"


@require_GET
def panel(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    customer = customer_for(request, kind, pk)
    context = {
        "kind": kind,
        "customer": customer,
        "follow_ups": queries.follow_ups_of(request.user, customer),
        "may_plan": request.user.holds("interactions.plan_follow_up"),
    }
    title = _("Next steps")
    return record_part(
        request, "interactions/follow_ups/panel.html", context, kind=kind, record=customer, title=title
    )


@require_http_methods(["GET", "POST"])
def planning(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    customer = customer_for(request, kind, pk)
    require(request.user, "interactions.plan_follow_up", customer)
    form = FollowUpForm(request.POST or None, request.FILES or None, user=request.user)

    def plan() -> None:
        actions.plan_follow_up(customer, actor=request.user, **{"custom": {}} | form.values())

    context = {"form": form, "customer": customer, "title": _("Plan a next step")}
    return _dialog(request, form, plan, context, _("Planned."))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    whose, state = request.GET.get("whose", "mine"), request.GET.get("state", "open")
    page = queries.follow_up_board(request.user, whose=whose, state=state, cursor=request.GET.get("after"))
    context = {"page": page, "whose": whose, "state": state, "as_table": _as_table(state)}
    return render_page(request, "interactions/follow_ups/list.html", context, fragment="rows")


def _as_table(state: str) -> str:
    """The address of the same follow-ups with columns and conditions."""
    shown = json.dumps({"field": "state", "op": "in", "value": [state]})
    return reverse("interactions:follow_up_list", query={"filter": shown})


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All of them as a table: columns, conditions, kept views, bulk changes, export."""
    return list_page(request, "follow_up")


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    follow_up = queries.follow_up_for(request.user, pk)
    if request.method == "POST":
        require(request.user, CHANGE, follow_up)
    sent = request.POST or None, request.FILES or None
    form = FollowUpForm(*sent, user=request.user, follow_up=follow_up)

    def change() -> None:
        actions.change_follow_up(follow_up, actor=request.user, **form.values())

    context = {"form": form, "follow_up": follow_up, "title": _("Next step")}
    if request.htmx:
        return _dialog(request, form, change, context, _("Saved."))
    if request.method == "POST" and _done(form, change):
        messages.success(request, _("Saved."))
        return see_other(request, request.path)
    shown = queries.follow_up_shown(request.user, follow_up)
    status = 422 if form.errors else 200
    return render(request, "interactions/follow_ups/detail.html", context | shown, status=status)


@require_POST
def completion(request: HttpRequest, pk: UUID) -> HttpResponse:
    follow_up = queries.follow_up_for(request.user, pk)
    actions.complete_follow_up(follow_up, actor=request.user, result=request.POST.get("result", ""))
    return _undoable(_("Done: %(what)s") % {"what": follow_up.what}, pk)


@require_http_methods(["GET", "POST"])
def snooze(request: HttpRequest, pk: UUID) -> HttpResponse:
    follow_up = queries.follow_up_for(request.user, pk)
    require(request.user, CHANGE, follow_up)
    form = SnoozeForm(request.POST or None)

    def put_off() -> None:
        actions.snooze_follow_up(follow_up, actor=request.user, until=form.cleaned_data["until"])

    context = {"form": form, "follow_up": follow_up, "title": _("Snooze"), "snooze": queries.snooze_choices()}
    return _dialog(request, form, put_off, context, _("Snoozed."))


@require_POST
def dropping(request: HttpRequest, pk: UUID) -> HttpResponse:
    follow_up = queries.follow_up_for(request.user, pk)
    actions.drop_follow_up(follow_up, actor=request.user, reason=request.POST.get("reason", ""))
    return _undoable(_("Dropped: %(what)s") % {"what": follow_up.what}, pk)


@require_POST
def reopening(request: HttpRequest, pk: UUID) -> HttpResponse:
    follow_up = queries.follow_up_for(request.user, pk)
    actions.reopen_follow_up(follow_up, actor=request.user)
    if not request.htmx:
        messages.success(request, _("Open again."))
        return see_other(request, reverse("interactions:follow_up", args=[pk]))
    return with_toast(with_event(HttpResponse(status=204), CHANGED), _("Open again."))


def _undoable(sentence: str, pk: UUID) -> HttpResponse:
    response = with_event(HttpResponse(status=204), CHANGED)
    undo = reverse("interactions:reopening", args=[pk])
    return with_toast(response, sentence, action_label=_("Undo"), action_url=undo)


def _done(form: Form, act: Callable[[], None]) -> bool:
    """Whether what was typed could be done; what was refused stands in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _dialog(
    request: HttpRequest, form: Form, act: Callable[[], None], context: dict[str, Any], done: str
) -> HttpResponse:
    if request.method == "POST" and _done(form, act):
        return with_toast(close_dialog(with_event(HttpResponse(status=204), CHANGED)), done)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "interactions/follow_ups/dialog.html", {**context, "action": request.path}, status=status
    )
