"""The request form as strangers see it: alone, from the help centre, or in a frame on any website. Works without JavaScript and cookies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

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
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.public_request import RequestForm
from bandhu.identity.results import OutOfReach
from bandhu.knowledge.queries import suggest
from bandhu.platform.middleware import client_address
from bandhu.platform.submission_guard import new_ticket, read_ticket, seconds_to_wait
from bandhu.ui import formats

View = Callable[..., HttpResponse]
SUGGESTED = 4


def for_any_site(view: View) -> View:
    """A page without anybody's session: it may stand in a frame, and in the language its visitor reads."""

    @functools.wraps(view)
    def shown(request: HttpRequest, pk: UUID) -> HttpResponse:
        channel = queries.open_channel(pk, "form")
        if channel.is_paused:
            raise OutOfReach
        with translation.override(_language(request, channel)):
            response: HttpResponse = view(request, channel)
        add_never_cache_headers(response)
        return response

    framed: Any = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(shown))
    # No cookie is read: a forged post does no more than one that is typed.
    return csrf_exempt(framed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_site
def request_form(request: HttpRequest, channel: Any) -> HttpResponse:
    """The form; then, unless it says "sure", the articles that may answer already; then it is sent."""
    if request.method != "POST":
        return _page(request, channel, RequestForm(channel=channel))
    form = RequestForm(request.POST, request.FILES, channel=channel)
    if seconds := seconds_to_wait(client_address(request)):
        return _later(request, channel, form, seconds)
    if form.fell_into_trap:
        return _thanks(request, channel)
    ticket = read_ticket(request.POST.get("ticket", ""), str(channel.pk))
    if not form.is_valid():
        return _page(request, channel, form, status=422)
    if ticket.state != "good":
        form.add_error(None, _("Please look through it once more and send it again."))
        return _page(request, channel, form, status=422)
    if found := _suggested(request, channel, form):
        return _page(request, channel, form, articles=found)
    try:
        actions.submit_request(
            channel,
            submission=ticket.submission,
            language=translation.get_language() or "",
            page=request.POST.get("page", "").replace("\x00", ""),
            uploads=[
                (one.name or "", one.size or 0, one.chunks()) for one in request.FILES.getlist("uploads")
            ],
            **form.words(),
        )
    except ValidationError as problem:
        form.take_errors(problem)
        return _page(request, channel, form, status=422)
    return _thanks(request, channel)


@require_safe
@for_any_site
def thanks(request: HttpRequest, channel: Any) -> HttpResponse:
    return render(request, "channels/requests/thanks.html", {"channel": channel})


@require_safe
@for_any_site
def script(request: HttpRequest, channel: Any) -> HttpResponse:
    """The one line for foreign pages: puts the form in a frame where the script stands."""
    address = request.build_absolute_uri(reverse("channels:request_form", args=[channel.pk]))
    context = {"address": address, "title": channel.settings.get("title") or channel.name}
    return render(
        request, "channels/requests/embed.js", context, content_type="text/javascript; charset=utf-8"
    )


def _suggested(request: HttpRequest, channel: Any, form: RequestForm) -> list[Any]:
    """Articles that may answer, once: not for who has seen them, nor where files would have to be chosen anew."""
    if "sure" in request.POST or request.FILES or not channel.settings.get("suggests"):
        return []
    words = form.words()
    language = translation.get_language() or ""
    return suggest(None, f"{words['subject']} {words['text']}", language, "public", SUGGESTED)


def _language(request: HttpRequest, channel: Any) -> str:
    """The one asked for, else the visitor's, else the channel's."""
    offered = dict(settings.LANGUAGES)
    asked = (request.POST.get("lang"), request.GET.get("lang"), translation.get_language(), channel.language)
    return next((str(one) for one in asked if one in offered), settings.LANGUAGE_CODE)


def _page(
    request: HttpRequest, channel: Any, form: RequestForm, *, articles: Any = (), status: int = 200
) -> HttpResponse:
    sent = request.POST.get("ticket", "")
    goes_on = read_ticket(sent, str(channel.pk)).state in ("good", "early")
    context = {
        "channel": channel,
        "form": form,
        "articles": articles,
        "ticket": sent if goes_on else new_ticket(str(channel.pk)),
        "page": (request.POST.get("page") or request.GET.get("page") or "")[:500],
        "language": translation.get_language(),
        "languages": [
            (code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
        ],
    }
    return render(request, "channels/requests/form.html", context, status=status)


def _thanks(request: HttpRequest, channel: Any) -> HttpResponse:
    address = reverse("channels:request_thanks", args=[channel.pk])
    return redirect(f"{address}?{urlencode({'lang': translation.get_language() or ''})}")


def _later(request: HttpRequest, channel: Any, form: RequestForm, seconds: int) -> HttpResponse:
    form.full_clean()
    words = ngettext(
        "Too much came from your address. Please send it again in %(number)s second.",
        "Too much came from your address. Please send it again in %(number)s seconds.",
        seconds,
    )
    form.add_error(None, words % {"number": formats.number(seconds, formats.current_reader())})
    response = _page(request, channel, form, status=429)
    response["Retry-After"] = str(seconds)
    return response
