"""The invoice as its customer reads it: by an unguessable address, without an account, a cookie or JavaScript."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bandhu.billing import queries

View = Callable[..., HttpResponse]


def for_the_customer(view: View) -> View:
    """Finds the invoice by its token and speaks its language, or the one asked for. The address is a key: no other site is told of it."""

    @functools.wraps(view)
    def shown(request: HttpRequest, token: str, **arguments: Any) -> HttpResponse:
        invoice = queries.public_invoice(token)
        with translation.override(_language(request, invoice)):
            response: HttpResponse = view(request, invoice, **arguments)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        return response

    # No cookie is read: a forged post does no more than one that is typed.
    return csrf_exempt(shown)


@require_safe
@for_the_customer
def invoice(request: HttpRequest, invoice: Any) -> HttpResponse:
    return render(request, "billing/public/invoice.html", public_context(invoice))


def public_context(invoice: Any) -> dict[str, Any]:
    """What the customer's page shows."""
    return {
        "record": invoice,
        "lines": list(invoice.lines.all()),
        "payments": [one for one in invoice.payments.all() if one.state == "done"],
        "languages": [
            (code, name) for code, name in settings.LANGUAGES if code in settings.LANGUAGES_COMPLETE
        ],
    }


def _language(request: HttpRequest, invoice: Any) -> str:
    for one in (request.POST.get("lang"), request.GET.get("lang"), invoice.language):
        if one in dict(settings.LANGUAGES):
            return str(one)
    return "en"
