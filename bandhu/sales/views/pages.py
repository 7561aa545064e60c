"""The list, the page of an opportunity, its history, and the panels on customers' pages."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.calendars import queries as calendars
from bandhu.customers import queries as customers
from bandhu.customers.history_pages import history_page
from bandhu.platform.list_pages import list_page
from bandhu.platform.paging import keyset_page
from bandhu.platform.record_parts import record_part
from bandhu.platform.registries import panels_for
from bandhu.sales import queries
from bandhu.sales.learned_words import told_reasons
from bandhu.ui.pages import is_fragment_request, render_page

PARTS = ("head", "parts")
SHOWN_OF_CUSTOMER = 50


@require_safe
def opportunities(request: HttpRequest) -> HttpResponse:
    return list_page(request, "opportunity")


@require_safe
def opportunity(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = queries.opportunity_card(request.user, pk)
    context = {
        "card": card,
        "record": card.record,
        "fields": customers.custom_lines(request.user, card.record, "opportunity"),
        "may_write": (card.contact or card.company) and request.user.holds("channels.send_mail"),
        "sees_timeline": card.contact and panels_for(request.user, "contact"),
        "panels": panels_for(request.user, "opportunity"),
    }
    if chance := queries.chance_of(card.record):
        context |= {"chance": chance, "chance_reasons": told_reasons(chance.reasons, "opportunity")}
    part = request.GET.get("part")
    if part in PARTS and is_fragment_request(request):
        return render(request, f"sales/opportunities/record.html#{part}", context)
    context["moves"] = queries.moves_of(request.user, card.record)
    return render(request, "sales/opportunities/record.html", context)


@require_safe
def moves(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.opportunity_for(request.user, pk)
    context = {"record": found, "moves": queries.moves_of(request.user, found)}
    return render(request, "sales/opportunities/moves.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.opportunity_for(request.user, pk)
    return history_page(request, "opportunity", found)


@require_safe
def meetings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meetings about an opportunity."""
    found = queries.opportunity_for(request.user, pk)
    customer = f"contact:{found.contact_id}" if found.contact_id else f"company:{found.company_id}"
    context = {
        "meetings": calendars.meetings_about(request.user, "opportunity", pk),
        "customer": customer,
        "about": f"opportunity:{pk}",
        "may_plan": request.user.holds("calendars.plan_meeting"),  # type: ignore[union-attr]
    }
    return record_part(
        request, "calendars/panel.html", context, kind="opportunity", record=found, title=_("Meetings")
    )


@require_safe
def of_customer(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel on a contact's or company's page."""
    find = customers.contact_for if kind == "contact" else customers.company_for
    customer = find(request.user, pk)
    context = {
        "kind": kind,
        "customer": customer,
        "opportunities": queries.opportunities_of(request.user, customer)[:SHOWN_OF_CUSTOMER],
        "may_create": request.user.holds("sales.create_opportunity"),  # type: ignore[union-attr]
    }
    return render(request, "sales/opportunities/of_customer.html", context)


@require_safe
def bin(request: HttpRequest) -> HttpResponse:
    rows = queries.deleted_opportunities(request.user)
    fresh = request.GET.get("fresh", "")
    context = {
        "page": keyset_page(rows, ["-deleted_at"], limit=50),
        "fresh": rows.filter(pk=fresh).first() if len(fresh) == 36 else None,
    }
    return render_page(request, "sales/opportunities/bin.html", context, fragment="rows")


@require_safe
def contact_choices(request: HttpRequest) -> HttpResponse:
    found = customers.contacts_named(request.user, request.GET.get("q", "")[:100])
    options = [(str(one.pk), one.full_name, one.city) for one in found]
    return render(request, "customers/records/options.html", {"options": options})
