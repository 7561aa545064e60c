"""Settings: taxes by country, and how much discount a role may give."""

from __future__ import annotations

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
def limit(request: HttpRequest, role: str) -> HttpResponse:
    """How much discount the role may give without approval; an empty percentage takes the limit away."""
    require_anywhere(request.user, MANAGE)
    roles, _persons = queries.discount_limits(request.user)
    found = next((one for one in roles if one.key == role), None)
    if found is None:
        raise OutOfReach
    sent = request.POST.get(f"limit-{role}", "").strip()[:20]
    try:
        actions.set_discount_limit(actor=request.user, role=found, percent=sent or None)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Saved."))
    return see_other(request, reverse("catalog:taxes"))


def _overview(request: HttpRequest, form: TaxForm) -> HttpResponse:
    rates = [
        (one, country_name(one.country, get_language() or "en"), tax_class_label(one.tax_class))
        for one in queries.tax_rates(request.user)
    ]
    roles, persons = queries.discount_limits(request.user)
    context = {"form": form, "rates": rates, "roles": roles, "persons": persons}
    return render(request, "catalog/taxes.html", context, status=422 if form.errors else 200)
