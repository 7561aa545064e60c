"""Price books and their grid of prices."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.catalog import actions, queries
from bandhu.catalog.forms import BookForm
from bandhu.catalog.period_values import period_choices
from bandhu.catalog.price_grid import GridRow, blank_rows, rows_of, rows_sent
from bandhu.customers.imports.neutral import csv_lines
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.money import Money
from bandhu.platform.paging import keyset_page
from bandhu.ui.options import DrawnOptions
from bandhu.ui.pages import render_page, see_other

MANAGE = "catalog.manage_prices"
PAGE = 50


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    context = {"books": queries.price_books(request.user), "may_change": request.user.holds(MANAGE)}
    return render(request, "catalog/price_books/list.html", context | {"base": queries.base_currency()})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    start = {"currency": queries.base_currency(), "is_active": True}
    form = BookForm(request.POST or None, initial=start, user=request.user)
    if request.method == "POST":
        try:
            made = actions.create_price_book(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved. Now write the prices."))
            return see_other(request, _address(made))
    return render(request, "catalog/price_books/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The grid; POST saves the rows of the page that were sent, all or none."""
    found = queries.price_book_for(request.user, pk)
    if request.method == "GET":
        return _grid(request, found)
    require_anywhere(request.user, MANAGE)
    rows = rows_sent(request.POST, request.user, found.currency)
    try:
        if any(row.problem for row in rows):
            raise ValidationError(_("Please look again at what is marked below."))
        wanted = [one for row in rows for one in row.price_rows()]
        number = actions.set_prices(found, wanted, actor=request.user)
    except ValidationError as problem:
        return _grid(request, found, rows=rows, problem=problem)
    messages.success(request, _("Saved.") if number else _("Nothing was different."))
    return see_other(request, request.get_full_path())


@require_safe
def out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All prices of the book as CSV, in the columns that "Prices from a file" takes again."""
    found = queries.price_book_for(request.user, pk)
    header = [_("Code"), _("Name"), _("Price"), _("From quantity"), _("How often")]
    rows = (
        [
            one.product.code, str(one.product), str(Money(one.amount_minor, found.currency).amount), f"{one.min_quantity.normalize():f}",
            one.get_recurs_display() if one.recurs else _("once"),
        ]
        for one in queries.entries_of(request.user, found).iterator(chunk_size=1_000)
    )  # fmt: skip
    response = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    name = quote(f"{found.name}.csv", safe="")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whom the book is for, when, and how it ranks."""
    require_anywhere(request.user, MANAGE)
    found = queries.price_book_for(request.user, pk)
    form = BookForm(request.POST or None, initial=BookForm.values_of(found), user=request.user)
    if request.method == "POST":
        try:
            actions.change_price_book(found, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, _address(found))
    context = {"form": form, "book": found}
    return render(request, "catalog/price_books/settings.html", context, status=422 if form.errors else 200)


def _grid(
    request: HttpRequest,
    found: Any,
    *,
    rows: list[GridRow] | None = None,
    problem: ValidationError | None = None,
) -> HttpResponse:
    entries = queries.entries_of(request.user, found)
    text = request.GET.get("q", "").strip()[:100]
    if text:
        entries = entries.filter(product__in=queries.products_like(request.user, text))
    cursor = request.GET.get("after") or request.GET.get("before")
    page = keyset_page(entries, ["product__sort_key", "recurs", "min_quantity"], cursor=cursor, limit=PAGE)
    may_change = request.user.holds(MANAGE)
    context = {
        "book": found,
        "page": page,
        "rows": rows or [*(blank_rows() if may_change else []), *rows_of(page.items, found.currency)],
        "text": text,
        "problems": problem.messages if problem else [],
        "may_change": may_change,
        "periods": DrawnOptions(period_choices()),
    }
    status = 422 if problem else 200
    return render_page(request, "catalog/price_books/book.html", context, fragment="grid", status=status)


def _address(found: Any) -> str:
    return reverse("catalog:price_book", args=[found.pk])
