"""The list of leads, the page of a lead, its log and history, and the panels on customers' pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.calendars import queries as calendars
from bandhu.customers import queries as customers
from bandhu.customers.history_pages import history_page
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.list_pages import list_page
from bandhu.platform.paging import keyset_page
from bandhu.platform.record_parts import record_part
from bandhu.platform.registries import panels_for
from bandhu.sales import actions, queries
from bandhu.sales.forms.leads import LeadForm
from bandhu.sales.learned_words import told_reasons
from bandhu.sales.views.sent import sent_tags
from bandhu.ui.pages import is_fragment_request, render_page, see_other

CREATE, CHANGE, SEND = "sales.create_lead", "sales.change_lead", "channels.send_mail"
SHOWN_OF_CUSTOMER = 50


@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    return list_page(request, "lead")


@require_safe
def lead(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = queries.lead_card(request.user, pk)
    context = {
        "card": card,
        "record": card.record,
        "fields": customers.custom_lines(request.user, card.record, "lead"),
        "may_write": (card.contact or card.company) and request.user.holds(SEND),  # type: ignore[union-attr]
        "may_enrol": card.contact and card.record.is_open and request.user.holds(SEND),  # type: ignore[union-attr]
        "panels": panels_for(request.user, "lead"),
        "chance_reasons": told_reasons(card.record.chance_reasons, "lead"),
    }
    part = request.GET.get("part")
    if part in ("head", "parts") and is_fragment_request(request):
        return render(request, f"sales/leads/record.html#{part}", context)
    context["changes"] = queries.status_changes_of(request.user, card.record)
    return render(request, "sales/leads/record.html", context)


@require_safe
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.lead_for(request.user, pk)
    context = {"record": found, "changes": queries.status_changes_of(request.user, found)}
    return render(request, "sales/leads/log.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.lead_for(request.user, pk)
    return history_page(request, "lead", found)


@require_safe
def meetings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meetings about a lead."""
    found = queries.lead_for(request.user, pk)
    customer = f"contact:{found.contact_id}" if found.contact_id else f"company:{found.company_id}"
    context = {
        "meetings": calendars.meetings_about(request.user, "lead", pk),  # type: ignore[arg-type]
        "customer": customer,
        "about": f"lead:{pk}",
        "may_plan": (found.contact or found.company) and request.user.holds("calendars.plan_meeting"),  # type: ignore[union-attr]
    }
    return record_part(
        request, "calendars/panel.html", context, kind="lead", record=found, title=_("Meetings")
    )


@require_safe
def of_customer(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The panel on a contact's or company's page."""
    find = customers.contact_for if kind == "contact" else customers.company_for
    customer = find(request.user, pk)
    context = {
        "kind": kind,
        "customer": customer,
        "leads": queries.leads_of(request.user, customer)[:SHOWN_OF_CUSTOMER],
        "may_create": request.user.holds(CREATE),  # type: ignore[union-attr]
    }
    return render(request, "sales/leads/of_customer.html", context)


@require_safe
def bin(request: HttpRequest) -> HttpResponse:
    page = keyset_page(queries.deleted_leads(request.user), ["-deleted_at"], limit=50)
    return render_page(request, "sales/leads/bin.html", {"page": page}, fragment="rows")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, CREATE)
    if request.method == "GET":
        user: Any = request.user
        known = {name: request.GET[name][:300] for name in LeadForm.base_fields if name in request.GET}
        form = LeadForm(initial={"team": str(user.team_id or "")} | known, user=user)
        return _form_page(request, form)
    form = LeadForm(request.POST, request.FILES, user=request.user)
    given = {name: value for name, value in form.values().items() if value not in (None, "")}
    try:
        made = actions.receive_lead(actor=request.user, tags=sent_tags(request), **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, status=422)
    if not queries.leads(request.user).filter(pk=made.pk).exists():
        messages.success(request, _("Saved. By the rules it went to somebody out of your reach."))
        return see_other(request, reverse("sales:leads"))
    messages.success(request, _("Saved."))
    return see_other(request, reverse("sales:lead", args=[made.pk]))


@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """Who the person being typed may be already; a part of the form for a new lead."""
    require_anywhere(request.user, CREATE)
    given = {name: request.GET.get(name, "")[:300] for name in ("full_name", "mail", "phone")}
    suspects = customers.possible_duplicates(
        request.user,
        name=given["full_name"],
        mails=[given["mail"]] if given["mail"] else [],
        phones=[given["phone"]] if given["phone"] else [],
        country=settings.DEFAULT_COUNTRY,
    )
    return render(request, "sales/leads/typed.html", {"suspects": suspects})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.lead_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "GET":
        return _form_page(
            request, LeadForm(initial=LeadForm.values_of(record), user=request.user, record=record)
        )
    form = LeadForm(request.POST, request.FILES, user=request.user, record=record)
    given = form.values()
    if "tags" in request.POST:
        given["tags"] = sent_tags(request)
    try:
        actions.change_lead(
            record, actor=request.user, version=sent_version(request), **chosen(request, given)
        )
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, status=422)
    except EditConflict as conflict:
        return comparison_page(request, "lead", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("sales:lead", args=[pk]))


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.lead_for(request.user, pk)
    actions.delete_lead(record, actor=request.user)
    messages.success(request, _("“%(name)s” is in the bin.") % {"name": record})
    return see_other(request, reverse("sales:lead_bin"))


@require_POST
def restoration(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.lead_for(request.user, pk, deleted=True)
    actions.restore_lead(record, actor=request.user)
    messages.success(request, _("“%(name)s” is back.") % {"name": record})
    return see_other(request, reverse("sales:lead", args=[pk]))


def _form_page(request: HttpRequest, form: LeadForm, status: int = 200) -> HttpResponse:
    record, tags = form.record, request.POST.get("tags")
    if tags is None and record is not None:
        tags = ", ".join(tag.name for tag in record.tags.all())
    context = {
        "form": form,
        "record": record,
        "tags": tags or "",
        "version": request.POST.get("version") or getattr(record, "version", ""),
    }
    return render(request, "sales/leads/form.html", context, status=status)
