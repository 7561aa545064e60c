"""The list, the page of an invoice, its history, and the panels on other records' pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandhu.billing import queries
from bandhu.billing.public_address import public_url
from bandhu.channels.queries import mails_about
from bandhu.customers import queries as customers
from bandhu.customers.history_pages import history_page
from bandhu.platform.list_pages import list_page
from bandhu.quotes import queries as quotes
from bandhu.sales import queries as sales
from bandhu.ui.pages import is_fragment_request

SHOWN_OF_RECORD = 50
_FIND: dict[str, Any] = {
    "contact": customers.contact_for,
    "company": customers.company_for,
    "opportunity": sales.opportunity_for,
    "order": quotes.order_for,
}


@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    return list_page(request, "invoice")


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    return list_page(request, "payment")


@require_safe
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = queries.invoice_card(request.user, pk)
    own = customers.custom_lines_of(request.user, card.payments, "payment") if card.payments else {}
    context = {
        "card": card,
        "payments": [(one, own[one.pk]) for one in card.payments],
        "may_fill": card.may["pay"] and any(line["may_change"] for lines in own.values() for line in lines),
        "record": card.record,
        "fields": customers.custom_lines(request.user, card.record, "invoice"),
        "public_address": public_url(card.record),
        "mails": mails_about(request.user, "invoice", pk),
    }
    if request.GET.get("part") == "paper" and is_fragment_request(request):
        return render(request, "billing/invoices/record.html#paper", context)
    return render(request, "billing/invoices/record.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.invoice_for(request.user, pk)
    return history_page(request, "invoice", found)


@require_safe
def of_record(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel on the page of a contact, a company or an opportunity."""
    record = _FIND[kind](request.user, pk)
    context = {
        "kind": kind,
        "record": record,
        "invoices": queries.invoices_of(request.user, record)[:SHOWN_OF_RECORD],
        "may_create": request.user.holds("billing.create_invoice"),
    }
    return render(request, "billing/invoices/of_record.html", context)
