"""A quote as its customer reads it: by an address nobody can guess, without signing in, without cookies, without JavaScript."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bandhu.identity.ready_made import system_user
from bandhu.platform import rate_limits
from bandhu.platform.middleware import client_address
from bandhu.platform.pdf import PaperError
from bandhu.quotes import actions, queries
from bandhu.quotes.papers import paper_of, quote_pdf
from bandhu.quotes.views.papers import pdf_answer
from bandhu.ui.pages import see_other

View = Callable[..., HttpResponse]
# Reading is cheap and tried by guessers; papers and answers cost more.
_READS, _WRITES, _PAPERS = (1.0, 60), (1 / 30, 10), (1 / 5, 10)


def for_the_customer(rate: tuple[float, int]) -> Callable[[View], View]:
    """A page without anybody's session, in the quote's language, so often from one address; an unknown address is 404."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def shown(request: HttpRequest, token: str) -> HttpResponse:
            allowed, seconds = rate_limits.allow(f"quote:{view.__name__}:{client_address(request)}", *rate)
            if not allowed:
                return _later(request, seconds)
            quote = queries.quote_at(token)
            with translation.override(quote.language):
                response = view(request, quote, token)
            add_never_cache_headers(response)
            # The address is the key: it goes to no other site.
            response["Referrer-Policy"] = "no-referrer"
            return response

        # No cookie is read: whoever has the address may act, and a forged post does no more than a typed one.
        return csrf_exempt(shown)

    return decorate


@require_safe
@for_the_customer(_READS)
def quote(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    if request.method == "GET":
        actions.note_reading(found)
    return _page(request, found, token)


@require_safe
@for_the_customer(_PAPERS)
def paper(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    version = queries.last_sent(found)
    try:
        content = quote_pdf(queries.document_of_version(found, version))
    except PaperError:
        return _page(request, found, token, {"problem": _("The paper cannot be made just now.")}, 503)
    return pdf_answer(content, f"{found.number}-{version.ordinal}.pdf")


@require_POST
@for_the_customer(_WRITES)
def question(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    asked, name = _sent(request, "question"), _sent(request, "asked_by")
    try:
        actions.ask_about_quote(found, question=asked, asked_by=name)
    except ValidationError as problem:
        return _page(request, found, token, {"asked": asked, "asked_by": name, **_told(problem)}, 422)
    return _done(request, token, "asked")


@require_POST
@for_the_customer(_WRITES)
def acceptance(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    name = _sent(request, "signed_name")
    try:
        actions.accept_quote(
            found, actor=system_user(), signed_name=name, document_hash=_sent(request, "document")[:64],
            address=client_address(request) or None, user_agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    except ValidationError as problem:
        found.refresh_from_db()
        return _page(request, found, token, {"signed_name": name, **_told(problem)}, 422)
    return _done(request, token, "accepted")


@require_POST
@for_the_customer(_WRITES)
def refusal(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    reason = _sent(request, "reason")
    try:
        actions.decline_quote(found, actor=system_user(), reason=reason)
    except ValidationError as problem:
        found.refresh_from_db()
        return _page(request, found, token, {"reason": reason, **_told(problem)}, 422)
    return _done(request, token, "declined")


def _sent(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:5_000]


def _told(problem: ValidationError) -> dict[str, Any]:
    """What is wrong, at its field or above all."""
    found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    errors = {name: " ".join(texts) for name, texts in found.items() if name}
    return {"errors": errors, "problem": " ".join(found.get("", []))}


def _done(request: HttpRequest, token: str, what: str) -> HttpResponse:
    return see_other(request, f"{reverse('quotes:public_quote', args=[token])}?done={what}")


def _page(
    request: HttpRequest, found: Any, token: str, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    version = queries.last_sent(found)
    document = queries.document_of_version(found, version)
    context = {
        "quote": found,
        "paper": paper_of(document),
        "document_hash": version.document_hash,
        "token": token,
        "is_open": queries.is_open(found),
        "is_rewritten": version.pk != found.current_id,
        "acceptance": queries.acceptance_of(found),
        "done": request.GET.get("done", ""),
        **(more or {}),
    }
    return render(request, "quotes/public/quote.html", context, status=status)


def _later(request: HttpRequest, seconds: int) -> HttpResponse:
    text = ngettext(
        "Too much came from your address. Please try again in %(seconds)d second.",
        "Too much came from your address. Please try again in %(seconds)d seconds.",
        seconds,
    )
    response = render(request, "quotes/public/later.html", {"text": text % {"seconds": seconds}}, status=429)
    response["Retry-After"] = str(seconds)
    return response
