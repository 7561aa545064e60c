"""New quotes and the editor: everything of a draft on one page, sent as a whole; the server reckons while one types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.catalog import queries as catalog
from bandhu.catalog.line_editor import (
    EditorRow,
    as_asked,
    blank_row,
    new_row,
    rows_of,
    rows_sent,
    take_amounts,
    take_problems,
)
from bandhu.catalog.pasted_lines import AddedRows, rows_added
from bandhu.catalog.period_values import period_choices
from bandhu.catalog.product_values import UNITS
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.quotes import actions, queries
from bandhu.quotes.forms import NewQuoteForm, QuoteForm
from bandhu.ui.options import DrawnOptions
from bandhu.ui.pages import see_other

CREATE, CHANGE = "quotes.create_quote", "quotes.change_quote"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """For whom; from an opportunity nothing needs to be asked."""
    require_anywhere(request.user, CREATE)
    opportunity = queries.opportunity_to_quote(
        request.user, (request.POST or request.GET).get("opportunity", "")
    )
    known = {name: request.GET.get(name, "")[:60] for name in ("contact", "company")}
    form = NewQuoteForm(_sent(request), initial=known, user=request.user)
    if request.method == "POST":
        try:
            made = actions.create_quote(actor=request.user, opportunity=opportunity, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            return see_other(request, reverse("quotes:quote_edit", args=[made.pk]))
    context = {"form": form, "opportunity": opportunity}
    return render(request, "quotes/quotes/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft with its lines; POST saves all of it or nothing."""
    record = _draft(request, pk)
    currency = queries.version_of(record).currency
    if request.method == "GET":
        form = QuoteForm(
            initial=QuoteForm.values_of(record), user=request.user, record=record, currency=currency
        )
        lines = queries.lines_of(queries.version_of(record))
        return _page(request, record, form, rows_of(lines, currency), lines=lines)
    own = QuoteForm.own_initial(record, "quote")
    form = QuoteForm(
        request.POST, request.FILES, initial=own, user=request.user, record=record, currency=currency
    )
    rows = rows_sent(request.POST)
    if added := rows_added(request.user, request.POST, rows, record.language):
        return _page(request, record, form, added.rows, added.problems, added.status, added=added)
    given = chosen(request, form.values() | {"lines": as_asked(rows)})
    try:
        actions.change_quote(record, actor=request.user, version=sent_version(request), **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _page(request, record, form, rows, take_problems(rows, problem), status=422)
    except EditConflict as conflict:
        return comparison_page(request, "quote", record, conflict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("quotes:quote", args=[pk]))


@require_POST
def sums(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the lines on the page come to, reckoned here and stored nowhere."""
    record = _draft(request, pk)
    paper = queries.version_of(record)
    rows = rows_sent(request.POST)
    context: dict[str, Any] = {"record": record, "paper": paper, "rows": rows, "fresh": True}
    try:
        lines, totals = queries.preview(request.user, record, as_asked(rows))
    except ValidationError as problem:
        context |= {"problems": take_problems(rows, problem), "unclear": True}
    else:
        take_amounts(rows, lines, paper.currency)
        context |= {"totals": totals, "lines": lines}
    return render(request, "quotes/quotes/_sums.html", context)


@require_safe
def line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more row: of a product with its price, or an empty one."""
    record = _draft(request, pk)
    row = blank_row()
    if wanted := request.GET.get("product", ""):
        product = catalog.product_for(request.user, wanted)
        row = _row_of_product(request, record, product)
    return render(request, "catalog/lines/_line.html", {"row": row, "focus": True, **_choices(record)})


def _row_of_product(request: HttpRequest, record: Any, product: Any) -> EditorRow:
    """With the price of the books; where they have none, the price is asked for."""
    asked: dict[str, Any] = {"product": product, "quantity": Decimal(1)}
    try:
        lines, _totals = queries.preview(request.user, record, [asked])
    except ValidationError as problem:
        row = blank_row()
        row.values |= {"product": str(product.pk), "name": catalog.name_of(product, record.language)}
        row.code = product.code
        row.problems["unit_price"] = " ".join(problem.messages)
        return row
    return new_row(lines[0], queries.version_of(record).currency)


def _draft(request: HttpRequest, pk: UUID) -> Any:
    record = queries.quote_for(request.user, pk)
    require(request.user, CHANGE, record)
    return record


def _choices(record: Any) -> dict[str, Any]:
    return {
        "record": record,
        "units": DrawnOptions(UNITS.items()),
        "tax_classes": DrawnOptions([("", "–"), *catalog.tax_classes()]),
        "periods": DrawnOptions(period_choices()),
    }


def _page(
    request: HttpRequest,
    record: Any,
    form: QuoteForm,
    rows: list[EditorRow],
    problems: list[str] | None = None,
    status: int = 200,
    lines: list[Any] | None = None,
    added: AddedRows | None = None,
) -> HttpResponse:
    if not record.is_draft and request.method == "GET":
        return see_other(request, reverse("quotes:quote", args=[record.pk]))
    paper = queries.version_of(record)
    context = {
        "form": form,
        "paper": paper,
        "lines": queries.lines_of(paper) if lines is None else lines,
        "rows": rows,
        "problems": problems or [],
        "added": added,
        "version": request.POST.get("version") or record.version,
        **_choices(record),
    }
    return render(request, "quotes/quotes/edit.html", context, status=status)


def _sent(request: HttpRequest) -> Any:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
