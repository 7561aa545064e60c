"""Settings of billing: who issues invoices, what happens to those that are overdue."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.billing import actions, queries
from bandhu.billing.forms import DunningForm, IssuerForm
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.pages import see_other

MANAGE = "billing.manage_billing"


@require_http_methods(["GET", "POST"])
def issuer(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    form = IssuerForm(
        request.POST if request.method == "POST" else None,
        initial=IssuerForm.values_of(queries.issuer_or_new()),
    )
    if request.method == "POST":
        try:
            actions.set_issuer(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("billing:issuer"))
    return render(request, "billing/settings/issuer.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def dunning(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    form = DunningForm(
        request.POST if request.method == "POST" else None,
        initial=DunningForm.values_of(queries.issuer_or_new()),
    )
    if request.method == "POST":
        try:
            actions.set_issuer(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("billing:dunning"))
    return render(
        request, "billing/settings/dunning.html", {"form": form}, status=422 if form.errors else 200
    )
