"""Queues as they stand, what waits in them, and one's own work and presence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.contact_center import actions, queries
from bandhu.contact_center.forms import AssignmentForm, PresenceForm
from bandhu.identity.queries import colleague_with
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.conflicts import EditConflict
from bandhu.ui.pages import close_dialog, is_fragment_request, render_page, see_other

SEE, TAKE, ASSIGN = "contact_center.view_queue", "contact_center.take_work", "contact_center.assign_work"
_SHOWN = 200


@require_safe
def queues_now(request: HttpRequest) -> HttpResponse:
    """How every queue stands; each number opens what it counts."""
    require_anywhere(request.user, SEE)
    context = {"lines": queries.queues_now(request.user)}
    return render_page(request, "contact_center/now.html", context, fragment="lines")


@require_safe
def queue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What waits in a queue, or who has it (`state`), the first to be served first."""
    user = request.user
    row, state = queries.queue_for(user, pk), request.GET.get("state", "waiting")
    found = queries.work_in(user, row, state)
    context = {
        "queue": row,
        "state": state,
        "lines": queries.lines_of(user, found[:_SHOWN]),
        "total": found.count(),
        "members": queries.agents_for(user, row),
    }
    return render_page(request, "contact_center/queue.html", context, fragment="lines")


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What is offered to me and what I have."""
    require_anywhere(request.user, TAKE)
    context = {
        "lines": queries.lines_of(request.user, queries.my_work(request.user)[:_SHOWN]),
        "agent": queries.my_agent(request.user),
    }
    return render_page(request, "contact_center/my_work.html", context, fragment="lines")


@require_http_methods(["GET", "POST"])
def presence(request: HttpRequest) -> HttpResponse:
    """The switch in the top bar; sending `state` (and `reason`) turns it."""
    user: Any = request.user
    require_anywhere(user, TAKE)
    form = PresenceForm(request.POST or None, user=user)
    if request.method == "POST":
        if not form.is_valid():
            return HttpResponse(status=422)
        actions.set_presence(user, actor=user, **form.values())
        if not is_fragment_request(request):
            return see_other(request, reverse("contact_center:my_work"))
    agent = queries.my_agent(user)
    words, icon = _said_of(agent)
    context = {
        "agent": agent,
        "words": words,
        "icon": icon,
        "reasons": list(form.reasons.values()),
        "offered": queries.my_work(user).filter(state="offered").count(),
    }
    return render(request, "contact_center/presence.html", context)


@require_POST
def heartbeat(request: HttpRequest) -> HttpResponse:
    """My page is open."""
    require_anywhere(request.user, TAKE)
    actions.beat(request.user)
    return HttpResponse(status=204)


@require_POST
def next_work(request: HttpRequest) -> HttpResponse:
    """Give me the next."""
    item = actions.claim_next(request.user)
    if item is None:
        messages.info(request, _("Nothing waits that you can take now."))
        return see_other(request, reverse("contact_center:my_work"))
    return _to_record(request, item)


@require_POST
def acceptance(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _answered(request, pk, actions.accept_work)


@require_POST
def refusal(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _answered(request, pk, actions.decline_work)


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To a person or to another queue, by hand."""
    user = request.user
    item = queries.item_for(user, pk)
    require_anywhere(user, ASSIGN)
    form = AssignmentForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            if found["agent"]:
                actions.assign_work(item, actor=user, agent=colleague_with(user, found["agent"]))
            else:
                actions.move_work(item, actor=user, queue=queries.queue_for(user, found["queue"]))
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            return close_dialog(HttpResponse(status=204))
    context = {"form": form, "title": _("Who shall have it"), "action": request.path}
    return render(request, "contact_center/dialog.html", context, status=422 if form.errors else 200)


@require_POST
def returning(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Back to its queue."""
    item = queries.item_for(request.user, pk)
    try:
        actions.return_work(item, actor=request.user)
        messages.success(request, _("It is back in its queue, with the place it had there."))
    except (ValidationError, EditConflict) as problem:
        messages.error(request, str(getattr(problem, "message", problem)))
    return see_other(request, reverse("contact_center:queue", args=[item.queue_id]))


def _said_of(agent: Any) -> tuple[str, str]:
    """My presence in words, and its icon."""
    if agent is None or agent.state == "offline":
        return _("You are offline"), "circle-off"
    if agent.state == "available":
        return _("You are available"), "circle-check"
    return _("You are away: %(reason)s") % {"reason": agent.reason or agent.get_state_display()}, "coffee"


def _answered(request: HttpRequest, pk: UUID, act: Any) -> HttpResponse:
    """Of an offer to me: whoever accepts goes on to the record."""
    item = queries.offered_item(request.user, pk)
    try:
        item = act(item, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("contact_center:my_work"))
    if item.agent is None:
        return see_other(request, reverse("contact_center:my_work"))
    return _to_record(request, item)


def _to_record(request: HttpRequest, item: Any) -> HttpResponse:
    line = queries.lines_of(request.user, [item])[0]
    return see_other(request, line.url or reverse("contact_center:my_work"))
