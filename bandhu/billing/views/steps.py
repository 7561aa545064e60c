"""What happens to an invoice after it was written: issued, paid, given back, credited, made void. One small form each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.billing import actions, queries
from bandhu.billing.forms import CreditForm, IssueForm, PaymentFieldsForm, PaymentForm, RefundForm, VoidForm
from bandhu.billing.paper_to_send import invoice_to_send
from bandhu.channels.paper_mails import mailing_dialog
from bandhu.identity.scoping import require
from bandhu.quotes import queries as quotes
from bandhu.ui.formats import current_reader, day
from bandhu.ui.pages import see_other


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = _record(request, pk, "billing.issue_invoice")
    form = IssueForm(_sent(request), record=record)

    def act() -> Any:
        return actions.issue_invoice(record, actor=request.user, **form.values())

    words = {
        "title": _("Give it a number"),
        "text": _("After this nothing on it changes any more. What is wrong afterwards is credited."),
        "submit": _("Issue"),
    }
    return _step(request, record, form, act, words)


@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog with the letter the invoice goes out with."""
    record = queries.invoice_for(request.user, pk)
    try:
        paper = invoice_to_send(request.user, record)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("billing:invoice", args=[pk]))
    return mailing_dialog(request, paper)


@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = _record(request, pk, "billing.record_payment")
    start = {"amount": str(record.balance.amount), "received_on": timezone.localdate()}
    form = PaymentForm(_sent(request), request.FILES or None, initial=start, user=request.user)

    def act() -> Any:
        return actions.record_payment(record, actor=request.user, **form.values(record.currency))

    text = _("%(amount)s are open.") % {"amount": record.balance.written()}
    return _step(
        request, record, form, act, {"title": _("Record a payment"), "text": text, "submit": _("Save")}
    )


@require_http_methods(["GET", "POST"])
def payment_fields(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The house's own fields of a payment or refund; nothing else of it changes."""
    paid = queries.payment_for(request.user, pk)
    record = _record(request, paid.invoice_id, "billing.record_payment")
    form = PaymentFieldsForm(_sent(request), request.FILES or None, user=request.user, payment=paid)

    def act() -> Any:
        return actions.change_payment(paid, actor=request.user, **form.values())

    text = _("%(payment)s of %(date)s. What came in stays as it is; these fields are your house's own.")
    words = {"payment": _in_words(paid), "date": day(paid.received_on, current_reader())}
    return _step(
        request, record, form, act, {"title": _("Own fields"), "text": text % words, "submit": _("Save")}
    )


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    paid = queries.payment_for(request.user, pk)
    record = _record(request, paid.invoice_id, "billing.refund_payment")
    left = actions.refundable(paid)
    start = {"amount": str(left.amount), "received_on": timezone.localdate(), "through_gateway": True}
    form = RefundForm(_sent(request), initial=start, has_gateway=paid.account_id is not None)

    def act() -> Any:
        return actions.refund_payment(paid, actor=request.user, **form.values(record.currency))

    text = _("Of this payment %(left)s can be given back.") % {"left": left.written()}
    return _step(
        request,
        record,
        form,
        act,
        {"title": _("Give a payment back"), "text": text, "submit": _("Give back")},
    )


@require_http_methods(["GET", "POST"])
def credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = _record(request, pk, "billing.credit_invoice")
    form = CreditForm(_sent(request))

    def act() -> Any:
        return actions.draft_credit_note(record, actor=request.user, reason=form["reason"].value() or "")

    text = _("A draft with all lines is made. Take out what is not credited, then give it its number.")
    return _step(
        request, record, form, act, {"title": _("Write a credit note"), "text": text, "submit": _("Go on")}
    )


@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = _record(request, pk, "billing.credit_invoice")
    form = VoidForm(_sent(request))

    def act() -> Any:
        return actions.void_invoice(record, actor=request.user, reason=form["reason"].value() or "")

    text = _("The number stays, and nobody owes it any more. Only while nothing was paid or credited.")
    return _step(
        request, record, form, act, {"title": _("Make it void"), "text": text, "submit": _("Make void")}
    )


@require_POST
def of_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft with the lines of an order."""
    order = quotes.order_for(request.user, pk)
    try:
        made = actions.invoice_order(order, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, request.headers.get("Referer") or reverse("billing:invoices"))
    return see_other(request, reverse("billing:invoice", args=[made.pk]))


def _in_words(paid: Any) -> str:
    return f"{paid.get_kind_display()} {paid.amount.written()}"


def _sent(request: HttpRequest) -> Any:
    """What was posted, also when that is nothing at all; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _record(request: HttpRequest, pk: UUID, permission: str) -> Any:
    record = queries.invoice_for(request.user, pk)
    require(request.user, permission, record)
    return record


def _step(
    request: HttpRequest, record: Any, form: Any, act: Callable[[], Any], words: dict[str, str]
) -> HttpResponse:
    if request.method == "POST":
        try:
            made = act()
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Done."))
            # A credit note goes on with its own page; everything else with the invoice.
            goes_on = made.pk if hasattr(made, "lines") else record.pk
            return see_other(request, reverse("billing:invoice", args=[goes_on]))
    context = {"form": form, "record": record, **words}
    return render(
        request, "billing/invoices/step.html", context, status=422 if request.method == "POST" else 200
    )
