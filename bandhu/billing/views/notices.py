"""Where providers send their notices, and the page of what came and does not match."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.billing import actions, queries
from bandhu.billing.forms import SettleForm
from bandhu.billing.gateways.port import GatewayDown, GatewayRefused, Incoming
from bandhu.platform.middleware import client_address
from bandhu.platform.paging import keyset_page
from bandhu.platform.rate_limits import allow
from bandhu.ui.pages import render_page, see_other

MOST_BYTES = 256_000
_RATE = (20.0, 200)
_REFUSED = ("forged", "unreadable")


@csrf_exempt
@require_POST
def arrival(request: HttpRequest, token: str) -> HttpResponse:
    """A notice of a provider. 200 when it was taken in, whatever became of it; 400 refused; 503 to be sent again."""
    account, address = queries.account_of_notices(token), client_address(request)
    # By sender: customers see this address, and a flood of one of them takes nothing from the provider.
    allowed, seconds = allow(f"notices:{account.pk}:{address}", *_RATE)
    if not allowed:
        return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
    if len(request.body) > MOST_BYTES:
        return HttpResponse(status=413)
    incoming = Incoming(
        body=request.body,
        headers={name.lower(): value for name, value in request.headers.items()},
        form=dict(request.POST.items()),
    )
    try:
        kept = actions.take_notice(account, incoming, sender=address)
    except (GatewayDown, GatewayRefused):
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    return HttpResponse(status=400 if kept.outcome in _REFUSED else 200)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    open_only = request.GET.get("show") != "all"
    rows = queries.notices(request.user, open_only=open_only)
    cursor = request.GET.get("after") or request.GET.get("before")
    page = keyset_page(rows, ["-received_at"], cursor=cursor, limit=50)
    return render_page(
        request, "billing/notices/list.html", {"page": page, "open_only": open_only}, fragment="rows"
    )


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.notice_for(request.user, pk)
    is_refund = actions.awaits_word(found)
    form = SettleForm(request.POST if request.method == "POST" else None, is_refund=is_refund)
    if request.method == "POST":
        number = "" if is_refund else str(form["invoice"].value() or "").strip()
        said = {"yes": True, "no": False}.get(request.POST.get("went_back", ""))
        try:
            invoice = queries.invoice_numbered(request.user, number) if number else None
            if number and invoice is None:
                raise ValidationError({"invoice": _("There is no such invoice.")})
            actions.settle_notice(
                found, actor=request.user, note=form["note"].value() or "", invoice=invoice, went_back=said
            )
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Settled."))
            return see_other(request, reverse("billing:notices"))
    context = {"record": found, "form": form}
    return render(request, "billing/notices/detail.html", context, status=422 if form.errors else 200)
