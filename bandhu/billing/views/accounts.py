"""Payment accounts: which providers customers pay through."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.billing import actions, queries
from bandhu.billing.forms import AccountForm
from bandhu.billing.gateways import GATEWAYS
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.public_url import absolute
from bandhu.ui.pages import see_other


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    context = {"accounts": queries.payment_accounts(request.user), "gateways": GATEWAYS.values()}
    return render(request, "billing/settings/accounts.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, gateway: str) -> HttpResponse:
    require_anywhere(request.user, "billing.manage_billing")
    if gateway not in GATEWAYS:
        raise Http404
    provider = GATEWAYS[gateway]
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        initial={"name": provider.label, "is_active": True},
        gateway=provider,
    )
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    held = queries.payment_account_for(request.user, pk)
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        initial=AccountForm.values_of(held),
        gateway=GATEWAYS[held.gateway],
        record=held,
    )
    return _page(request, form, held)


def _page(request: HttpRequest, form: AccountForm, held: Any) -> HttpResponse:
    if request.method == "POST":
        try:
            made = actions.set_payment_account(
                held, actor=request.user, gateway=form.gateway.name, **form.values()
            )
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("billing:payment_account", args=[made.pk]))
    address = absolute(reverse("billing:gateway_notices", args=[held.token])) if held else ""
    context = {"form": form, "record": held, "gateway": form.gateway, "notice_address": address}
    return render(request, "billing/settings/account.html", context, status=422 if form.errors else 200)
