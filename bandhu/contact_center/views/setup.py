"""The administrator's screens: queues with their people, skills, reasons to be away, agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.contact_center import actions, queries
from bandhu.contact_center.forms import AgentForm, NameForm, QueueForm
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.pages import close_dialog, see_other

MANAGE, AGENTS = "contact_center.manage_queues", "contact_center.change_agent"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Queues, skills and reasons to be away on one page."""
    user = request.user
    require_anywhere(user, MANAGE)
    context = {
        "queues": queries.queues_for(user, retired=True).prefetch_related("members__agent__user", "places"),
        "skills": queries.skills(user, retired=True),
        "reasons": queries.away_reasons(user, retired=True),
    }
    return render(request, "contact_center/settings/overview.html", context)


@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.queue_for(request.user, pk) if pk else None
    form = QueueForm(request.POST or None, user=request.user, queue=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_queue(row, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("contact_center:setup"))
    context = {"form": form, "queue": row}
    return render(request, "contact_center/settings/queue.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def skill(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.skill_for(request.user, pk) if pk else None
    return _dialog(request, actions.set_skill, row, _("Skill"))


@require_http_methods(["GET", "POST"])
def away_reason(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.away_reason_for(request.user, pk) if pk else None
    return _dialog(request, actions.set_away_reason, row, _("Reason to be away"))


@require_safe
def agents(request: HttpRequest) -> HttpResponse:
    """Who gets work, what they can do and what they have."""
    require_anywhere(request.user, AGENTS)
    context = {"lines": queries.agent_lines(request.user), "may_set_up": request.user.holds(MANAGE)}
    return render(request, "contact_center/settings/agents.html", context)


@require_http_methods(["GET", "POST"])
def agent(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, AGENTS)
    row = queries.agent_for(request.user, pk)
    form = AgentForm(request.POST or None, user=request.user, agent=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_agent(row, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("contact_center:agents"))
    context = {"form": form, "agent": row, "history": queries.presence_of(request.user, row)}
    return render(request, "contact_center/settings/agent.html", context, status=422 if form.errors else 200)


def _dialog(request: HttpRequest, act: Callable[..., Any], row: Any, title: str) -> HttpResponse:
    form = NameForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            act(row, actor=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            response = close_dialog(HttpResponse(status=204))
            response["HX-Refresh"] = "true"
            return response
    context = {"form": form, "title": title, "action": request.path}
    return render(request, "contact_center/dialog.html", context, status=422 if form.errors else 200)
