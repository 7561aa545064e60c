"""Mails on a screen: the exchange, what waits, what was not sent, and people nobody knows yet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bandhu.channels import actions, queries
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.file_answers import file_answer
from bandhu.platform.paging import keyset_page
from bandhu.ui.pages import is_fragment_request, render_page, see_other, with_toast

VIEW = "channels.view_mail"
PARTS = {
    "": gettext_lazy("With customers"),
    "strangers": gettext_lazy("From unknown people"),
    "unsent": gettext_lazy("Not sent"),
    "drafts": gettext_lazy("Drafts"),
}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, VIEW)
    part = request.GET.get("part", "")
    part = part if part in PARTS else ""
    rows = queries.part_of_mails(request.user, part)
    page = keyset_page(rows, ["-id"], cursor=request.GET.get("after") or request.GET.get("before"))
    queries.withheld(request.user, page.items)
    tabs = [(name, label, name == part) for name, label in PARTS.items()]
    return render_page(
        request, "channels/mails/list.html", {"page": page, "part": part, "tabs": tabs}, fragment="rows"
    )


@require_safe
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.mail_for(request.user, pk)
    thread = queries.thread_of(request.user, found)
    states = queries.states_of_pictures(request.user, thread)
    for one in thread:
        one.enclosed = queries.files_of_mail(request.user, one)
        one.pictures = states.get(one.pk)
        if one.pictures is not None:  # the bar below it says so
            one.troubles = [trouble for trouble in one.troubles if trouble != "remote_pictures"]
    found.followed = queries.tracked_links(request.user, found) if found.clicks else []
    context = {"mail": found, "thread": thread, **_may(request, found)}
    return render(request, "channels/mails/detail.html", context)


@require_POST
def taking_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.mail_for(request.user, pk)
    try:
        actions.take_back(found, actor=request.user)
    except ValidationError as problem:
        return _said(request, found, " ".join(problem.messages), "danger")
    return _said(request, found, _("Not sent. It is kept as a draft."), "success")


@require_POST
def repetition(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.mail_for(request.user, pk)
    try:
        actions.send_again(found, actor=request.user)
    except ValidationError as problem:
        return _said(request, found, " ".join(problem.messages), "danger")
    return _said(request, found, _("On its way."), "success")


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.mail_for(request.user, pk)
    try:
        actions.delete_draft(found, actor=request.user)
    except ValidationError as problem:
        return _said(request, found, " ".join(problem.messages), "danger")
    messages.success(request, _("The draft is deleted."))
    return see_other(request, reverse("channels:mails"))


@require_POST
def acquaintance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who wrote becomes a contact."""
    found = queries.mail_for(request.user, pk)
    try:
        contact = actions.make_contact(found, actor=request.user)
    except ValidationError as problem:
        return _said(request, found, " ".join(problem.messages), "danger")
    messages.success(request, _("Saved. What they wrote is on the timeline."))
    return see_other(request, reverse("customers:contact", args=[contact.pk]))


@require_safe
def source(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The mail as it came in, as a file."""
    stored = queries.source_of(request.user, queries.mail_for(request.user, pk))
    if stored is None:
        raise Http404
    return file_answer(stored, inline=False)


def _said(request, found, words, tone):
    if is_fragment_request(request):
        return with_toast(HttpResponse(status=204), words, tone=tone)
    (messages.error if tone == "danger" else messages.success)(request, words)
    return redirect("channels:mail", pk=found.pk)


def _may(request, found):
    customer = found.contact or found.company
    return {
        "may_write": customer is not None and request.user.holds("channels.send_mail"),
        "kind": "contact" if found.contact else "company",
        "customer": customer,
        "is_mine": found.written_by_id == request.user.pk,
        "is_stranger": found.is_incoming and not found.is_filed,
    }
