"""Settings of billing: who issues invoices, what happens to those that are overdue."""

from __future__ import annotations

from typing import Any

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
    return _set_issuer(request, IssuerForm, "issuer")


@require_http_methods(["GET", "POST"])
def dunning(request: HttpRequest) -> HttpResponse:
    return _set_issuer(request, DunningForm, "dunning")


def _set_issuer(request: HttpRequest, form_class: Any, name: str) -> HttpResponse:
    """A page of settings that belong to who issues the invoices; `name` is its address and its template."""
    require_anywhere(request.user, MANAGE)
    form = form_class(
        request.POST if request.method == "POST" else None,
        initial=form_class.values_of(queries.issuer_or_new()),
    )
    if request.method == "POST":
        try:
            actions.set_issuer(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse(f"billing:{name}"))
    return render(
        request, f"billing/settings/{name}.html", {"form": form}, status=422 if form.errors else 200
    )
