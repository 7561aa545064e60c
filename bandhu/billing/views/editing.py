"""Drafts: head and lines in one form, thrown away, or begun from an order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.billing import actions, queries
from bandhu.billing.forms import InvoiceForm
from bandhu.billing.line_grid import GridRow, blank_rows, rows_of, rows_sent, tax_choices
from bandhu.catalog.product_values import UNITS
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.ui.pages import see_other

CREATE, CHANGE = "billing.create_invoice", "billing.change_invoice"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, CREATE)
    if request.method == "GET":
        user = request.user
        known = {
            name: request.GET[name][:60]
            for name in ("contact", "company", "opportunity")
            if name in request.GET
        }
        start = {"owner": str(user.pk), "team": str(user.team_id or "")} | known
        return _form_page(request, InvoiceForm(initial=start, user=user), blank_rows())
    form = InvoiceForm(request.POST, request.FILES, user=request.user)
    return _saved(request, form, [])


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.invoice_for(request.user, pk)
    require(request.user, CHANGE, record)
    if record.number and request.method == "GET":
        messages.info(request, _("An issued invoice is not changed. Credit it and write a new one."))
        return see_other(request, reverse("billing:invoice", args=[pk]))
    held = rows_of(record.lines.select_related("product"), record.currency)
    if request.method == "GET":
        form = InvoiceForm(initial=InvoiceForm.values_of(record), user=request.user, record=record)
        return _form_page(request, form, [*held, *blank_rows()])
    form = InvoiceForm(request.POST, request.FILES, initial=_own(record), user=request.user, record=record)
    return _saved(request, form, held)


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.invoice_for(request.user, pk)
    try:
        actions.delete_draft(record, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("billing:invoice", args=[pk]))
    messages.success(request, _("The draft was thrown away."))
    return see_other(request, reverse("billing:invoices"))


def _own(record: Any) -> dict[str, Any]:
    """The own fields as they are: a form that is sent names the files that stay."""
    return InvoiceForm.own_initial(record, "invoice")


def _saved(request: HttpRequest, form: InvoiceForm, held: list[GridRow]) -> HttpResponse:
    """Write the draft, or show what is wrong; with "more_lines" the same form with more room."""
    record, user = form.record, request.user
    choices = [key for key, _words in tax_choices(held)]
    rows = rows_sent(request.POST, user, form.sent_currency, choices)
    if "more_lines" in request.POST:
        return _form_page(request, form, [*rows, *blank_rows(len(rows) + 3)[len(rows) :]])
    if any(row.problem for row in rows):
        form.take_errors(ValidationError(_("Please look again at what is marked below.")))
        return _form_page(request, form, rows, status=422)
    lines = [row.draft for row in rows if row.draft]
    given = form.values() | ({"currency": form.sent_currency} if "currency" in form.fields else {})
    given = chosen(request, given | {"lines": lines})
    try:
        if record is None:
            record = actions.create_invoice(actor=user, **given)
        else:
            actions.change_invoice(record, actor=user, version=sent_version(request), **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, rows, status=422)
    except EditConflict as conflict:
        return comparison_page(request, "invoice", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("billing:invoice", args=[record.pk]))


def _form_page(
    request: HttpRequest,
    form: InvoiceForm,
    rows: list[GridRow],
    status: int = 200,
) -> HttpResponse:
    record: Any = form.record
    context = {
        "form": form,
        "record": record,
        "rows": rows or blank_rows(),
        "taxes": tax_choices(rows),
        "units": [("", "–"), *UNITS.items()],
        "version": request.POST.get("version") or getattr(record, "version", ""),
        "has_base": bool(form.fields["currency"].choices) if "currency" in form.fields else True,  # type: ignore[attr-defined]
    }
    return render(request, "billing/invoices/form.html", context, status=status)
