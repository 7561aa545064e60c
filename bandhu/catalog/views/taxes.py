"""Settings: taxes by country, and how much discount a role may give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.catalog import actions, queries
from bandhu.catalog.forms import TaxForm
from bandhu.catalog.tax_classes import tax_class_label
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.postal_addresses import country_name
from bandhu.ui.formats import current_reader
from bandhu.ui.pages import see_other

MANAGE = "catalog.manage_prices"


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The rates and limits; POST enters a tax rate."""
    require_anywhere(request.user, MANAGE)
    if request.method == "GET":
        return _overview(request, TaxForm())
    form = TaxForm(request.POST)
    try:
        tax_class = queries.tax_class_for(form["tax_class"].value() or "")
        actions.set_tax_rate(actor=request.user, tax_class=tax_class, **form.values())
    except ValidationError as problem:
        form.take_errors(problem)
        return _overview(request, form)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("catalog:taxes"))


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.tax_rates(request.user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    actions.remove_tax_rate(found, actor=request.user)
    messages.success(request, _("The tax rate is deleted. What was quoted with it keeps it."))
    return see_other(request, reverse("catalog:taxes"))


@require_POST
def limits(request: HttpRequest) -> HttpResponse:
    """How much discount each role may give without approval; an empty percentage takes the limit away."""
    require_anywhere(request.user, MANAGE)
    roles, _persons = queries.discount_limits(request.user)
    sent = {
        one: request.POST[f"limit-{one.key}"].strip()[:20]
        for one in roles
        if f"limit-{one.key}" in request.POST
    }
    # As it is shown, so it may be sent back: with the decimal mark of the reader's place.
    mark = current_reader().locale.number_symbols["latn"]["decimal"]
    try:
        percents = {role: percent.replace(mark, ".") for role, percent in sent.items()}
        actions.set_role_limits(percents, actor=request.user)
    except ValidationError as problem:
        return _overview(request, TaxForm(), typed=sent, problems=problem.message_dict)
    messages.success(request, _("Saved."))
    return see_other(request, reverse("catalog:taxes"))


def _overview(
    request: HttpRequest,
    form: TaxForm,
    typed: Mapping[Any, str] | None = None,
    problems: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    """The page; `typed` limits by role, with what is wrong with them by the role's key."""
    rates = [
        (one, country_name(one.country, get_language() or "en"), tax_class_label(one.tax_class))
        for one in queries.tax_rates(request.user)
    ]
    roles, persons = queries.discount_limits(request.user)
    limits = [(one, (typed or {}).get(one), " ".join((problems or {}).get(one.key, []))) for one in roles]
    context = {"form": form, "rates": rates, "limits": limits, "persons": persons}
    return render(request, "catalog/taxes.html", context, status=422 if form.errors or problems else 200)
