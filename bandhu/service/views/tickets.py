"""The list of tickets, the page of a ticket, its form and history, and the panels on customers' pages."""

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

from bandhu.customers import queries as customers
from bandhu.customers.history_pages import history_page
from bandhu.identity.scoping import require, require_anywhere
from bandhu.inbox.aids import REPLY_AID
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.list_pages import list_page
from bandhu.platform.paging import keyset_page
from bandhu.platform.registries import panels_for
from bandhu.service import actions, queries
from bandhu.service.forms import TicketForm
from bandhu.ui.pages import is_fragment_request, render_page, see_other

VIEW, CREATE, CHANGE = "service.view_ticket", "service.create_ticket", "service.change_ticket"
SHOWN_OF_CUSTOMER = 50


@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    return list_page(request, "ticket")


@require_safe
def ticket(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = queries.ticket_card(request.user, pk)
    context = {
        "card": card,
        "record": card.record,
        "fields": customers.custom_lines(request.user, card.record, "ticket"),
        "threads": queries.threads_of(request.user, card.record),
        "notes": queries.notes_of(card.record),
        "statuses": queries.statuses(request.user),
        "may_see_articles": request.user.holds("knowledge.view_article"),
        "reply_aids": panels_for(request.user, REPLY_AID),
    }
    part = request.GET.get("part")
    if part in ("head", "parts", "threads") and is_fragment_request(request):
        return render(request, f"service/tickets/record.html#{part}", context)
    return render(request, "service/tickets/record.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    return history_page(request, "ticket", queries.ticket_for(request.user, pk))


@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """Answers a box in which a ticket is chosen."""
    require_anywhere(request.user, VIEW)
    found = queries.tickets_named(request.user, request.GET.get("q", "")[:100])
    options = [(str(one.pk), str(one), name) for one, name in queries.with_customers(request.user, found)]
    return render(request, "customers/records/options.html", {"options": options})


@require_safe
def of_customer(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel on a contact's or company's page."""
    find = customers.contact_for if kind == "contact" else customers.company_for
    customer = find(request.user, pk)
    context = {
        "kind": kind,
        "customer": customer,
        "tickets": queries.tickets_of(request.user, customer)[:SHOWN_OF_CUSTOMER],
        "may_create": request.user.holds(CREATE),
    }
    return render(request, "service/tickets/of_customer.html", context)


@require_safe
def bin(request: HttpRequest) -> HttpResponse:
    page = keyset_page(queries.deleted_tickets(request.user), ["-deleted_at"], limit=50)
    return render_page(request, "service/tickets/bin.html", {"page": page}, fragment="rows")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, CREATE)
    if request.method == "GET" or "change_type" in request.POST:
        given = request.GET if request.method == "GET" else request.POST
        known = {name: given[name][:300] for name in TicketForm.base_fields if name in given}
        return _form_page(request, TicketForm(initial=known, user=request.user))
    form = TicketForm(request.POST, request.FILES, user=request.user)
    given_values = {name: value for name, value in form.values().items() if value not in (None, "")}
    try:
        made = actions.open_ticket(actor=request.user, tags=_tags(request), **({"title": ""} | given_values))
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, status=422)
    messages.success(request, _("%(code)s is open.") % {"code": made.code})
    return see_other(request, _address(made.pk))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "GET":
        form = TicketForm(initial=TicketForm.values_of(record), user=request.user, record=record)
        return _form_page(request, form)
    form = TicketForm(request.POST, request.FILES, user=request.user, record=record)
    given = form.values()
    if "tags" in request.POST:
        given["tags"] = _tags(request)
    try:
        actions.change_ticket(
            record, actor=request.user, version=sent_version(request), **chosen(request, given)
        )
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, status=422)
    except EditConflict as conflict:
        return comparison_page(request, "ticket", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, _address(pk))


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    actions.delete_ticket(record, actor=request.user)
    messages.success(request, _("“%(name)s” is in the bin.") % {"name": record})
    return see_other(request, reverse("service:bin"))


@require_POST
def restoration(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk, deleted=True)
    actions.restore_ticket(record, actor=request.user)
    messages.success(request, _("“%(name)s” is back.") % {"name": record})
    return see_other(request, _address(pk))


def _tags(request: HttpRequest) -> list[str]:
    return [one.strip() for one in request.POST.get("tags", "").split(",") if one.strip()]


def _address(pk: UUID) -> str:
    return reverse("service:ticket", args=[pk])


def _form_page(request: HttpRequest, form: TicketForm, status: int = 200) -> HttpResponse:
    record, tags = form.record, request.POST.get("tags")
    if tags is None and record is not None:
        tags = ", ".join(tag.name for tag in record.tags.all())
    context: dict[str, Any] = {
        "form": form,
        "record": record,
        "tags": tags or "",
        "matrix": queries.matrix_rows(),
        "version": request.POST.get("version") or getattr(record, "version", ""),
    }
    return render(request, "service/tickets/form.html", context, status=status)
