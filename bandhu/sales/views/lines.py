"""What an opportunity is about: its lines, the editor for them, and the switch that lets the amount follow them."""

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
from bandhu.identity.masking import may_see
from bandhu.identity.scoping import require
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.record_parts import record_part
from bandhu.sales import actions, queries
from bandhu.ui.options import DrawnOptions
from bandhu.ui.pages import see_other, with_event

CHANGE = "sales.change_opportunity"


@require_safe
def panel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lines as they are, on the page of the opportunity."""
    return _panel(request, queries.opportunity_for(request.user, pk))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All lines on one page; POST saves all of them or nothing."""
    record = _changeable(request, pk)
    if request.method == "GET":
        lines = queries.lines_of_opportunity(record)
        return _page(request, record, _rows(lines) or [blank_row()], follows=_would_follow(record))
    rows, follows = rows_sent(request.POST), "amount_from_lines" in request.POST
    if added := rows_added(request.user, request.POST, rows):
        return _page(
            request, record, added.rows, added.problems, follows=follows, status=added.status, added=added
        )
    version = request.POST.get("version", "")
    try:
        actions.set_lines(
            record, actor=request.user, lines=as_asked(rows), amount_from_lines=follows,
            currency=_currency(request), version=int(version) if version.isdecimal() else None,
        )  # fmt: skip
    except ValidationError as problem:
        problems = take_problems(rows, problem)
        rest = problem.message_dict.get("currency", []) if hasattr(problem, "error_dict") else []
        return _page(request, record, rows, [*problems, *rest], follows=follows, status=422)
    except EditConflict as conflict:
        return _page(request, record, rows, [str(conflict)], follows=follows, status=409)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("sales:opportunity", args=[pk]))


@require_POST
def sums(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the lines on the page come to, reckoned here and stored nowhere."""
    record = _changeable(request, pk)
    rows = rows_sent(request.POST)
    context: dict[str, Any] = {"rows": rows, "fresh": True}
    try:
        lines, found = queries.preview_lines(request.user, record, as_asked(rows), _currency(request))
    except ValidationError as problem:
        context |= {"problems": take_problems(rows, problem), "unclear": True}
    else:
        take_amounts(rows, lines, found.amount.currency)
        context["sums"] = found
    return render(request, "sales/opportunities/_line_sums.html", context)


@require_safe
def line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more row: of a product with its price, or an empty one."""
    record = _changeable(request, pk)
    row = blank_row()
    if wanted := request.GET.get("product", ""):
        row = _row_of_product(request, record, catalog.product_for(request.user, wanted))
    return render(request, "catalog/lines/_line.html", {"row": row, "focus": True, **_choices()})


@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The amount follows the lines, or is kept as somebody wrote it."""
    record = _changeable(request, pk)
    follows = request.POST.get("amount_from_lines") == "yes"
    actions.change_opportunity(record, actor=request.user, amount_from_lines=follows)
    if request.headers.get("HX-Request"):
        return with_event(_panel(request, queries.opportunity_for(request.user, pk)), "opportunity-changed")
    return see_other(request, reverse("sales:opportunity", args=[pk]))


def _panel(request: HttpRequest, record: Any) -> HttpResponse:
    lines = queries.lines_of_opportunity(record)
    context = {
        "record": record,
        "lines": lines,
        "sums": queries.line_sums(lines),
        "may_change": may_see(request.user, CHANGE, record),
    }
    return record_part(
        request, "sales/opportunities/lines.html", context, kind="opportunity", record=record, title=_("Products")
    )  # fmt: skip


def _row_of_product(request: HttpRequest, record: Any, product: Any) -> EditorRow:
    """With the price of the books; where they have none, the price is asked for."""
    asked: dict[str, Any] = {"product": product, "quantity": Decimal(1)}
    try:
        lines, _sums = queries.preview_lines(request.user, record, [asked], _currency(request))
    except ValidationError as problem:
        row = blank_row()
        row.values |= {"product": str(product.pk), "name": catalog.name_of(product)}
        row.code = product.code
        row.problems["unit_price"] = " ".join(problem.messages)
        return row
    return new_row(lines[0], lines[0].currency)


def _rows(lines: list[Any]) -> list[EditorRow]:
    return rows_of(lines, lines[0].currency) if lines else []


def _changeable(request: HttpRequest, pk: UUID) -> Any:
    record = queries.opportunity_for(request.user, pk)
    require(request.user, CHANGE, record)
    return record


def _currency(request: HttpRequest) -> str:
    """Chosen on the page while there are no lines; "" means theirs."""
    return (request.POST or request.GET).get("currency", "")[:3]


def _would_follow(record: Any) -> bool:
    return bool(record.amount_from_lines or record.amount is None)


def _choices() -> dict[str, Any]:
    return {"units": DrawnOptions(UNITS.items()), "periods": DrawnOptions(period_choices())}


def _page(
    request: HttpRequest,
    record: Any,
    rows: list[EditorRow],
    problems: list[str] | None = None,
    *,
    follows: bool,
    status: int = 200,
    added: AddedRows | None = None,
) -> HttpResponse:
    lines = queries.lines_of_opportunity(record)
    context = {
        "record": record,
        "rows": rows,
        "problems": problems or [],
        "added": added,
        "follows": follows,
        "sums": queries.line_sums(lines),
        "currency": _currency(request) or queries.currency_for_lines(record, lines),
        "currencies": []
        if lines
        else [one.code for one in catalog.currencies(request.user, active_only=True)],
        "version": request.POST.get("version") or record.version,
        **_choices(),
    }
    return render(request, "sales/opportunities/lines_edit.html", context, status=status)
