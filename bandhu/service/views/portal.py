"""The customers' own pages: a request is sent, read, answered. Nothing but the visitor's contact decides what is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_pages import portal_page, render_portal
from bandhu.knowledge.queries import Hit, suggest
from bandhu.service import actions, queries
from bandhu.service.forms import RequestForm, take_errors
from bandhu.service.portal import standing_of

SECTION = "tickets"
SUGGESTED = 4


@require_http_methods(["GET", "POST"])
@portal_page
def new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What they ask; then, unless it says "sure", articles that may answer it; then it is sent."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "sure" not in request.POST and (found := _suggested(f"{given['title']} {given['text']}")):
            context = {"form": form, "articles": found}
            return render_portal(request, visitor, "service/portal/new.html", context, section=SECTION)
        try:
            ticket = actions.send_request(
                visitor.contact_id,
                title=given["title"],
                text=given["text"],
                type_id=given["type"] or None,
                mail=visitor.mail,
            )
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            messages.success(request, _("We have it. Its number is %(code)s.") % {"code": ticket.code})
            return redirect(reverse("service:portal_ticket", args=[ticket.pk]))
    return _shown(request, visitor, "service/portal/new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@portal_page
def ticket(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    found = queries.ticket_of_contact(visitor.contact_id, pk)
    problem = ""
    if request.method == "POST":
        try:
            actions.write_on(visitor.contact_id, found, text=request.POST.get("text", ""))
            return redirect(request.path)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
    context = {
        "ticket": found,
        "standing": standing_of(found),
        "said": queries.said_to_contact(visitor.contact_id, found),
        "problem": problem,
        "sent": request.POST.get("text", ""),
    }
    return _shown(request, visitor, "service/portal/ticket.html", context)


def _shown(request: HttpRequest, visitor: Visitor, template: str, context: dict[str, Any]) -> HttpResponse:
    refused = request.method == "POST"
    return render_portal(request, visitor, template, context, section=SECTION, status=422 if refused else 200)


def _suggested(words: str) -> list[Hit]:
    """What customers may read that may answer it."""
    return suggest(None, words, get_language() or "", "customers", SUGGESTED)
