"""Writing a subscription, its head and its lines. Lines that are billed are changed on a page of their own: it costs or credits money."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.billing import actions, queries
from bandhu.billing.forms import LinesForm, SubscriptionForm
from bandhu.billing.line_grid import GridRow, blank_rows, rows_of, rows_sent, tax_choices
from bandhu.catalog.product_values import UNITS
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.quotes import queries as quotes
from bandhu.ui.pages import see_other

CREATE, CHANGE = "billing.create_subscription", "billing.change_subscription"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = request.user
    require_anywhere(user, CREATE)
    order = _order(request)
    held = rows_of(_lines_of(order), order.currency) if order else []
    if request.method == "GET":
        start = {"owner": str(user.pk), "team": str(user.team_id or ""), "every": "1", "interval": "month"}
        if order:
            start |= {"contact": str(order.contact_id or ""), "company": str(order.company_id or "")}
            start |= {"currency": order.currency, "reference": order.number}
        start |= {name: request.GET[name][:60] for name in ("contact", "company") if name in request.GET}
        form = SubscriptionForm(initial=start, user=user)
        return _form_page(request, form, [*held, *blank_rows()], order=order)
    form = SubscriptionForm(request.POST, request.FILES, user=user)
    rows = _rows(request, form.sent_currency, held)
    if "more_lines" in request.POST or any(row.problem for row in rows):
        return _again(request, form, rows, order=order)
    lines = [row.draft for row in rows if row.draft]
    try:
        made = actions.create_subscription(
            actor=user, currency=form.sent_currency, lines=lines, order=order, **form.values()
        )
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, rows, status=422, order=order)
    messages.success(request, _("Saved. The first invoice is written when its first period begins."))
    return see_other(request, reverse("billing:subscription", args=[made.pk]))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The head. What is sent is compared with the version the form was made from."""
    record = queries.subscription_for(request.user, pk)
    require(request.user, CHANGE, record)
    if request.method == "GET":
        form = SubscriptionForm(initial=SubscriptionForm.values_of(record), user=request.user, record=record)
        return _form_page(request, form, None, record=record)
    own = SubscriptionForm.own_initial(record, "subscription")
    form = SubscriptionForm(request.POST, request.FILES, initial=own, user=request.user, record=record)
    given = chosen(request, form.values())
    try:
        actions.change_subscription(record, actor=request.user, version=sent_version(request), **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _form_page(request, form, None, status=422, record=record)
    except EditConflict as conflict:
        return comparison_page(request, "subscription", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("billing:subscription", args=[pk]))


@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Other quantities, prices, products: from today to the day, or from the next period."""
    record = queries.subscription_for(request.user, pk)
    require(request.user, CHANGE, record)
    held = rows_of(record.lines.select_related("product"), record.currency)
    if request.method == "GET":
        return _lines_page(request, LinesForm(in_arrears=record.in_arrears), record, [*held, *blank_rows()])
    form = LinesForm(request.POST, in_arrears=record.in_arrears)
    rows = _rows(request, record.currency, held)
    if "more_lines" in request.POST:
        return _lines_page(request, form, record, _with_room(rows))
    if any(row.problem for row in rows):
        form.take_errors(ValidationError(_("Please look again at what is marked below.")))
        return _lines_page(request, form, record, rows, status=422)
    given = chosen(request, {"lines": [row.draft for row in rows if row.draft]})
    try:
        if "preview" in request.POST:
            found = actions.preview_lines(record, actor=request.user, prorates=form.prorates, **given)
            return _lines_page(request, form, record, rows, preview=found)
        if "lines" in given:
            version = sent_version(request)
            actions.change_lines(record, actor=request.user, version=version, prorates=form.prorates, **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _lines_page(request, form, record, rows, status=422)
    except EditConflict as conflict:
        return comparison_page(request, "subscription", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("billing:subscription", args=[pk]))


def _order(request: HttpRequest) -> Any:
    """The order in the address, if there is one the user may see."""
    wanted = request.GET.get("order", "")[:40]
    try:
        return quotes.order_for(request.user, wanted) if wanted else None
    except OutOfReach:
        return None


def _lines_of(order: Any) -> list[Any]:
    """What comes again in it; where it does not tell, all of it."""
    lines = list(order.lines.select_related("product"))
    return [line for line in lines if line.recurs] or lines


def _rows(request: HttpRequest, currency: str, held: list[GridRow]) -> list[GridRow]:
    choices = [key for key, _words in tax_choices(held)]
    return rows_sent(request.POST, request.user, currency, choices)


def _with_room(rows: list[GridRow]) -> list[GridRow]:
    return [*rows, *blank_rows(len(rows) + 3)[len(rows) :]]


def _again(request: HttpRequest, form: SubscriptionForm, rows: list[GridRow], order: Any) -> HttpResponse:
    """The same form with more room, or with what is wrong."""
    if "more_lines" in request.POST:
        return _form_page(request, form, _with_room(rows), order=order)
    form.take_errors(ValidationError(_("Please look again at what is marked below.")))
    return _form_page(request, form, rows, status=422, order=order)


def _form_page(
    request: HttpRequest,
    form: SubscriptionForm,
    rows: list[GridRow] | None,
    *,
    status: int = 200,
    record: Any = None,
    order: Any = None,
) -> HttpResponse:
    context = {
        "form": form,
        "record": record,
        "order": order,
        "rows": rows,
        "units": [("", "–"), *UNITS.items()],
        "taxes": tax_choices(rows or []),
        "version": request.POST.get("version") or getattr(record, "version", ""),
    }
    return render(request, "billing/subscriptions/form.html", context, status=status)


def _lines_page(
    request: HttpRequest,
    form: LinesForm,
    record: Any,
    rows: list[GridRow],
    *,
    status: int = 200,
    preview: Any = None,
) -> HttpResponse:
    context = {
        "form": form,
        "record": record,
        "rows": rows,
        "preview": preview,
        "units": [("", "–"), *UNITS.items()],
        "taxes": tax_choices(rows),
        "version": request.POST.get("version") or record.version,
    }
    return render(request, "billing/subscriptions/lines.html", context, status=status)
