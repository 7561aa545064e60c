"""A quote from one state to the next: approval, sending, a new version, yes and no, the bin; and an order's cancellation."""

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
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.channels.paper_mails import mailing_dialog
from bandhu.identity.scoping import require
from bandhu.quotes import actions, queries
from bandhu.quotes.forms import NoteForm, SignatureForm
from bandhu.quotes.paper_to_send import quote_to_send
from bandhu.ui.pages import see_other

CHANGE, APPROVE = "quotes.change_quote", "quotes.approve_quote"


@require_POST
def sending(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, actions.send_quote, _("Its page is open. Give the customer the address below."))


@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog with the letter the quote goes out with."""
    record = _quote(request, pk)
    try:
        paper = quote_to_send(request.user, record)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("quotes:quote", args=[pk]))
    return mailing_dialog(request, paper)


@require_POST
def approval(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, actions.approve_quote, _("Approved. The quote can be sent."))


@require_POST
def taking_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, actions.take_back, _("It is a draft again."))


@require_POST
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next version begins; its editor opens."""
    record = queries.quote_for(request.user, pk)
    try:
        actions.begin_version(record, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("quotes:quote", args=[pk]))
    return see_other(request, reverse("quotes:quote_edit", args=[pk]))


@require_http_methods(["GET", "POST"])
def approval_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    def ask(record: Any, text: str) -> None:
        actions.ask_approval(record, actor=request.user, note=text)

    form = NoteForm(_sent(request), label=_("What the approver should know"))
    return _dialog(request, _quote(request, pk), CHANGE, form, ask, _("Ask for approval"))


@require_http_methods(["GET", "POST"])
def approval_refusal(request: HttpRequest, pk: UUID) -> HttpResponse:
    def refuse(record: Any, text: str) -> None:
        actions.refuse_approval(record, actor=request.user, reason=text)

    form = NoteForm(_sent(request), label=_("Why not"))
    return _dialog(request, _quote(request, pk), APPROVE, form, refuse, _("Refuse the approval"))


@require_http_methods(["GET", "POST"])
def acceptance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The customer said yes by another way; the seller writes down who."""

    def accept(record: Any, text: str) -> None:
        actions.accept_quote(record, actor=request.user, signed_name=text)

    form = SignatureForm(_sent(request), label=_("Who has accepted it"))
    return _dialog(request, _quote(request, pk), CHANGE, form, accept, _("The customer accepts"))


@require_http_methods(["GET", "POST"])
def refusal(request: HttpRequest, pk: UUID) -> HttpResponse:
    def decline(record: Any, text: str) -> None:
        actions.decline_quote(record, actor=request.user, reason=text)

    form = NoteForm(_sent(request), label=_("Reason"))
    return _dialog(request, _quote(request, pk), CHANGE, form, decline, _("The customer declines"))


@require_http_methods(["GET", "POST"])
def order_cancellation(request: HttpRequest, pk: UUID) -> HttpResponse:
    def cancel(record: Any, text: str) -> None:
        actions.cancel_order(record, actor=request.user, reason=text)

    record = queries.order_for(request.user, pk)
    form = NoteForm(_sent(request), label=_("Reason"))
    return _dialog(
        request, record, "quotes.change_order", form, cancel, _("Cancel the order"), "quotes:order"
    )


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.quote_for(request.user, pk)
    try:
        actions.delete_quote(record, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("quotes:quote", args=[pk]))
    return see_other(request, f"{reverse('quotes:bin')}?fresh={pk}")


@require_POST
def restoration(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.quote_for(request.user, pk, deleted=True)
    actions.restore_quote(record, actor=request.user)
    messages.success(request, _("“%(name)s” is back.") % {"name": record})
    return see_other(request, reverse("quotes:quote", args=[pk]))


def _quote(request: HttpRequest, pk: UUID) -> Any:
    return queries.quote_for(request.user, pk)


def _do(request: HttpRequest, pk: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    record = _quote(request, pk)
    try:
        act(record, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, done)
    return see_other(request, reverse("quotes:quote", args=[pk]))


def _dialog(
    request: HttpRequest,
    record: Any,
    permission: str,
    form: NoteForm,
    act: Callable[[Any, str], None],
    title: str,
    back: str = "quotes:quote",
) -> HttpResponse:
    require(request.user, permission, record)
    if request.method == "POST":
        try:
            act(record, str(form["text"].value() or ""))
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse(back, args=[record.pk]))
    context = {"form": form, "record": record, "title": title, "submit": title, "action": request.path}
    return render(request, "sales/opportunities/part.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> Any:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
