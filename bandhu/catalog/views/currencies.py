"""Settings: which money we work in, and its rates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.catalog import actions, queries
from bandhu.catalog.actions.currencies import PERMISSION
from bandhu.catalog.forms import CurrencyChoiceForm, CurrencyForm, FiscalYearForm, RateForm, RatesFileForm
from bandhu.catalog.rates import read_rates
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.paging import keyset_page
from bandhu.ui.formats import current_reader, parse_number
from bandhu.ui.pages import render_page, see_other


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The currencies in use; POST adds one."""
    require_anywhere(request.user, PERMISSION)
    if request.method == "GET":
        return _overview(request)
    form = CurrencyChoiceForm(request.POST, prefix="add")
    try:
        added = actions.add_currency(actor=request.user, code=form["code"].value() or "")
    except ValidationError as problem:
        form.take_errors(problem)
        return _overview(request, add_form=form)
    messages.success(request, _("Saved."))
    return see_other(request, _address(added.code))


@require_POST
def base(request: HttpRequest) -> HttpResponse:
    """The currency of the books."""
    form = CurrencyChoiceForm(request.POST, prefix="base")
    try:
        actions.choose_base_currency(actor=request.user, code=form["code"].value() or "")
    except ValidationError as problem:
        form.take_errors(problem)
        return _overview(request, base_form=form)
    messages.success(request, _("Saved."))
    return see_other(request, _overview_address())


@require_POST
def fiscal_year(request: HttpRequest) -> HttpResponse:
    """The month in which the house's year begins."""
    require_anywhere(request.user, PERMISSION)
    form = FiscalYearForm(request.POST)
    if not form.is_valid():
        return _overview(request, year_form=form)
    actions.set_fiscal_year(form.cleaned_data["month"], actor=request.user)
    messages.success(request, _("Saved."))
    return see_other(request, _overview_address())


@require_POST
def rates_file(request: HttpRequest) -> HttpResponse:
    """Many rates at once: all of the file or, where a line is wrong, none."""
    require_anywhere(request.user, PERMISSION)
    form = RatesFileForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _overview(request, file_form=form)
        number = actions.set_rates(read_rates(form.cleaned_data["file"].read()), actor=request.user)
    except ValidationError as problem:
        form.take_errors(problem)
        return _overview(request, file_form=form)
    messages.success(
        request, ngettext("%(number)s rate saved.", "%(number)s rates saved.", number) % {"number": number}
    )
    return see_other(request, _overview_address())


@require_http_methods(["GET", "POST"])
def currency(request: HttpRequest, code: str) -> HttpResponse:
    """One currency: its rounding, its rates."""
    require_anywhere(request.user, PERMISSION)
    found = queries.currency_for(request.user, code)
    if request.method == "GET":
        return _currency(request, found)
    form = CurrencyForm(request.POST)
    given = {"rounding": request.POST.get("rounding", ""), "is_active": "is_active" in request.POST}
    try:
        actions.change_currency(found, actor=request.user, **given)
    except ValidationError as problem:
        form.take_errors(problem)
        return _currency(request, found, form=form)
    messages.success(request, _("Saved."))
    return see_other(request, _address(found.code))


@require_POST
def rates(request: HttpRequest, code: str) -> HttpResponse:
    """A rate of one day."""
    require_anywhere(request.user, PERMISSION)
    found = queries.currency_for(request.user, code)
    form = RateForm(request.POST)
    try:
        actions.set_rate(actor=request.user, currency=found.code, **_typed(form))
    except ValidationError as problem:
        form.take_errors(problem)
        return _currency(request, found, rate_form=form)
    messages.success(request, _("Saved."))
    return see_other(request, _address(found.code))


@require_POST
def rate_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, PERMISSION)
    found = queries.rates_of(request.user, rate_id=pk).first()
    if found is None:
        raise OutOfReach
    actions.remove_rate(found, actor=request.user)
    messages.success(request, _("The rate is deleted. Amounts written with it keep it."))
    return see_other(request, _address(found.currency.code))


def _typed(form: RateForm) -> dict[str, Any]:
    """The rate in the digits and with the separators of the reader's place."""
    values = {name: form[name].value() or "" for name in ("on", "rate", "source")}
    try:
        values["rate"] = str(parse_number(values["rate"], current_reader()))
    except ValueError:
        raise ValidationError({"rate": _("Write the rate as a number, like 122.37.")}) from None
    return values


def _overview(
    request: HttpRequest,
    *,
    add_form: CurrencyChoiceForm | None = None,
    base_form: CurrencyChoiceForm | None = None,
    file_form: RatesFileForm | None = None,
    year_form: FiscalYearForm | None = None,
) -> HttpResponse:
    rows = list(queries.currencies(request.user))
    used = {one.code for one in rows if one.is_active}
    base_code = next((one.code for one in rows if one.is_base), "")
    context = {
        "currencies": [(one, queries.currency_name(one.code)) for one in rows],
        "base": base_code,
        "base_name": queries.currency_name(base_code),
        "add_form": add_form or CurrencyChoiceForm(prefix="add", without=used),
        "base_form": base_form or CurrencyChoiceForm(prefix="base"),
        "file_form": file_form or RatesFileForm(),
        "year_form": year_form or FiscalYearForm(initial={"month": queries.fiscal_year_begins()}),
    }
    status = 422 if add_form or base_form or file_form or year_form else 200
    return render(request, "catalog/currencies/overview.html", context, status=status)


def _currency(
    request: HttpRequest, found: Any, *, form: CurrencyForm | None = None, rate_form: RateForm | None = None
) -> HttpResponse:
    rows = queries.rates_of(request.user, found)
    page = keyset_page(rows, ["-on"], cursor=request.GET.get("after") or request.GET.get("before"))
    kept = {"rounding": found.rounding, "is_active": found.is_active}
    context = {
        "currency": found,
        "name": queries.currency_name(found.code),
        "base": queries.base_currency(),
        "page": page,
        "form": form or CurrencyForm(initial=kept),
        "rate_form": rate_form or RateForm(),
    }
    status = 422 if form or rate_form else 200
    return render_page(request, "catalog/currencies/currency.html", context, fragment="rates", status=status)


def _overview_address() -> str:
    return reverse("catalog:currencies")


def _address(code: str) -> str:
    return reverse("catalog:currency", args=[code])
