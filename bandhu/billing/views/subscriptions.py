"""Subscriptions: the list with what they bring in, the page of one, panels, and what people do with it."""

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

from bandhu.billing import actions, queries
from bandhu.billing.forms import CancelForm
from bandhu.customers import queries as customers
from bandhu.customers.history_pages import history_page
from bandhu.identity.scoping import require
from bandhu.platform.list_pages import list_page
from bandhu.quotes import queries as quotes
from bandhu.ui.pages import is_fragment_request, see_other

CHANGE = "billing.change_subscription"
SHOWN_OF_RECORD = 50
_FIND: dict[str, Any] = {
    "contact": customers.contact_for,
    "company": customers.company_for,
    "order": quotes.order_for,
}


@require_safe
def subscriptions(request: HttpRequest) -> HttpResponse:
    return list_page(request, "subscription")


@require_safe
def subscription(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = queries.subscription_card(request.user, pk)
    fields = customers.custom_lines(request.user, card.record, "subscription")
    context = {"card": card, "record": card.record, "fields": fields}
    if request.GET.get("part") == "paper" and is_fragment_request(request):
        return render(request, "billing/subscriptions/record.html#paper", context)
    return render(request, "billing/subscriptions/record.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.subscription_for(request.user, pk)
    return history_page(request, "subscription", found)


@require_safe
def of_record(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel on the page of a contact, a company or an order."""
    record = _FIND[kind](request.user, pk)
    context = {
        "kind": kind,
        "record": record,
        "subscriptions": queries.subscriptions_of(request.user, record)[:SHOWN_OF_RECORD],
        "may_create": request.user.holds("billing.create_subscription"),
    }
    return render(request, "billing/subscriptions/of_record.html", context)


@require_http_methods(["GET", "POST"])
def cancelling(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = _record(request, pk)
    form = CancelForm(
        request.POST if request.method == "POST" else None,
        may_credit=queries.subscription_card(request.user, pk).may["credit"],
        is_paused=record.state == "paused",
        in_arrears=record.in_arrears,
    )
    if request.method == "POST":
        try:
            actions.cancel_subscription(record, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Cancelled."))
            return see_other(request, _url(pk))
    context = {"form": form, "record": record}
    return render(
        request, "billing/subscriptions/cancelling.html", context, status=422 if form.errors else 200
    )


@require_POST
def pausing(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _done(request, pk, actions.pause_subscription, _("Paused."))


@require_POST
def resuming(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _done(request, pk, actions.resume_subscription, _("It goes on."))


def _done(request: HttpRequest, pk: UUID, act: Any, words: str) -> HttpResponse:
    try:
        act(_record(request, pk), actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, words)
    return see_other(request, _url(pk))


def _record(request: HttpRequest, pk: UUID) -> Any:
    record = queries.subscription_for(request.user, pk)
    require(request.user, CHANGE, record)
    return record


def _url(pk: UUID) -> str:
    return reverse("billing:subscription", args=[pk])
