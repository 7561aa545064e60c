"""The customers' own pages: a request is sent, read, answered. Nothing but the visitor's contact decides what is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.customers.queries.contacts import as_uuid
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_pages import portal_page, render_portal
from bandhu.knowledge.queries import Hit, suggest
from bandhu.platform.file_answers import file_answer
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
    if "change_type" in request.POST or form.is_unseen:
        # Shown anew with what this kind asks for; nothing that was typed is lost.
        asks_more = "change_type" not in request.POST
        context = {"form": RequestForm(initial=request.POST.dict()), "asks_more": asks_more}
        return render_portal(request, visitor, "service/portal/new.html", context, section=SECTION)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        # What a browser enclosed would have to be chosen once more after the articles.
        is_asked = "sure" not in request.POST and not request.FILES
        if is_asked and (found := _suggested(f"{given['title']} {given['text']}")):
            context = {"form": form, "articles": found}
            return render_portal(request, visitor, "service/portal/new.html", context, section=SECTION)
        try:
            ticket = actions.send_request(
                visitor.contact_id,
                title=given["title"],
                text=given["text"],
                type_id=given["type"] or None,
                mail=visitor.mail,
                uploads=_uploads(request),
                custom=form.own_values(),
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
            text = request.POST.get("text", "")
            actions.write_on(visitor.contact_id, found, text=text, uploads=_uploads(request))
            return redirect(request.path)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
    before = as_uuid(request.GET["before"]) if "before" in request.GET else None
    said, has_older = queries.said_to_contact(visitor.contact_id, found, before)
    context = {
        "ticket": found,
        "standing": standing_of(found),
        "said": said,
        "older": said[0].pk if said and has_older else None,
        "is_past": before is not None,
        "problem": problem,
        "sent": request.POST.get("text", ""),
    }
    return _shown(request, visitor, "service/portal/ticket.html", context)


@require_safe
@portal_page
def file(request: HttpRequest, visitor: Visitor, pk: UUID, file_id: UUID) -> HttpResponseBase:
    """Always as an attachment: whatever it is, it never runs as part of our pages."""
    found = queries.ticket_of_contact(visitor.contact_id, pk)
    return file_answer(queries.file_of_contact(visitor.contact_id, found, file_id))


def _uploads(request: HttpRequest) -> list[tuple[str, int, Any]]:
    return [(one.name or "", one.size or 0, one.chunks()) for one in request.FILES.getlist("uploads")]


def _shown(request: HttpRequest, visitor: Visitor, template: str, context: dict[str, Any]) -> HttpResponse:
    refused = request.method == "POST"
    return render_portal(request, visitor, template, context, section=SECTION, status=422 if refused else 200)


def _suggested(words: str) -> list[Hit]:
    """What customers may read that may answer it."""
    return suggest(None, words, get_language() or "", "customers", SUGGESTED)
