"""The invoice as its customer reads it: by an unguessable address, without an account, a cookie or JavaScript."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.billing import actions, queries
from bandhu.billing.gateways.payhere import PayHere
from bandhu.billing.gateways.port import GatewayError, Incoming
from bandhu.platform.middleware import client_address
from bandhu.platform.public_url import absolute
from bandhu.platform.rate_limits import allow

View = Callable[..., HttpResponse]
# So often in a second and so often at once, from one address: reading is cheap and tried by guessers, a paper is set each time.
READS, PAPERS = (1.0, 60), (1 / 5, 10)


def for_the_customer(rate: tuple[float, int]) -> Callable[[View], View]:
    """Finds the invoice by its token and speaks its language, or the one asked for. The address is a key: no other site is told of it."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def shown(request: HttpRequest, token: str, **arguments: Any) -> HttpResponse:
            allowed, seconds = allow(f"invoice:{view.__name__}:{client_address(request)}", *rate)
            if not allowed:
                return _later(request, seconds)
            invoice = queries.public_invoice(token)
            with translation.override(_language(request, invoice)):
                response: HttpResponse = view(request, invoice, **arguments)
            add_never_cache_headers(response)
            response["Referrer-Policy"] = "no-referrer"
            return response

        # No cookie is read: a forged post does no more than one that is typed.
        return csrf_exempt(shown)

    return decorate


@require_safe
@for_the_customer(READS)
def invoice(request: HttpRequest, invoice: Any) -> HttpResponse:
    return render(request, "billing/public/invoice.html", _context(invoice))


@require_POST
@for_the_customer(READS)
def payment(request: HttpRequest, invoice: Any) -> HttpResponse:
    """The customer chose a way of paying: on to the page that leads to the provider."""
    allowed, seconds = allow(f"pay:{invoice.pk}", rate=0.1, burst=10)
    chosen = [one for one in queries.accounts_offered(invoice) if str(one.pk) == request.POST.get("account")]
    problem = ""
    if not allowed:
        problem = _("Please wait a little and try again.")
    elif not chosen:
        problem = _("This way of paying is not offered for this invoice.")
    else:
        try:
            attempt = actions.begin_payment(
                invoice,
                chosen[0],
                language=translation.get_language() or "en",
                return_url=absolute(reverse("billing:public_return", args=[invoice.token, "ATTEMPT"])),
                notice_url=absolute(reverse("billing:gateway_notices", args=[chosen[0].token])),
            )
            return _on(invoice, "billing:public_leaving", attempt)
        except ValidationError as error:
            problem = " ".join(error.messages)
    answer = render(
        request,
        "billing/public/invoice.html",
        _context(invoice) | {"problem": problem},
        status=422 if allowed else 429,
    )
    if not allowed:
        answer["Retry-After"] = str(seconds)
    return answer


@require_safe
@csp_replace({"form-action": [SELF, *PayHere.pages]})
@for_the_customer(READS)
def leaving(request: HttpRequest, invoice: Any, number: str) -> HttpResponse:
    """Leads to the provider's page: by a link that goes by itself, or by a form where the provider wants one."""
    attempt = queries.attempt_of(invoice, number)
    if attempt.state != "started" or not attempt.address:
        return _on(invoice, "billing:public_invoice")
    # Not by name in the template: one of PayHere's fields is called "items".
    fields = list(attempt.form_fields.items())
    context = {"record": invoice, "attempt": attempt, "fields": fields}
    return render(request, "billing/public/leaving.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_customer(READS)
def back(request: HttpRequest, invoice: Any, number: str) -> HttpResponse:
    """The customer came back from the provider: what really happened is asked of the provider, not of the browser."""
    attempt = queries.attempt_of(invoice, number)
    form = {name: value[:500] for name, value in (*request.GET.items(), *request.POST.items())}
    try:
        if request.method != "HEAD":
            actions.confirm_payment(attempt, Incoming(form=form))
    except GatewayError:
        pass  # the page says that it is still open; the provider's notice, or the next question, settles it
    attempt.refresh_from_db()
    invoice.refresh_from_db()
    return render(request, "billing/public/back.html", {"record": invoice, "attempt": attempt})


def _context(invoice: Any) -> dict[str, Any]:
    """What the customer's page shows."""
    return {
        "record": invoice,
        "lines": list(invoice.lines.all()),
        "payments": [one for one in invoice.payments.all() if one.state == "done"],
        "accounts": queries.accounts_offered(invoice),
        "languages": [
            (code, name) for code, name in settings.LANGUAGES if code in settings.LANGUAGES_COMPLETE
        ],
        "language": translation.get_language(),
    }


def _on(invoice: Any, name: str, attempt: Any = None) -> HttpResponse:
    numbers = [attempt.order_number] if attempt else []
    address = reverse(name, args=[invoice.token, *numbers])
    return redirect(f"{address}?{urlencode({'lang': translation.get_language() or 'en'})}")


def _later(request: HttpRequest, seconds: int) -> HttpResponse:
    text = ngettext(
        "Too much came from your address. Please try again in %(seconds)d second.",
        "Too much came from your address. Please try again in %(seconds)d seconds.",
        seconds,
    )
    response = render(request, "quotes/public/later.html", {"text": text % {"seconds": seconds}}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _language(request: HttpRequest, invoice: Any) -> str:
    for one in (request.POST.get("lang"), request.GET.get("lang"), invoice.language):
        if one in dict(settings.LANGUAGES):
            return str(one)
    return "en"
