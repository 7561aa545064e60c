"""The lists, the pages of a quote and an order, their history, and the panels on other records' pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandhu.channels.queries import mails_about
from bandhu.customers import queries as customers
from bandhu.customers.history_pages import history_page
from bandhu.identity.masking import may_see
from bandhu.platform.list_pages import list_page
from bandhu.platform.paging import keyset_page
from bandhu.platform.registries import panels_for
from bandhu.quotes import queries
from bandhu.sales import queries as sales
from bandhu.ui.pages import is_fragment_request, render_page

SHOWN_OF_RECORD = 50
FINDERS = {
    "contact": customers.contact_for,
    "company": customers.company_for,
    "opportunity": sales.opportunity_for,
}


@require_safe
def quotes(request: HttpRequest) -> HttpResponse:
    return list_page(request, "quote")


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    return list_page(request, "order")


@require_safe
def quote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """In its newest version, or in the one that ?version= names."""
    wanted = request.GET.get("version", "")
    ordinal = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else None
    card = queries.quote_card(request.user, pk, ordinal)
    context = {
        "card": card,
        "record": card.record,
        "paper": card.paper,
        "mails": mails_about(request.user, "quote", card.record.pk),
        "fields": customers.custom_lines(request.user, card.record, "quote"),
        "needs_approval": card.record.is_draft and queries.why_not_sent(request.user, card.paper),
    }
    if request.GET.get("part") == "whole" and is_fragment_request(request):
        return render(request, "quotes/quotes/record.html#whole", context)
    return render(request, "quotes/quotes/record.html", context)


@require_safe
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.order_for(request.user, pk)
    panels = panels_for(request.user, "order", "main")
    wanted = request.GET.get("tab")
    context = {
        "record": found,
        "kind": "order",
        "pk": pk,
        "panels": panels,
        "panel_names": [one.name for one in panels],
        "open_panel": next((one for one in panels if one.name == wanted), panels[0] if panels else None),
        "lines": queries.order_lines(request.user, found),
        **queries.customers_seen(request.user, found),
        "fields": customers.custom_lines(request.user, found, "order"),
        "may_change": may_see(request.user, "quotes.change_order", found),
    }
    return render(request, "quotes/orders/record.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    find: Any = queries.quote_for if kind == "quote" else queries.order_for
    found = find(request.user, pk)
    return history_page(request, kind, found)


@require_safe
def of_record(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel on a contact's, a company's or an opportunity's page: quotes and orders."""
    record = FINDERS[kind](request.user, pk)
    context = {
        "kind": kind,
        "record": record,
        "quotes": queries.quotes_of(request.user, record)[:SHOWN_OF_RECORD],
        "orders": queries.orders_of(request.user, record)[:SHOWN_OF_RECORD],
        "may_create": request.user.holds("quotes.create_quote"),
    }
    return render(request, "quotes/quotes/of_record.html", context)


@require_safe
def bin(request: HttpRequest) -> HttpResponse:
    rows = queries.deleted_quotes(request.user)
    fresh = request.GET.get("fresh", "")
    context = {
        "page": keyset_page(rows, ["-deleted_at"], limit=50),
        "fresh": rows.filter(pk=fresh).first() if len(fresh) == 36 else None,
    }
    return render_page(request, "quotes/quotes/bin.html", context, fragment="rows")
