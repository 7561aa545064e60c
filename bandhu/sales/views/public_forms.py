"""Web forms as strangers see them: on a page of their own, or in a frame on any website. Works without JavaScript and cookies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_replace
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.platform.middleware import client_address
from bandhu.platform.submission_guard import new_ticket, read_ticket, seconds_to_wait
from bandhu.sales import queries
from bandhu.sales.actions import count_refused, submit_web_form
from bandhu.sales.forms.public import PublicForm

# As the address of the form carries them, and as leads keep them.
TRACES = {
    "utm_campaign": "campaign",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_term": "utm_term",
    "utm_content": "utm_content",
    "page": "landing_page",
    "ref": "referrer",
}
View = Callable[..., HttpResponse]


def for_any_site(view: View) -> View:
    """A page without anybody's session: it may stand in a frame, and in the language its visitor reads."""

    @functools.wraps(view)
    def shown(request: HttpRequest, slug: str) -> HttpResponse:
        form = queries.public_form(slug)
        with translation.override(_language(request, form)):
            response: HttpResponse = view(request, form)
        add_never_cache_headers(response)
        return response

    framed: Any = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(shown))
    # No cookie is read: a forged post does no more than one that is typed.
    return csrf_exempt(framed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_site
def web_form(request: HttpRequest, form: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, PublicForm(web_form=form))
    if seconds := seconds_to_wait(client_address(request)):
        return _later(request, form, seconds)
    filled, ticket = (
        PublicForm(request.POST, web_form=form),
        read_ticket(request.POST.get("ticket", ""), form.slug),
    )
    if filled.fell_into_trap:
        count_refused(form)
        return _thanks(request, form)
    if not filled.is_valid():
        return _page(request, filled, 422)
    if ticket.state != "good":
        filled.add_error(None, _("Please look through it once more and send it again."))
        return _page(request, filled, 422)
    try:
        submit_web_form(
            form,
            submission=ticket.submission,
            values=filled.answers(),
            agreed=filled.agreed(),
            traces=_traces(request),
            language=translation.get_language() or "",
        )
    except ValidationError as problem:
        filled.take_errors(problem)
        return _page(request, filled, 422)
    return _thanks(request, form)


@require_safe
@for_any_site
def thanks(request: HttpRequest, form: Any) -> HttpResponse:
    return render(request, "sales/public/thanks.html", {"form": form, "text": form.text(form.thanks)})


@require_safe
@for_any_site
def script(request: HttpRequest, form: Any) -> HttpResponse:
    """The one line for foreign pages: puts the form in a frame where the script stands."""
    address = request.build_absolute_uri(reverse("sales:web_form", args=[form.slug]))
    context = {"address": address, "title": form.text(form.titles) or form.name, "traces": list(TRACES)[:5]}
    return render(request, "sales/public/embed.js", context, content_type="text/javascript; charset=utf-8")


def _language(request: HttpRequest, form: Any) -> str:
    """The one asked for, else the visitor's, else the form's first."""
    offered = form.languages or ["en"]
    for one in (request.POST.get("lang"), request.GET.get("lang"), translation.get_language()):
        if one in offered:
            return str(one)
    return str(offered[0])


def _traces(request: HttpRequest) -> dict[str, str]:
    return {kept: request.POST.get(name, "").replace("\x00", "") for name, kept in TRACES.items()}


def _page(request: HttpRequest, filled: PublicForm, status: int = 200) -> HttpResponse:
    form, sent = filled.web_form, request.POST or request.GET
    hidden = {name: sent.get(name, "")[:1000] for name in TRACES} | {"lang": translation.get_language() or ""}
    if request.method != "POST":
        hidden["ref"] = hidden["ref"] or _foreign_referrer(request)
        hidden["page"] = hidden["page"] or request.build_absolute_uri()[:1000]
    context = {
        "form": filled,
        "web_form": form,
        "title": form.text(form.titles) or form.name,
        "introduction": form.text(form.introductions),
        "hidden": hidden.items(),
        "ticket": _ticket(request, form.slug),
        "languages": [(code, translation.get_language_info(code)["name_local"]) for code in form.languages],
    }
    return render(request, "sales/public/form.html", context, status=status)


def _ticket(request: HttpRequest, slug: str) -> str:
    """The one that was sent goes on while it counts, so that sending a corrected form is no new submission."""
    sent = request.POST.get("ticket", "")
    return sent if read_ticket(sent, slug).state in ("good", "early") else new_ticket(slug)


def _foreign_referrer(request: HttpRequest) -> str:
    referrer = request.headers.get("Referer", "")[:1000]
    try:
        return "" if urlsplit(referrer).netloc == request.get_host() else referrer
    except ValueError:
        return ""


def _thanks(request: HttpRequest, form: Any) -> HttpResponse:
    address = reverse("sales:web_form_thanks", args=[form.slug])
    return redirect(f"{address}?{urlencode({'lang': translation.get_language() or ''})}")


def _later(request: HttpRequest, form: Any, seconds: int) -> HttpResponse:
    filled = PublicForm(request.POST, web_form=form)
    filled.full_clean()
    text = ngettext(
        "Too much came from your address. Please send it again in %(seconds)d second.",
        "Too much came from your address. Please send it again in %(seconds)d seconds.",
        seconds,
    )
    filled.add_error(None, text % {"seconds": seconds})
    response = _page(request, filled, 429)
    response["Retry-After"] = str(seconds)
    return response
