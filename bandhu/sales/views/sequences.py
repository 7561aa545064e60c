"""Sequences on a screen: set up, who is on the way, putting a contact in, pausing and taking out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.customers import queries as customers
from bandhu.identity.scoping import require, require_anywhere
from bandhu.sales import actions, queries
from bandhu.sales.forms.sequences import EnrolForm, SequenceForm, SequenceRow, letters_offered
from bandhu.ui.formats import current_reader
from bandhu.ui.pages import (
    close_dialog,
    is_fragment_request,
    left_dialog,
    render_part,
    with_event,
    with_toast,
)

VIEW, MANAGE, SEND = "sales.view_enrolment", "sales.manage_sequences", "channels.send_mail"
CHANGED = "enrolments-changed"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, VIEW)
    context = {"sequences": queries.sequences(request.user), "may_manage": request.user.holds(MANAGE)}
    return render(request, "sales/sequences/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, VIEW)
    sequence = queries.sequence_for(request.user, pk)
    context = {
        "sequence": sequence,
        "enrolments": queries.enrolments_in(request.user, sequence),
        "may_manage": request.user.holds(MANAGE),
    }
    return render(request, "sales/sequences/detail.html", context)


@require_http_methods(["GET", "POST"])
def editing(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    sequence = queries.sequence_for(request.user, pk) if pk else None
    form = SequenceForm(request.POST or None, sequence=sequence, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.set_sequence(sequence, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("sales:sequence", pk=saved.pk)
    context = {"form": form, "sequence": sequence, **_of_steps(request)}
    return render(request, "sales/sequences/form.html", context, status=422 if form.errors else 200)


@require_safe
def step(request: HttpRequest) -> HttpResponse:
    """One row more of a sequence that is being written."""
    require_anywhere(request.user, MANAGE)
    row = SequenceRow(current_reader().in_digits("3"))
    return render(request, "sales/sequences/_step.html", {"row": row, **_of_steps(request)})


def _of_steps(request: HttpRequest) -> dict[str, Any]:
    return {"letters": letters_offered(request.user), "step_url": reverse("sales:sequence_step")}


@require_safe
def of_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel on a contact's page."""
    contact = customers.contact_for(request.user, pk)
    context = {
        "contact": contact,
        "enrolments": queries.enrolments_of(request.user, contact),
        "may_enrol": request.user.holds(SEND),
    }
    return render(request, "sales/sequences/of_contact.html", context)


@require_http_methods(["GET", "POST"])
def enrolling(request: HttpRequest, pk: UUID) -> HttpResponse:
    """With `lead` in the address for that lead: closing it ends the sequence."""
    contact = customers.contact_for(request.user, pk)
    require(request.user, SEND, contact)
    wanted = request.GET.get("lead", "")
    lead = queries.lead_for(request.user, wanted) if wanted else None
    home = reverse("customers:contact", args=[contact.pk])
    form = EnrolForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            sequence = queries.sequence_for(request.user, form.cleaned_data["sequence"])
            actions.enrol_contact(contact, actor=request.user, sequence=sequence, lead=lead)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            response = close_dialog(with_event(HttpResponse(status=204), CHANGED))
            return left_dialog(request, with_toast(response, _("The sequence begins.")), home)
    title = _("Put into a sequence")
    context = {
        "form": form, "offered": form.offered, "title": title, "action": request.get_full_path(), "home": home, "may_manage": request.user.holds(MANAGE),
    }  # fmt: skip
    return render_part(
        request, "sales/sequences/enrolling.html", context, title=title, crumbs=[(home, contact)], status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
def pausing(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _switched(request, pk, actions.pause_enrolment, _("Paused."))


@require_POST
def resuming(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _switched(request, pk, actions.resume_enrolment, _("It goes on."))


@require_POST
def stopping(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _switched(request, pk, actions.stop_enrolment, _("Taken out of the sequence."))


def _switched(request: HttpRequest, pk: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    enrolment = queries.enrolment_for(request.user, pk)
    try:
        act(enrolment, actor=request.user)
        words, tone = done, "success"
    except ValidationError as problem:
        words, tone = " ".join(problem.messages), "danger"
    if is_fragment_request(request):
        return with_toast(with_event(HttpResponse(status=204), CHANGED), words, tone=tone)
    (messages.success if tone == "success" else messages.error)(request, words)
    return redirect("sales:sequence", pk=enrolment.sequence_id)
