"""Pages of the help centre: in the language of their address, for strangers without a cookie, quick to answer again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_vary_headers,
    set_response_etag,
)

from bandhu.knowledge import queries
from bandhu.knowledge.brand import Brand
from bandhu.knowledge.help_actions import help_actions
from bandhu.knowledge.languages import in_language, own_name
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_pages import visitor_in
from bandhu.platform.public_url import absolute

View = Callable[..., HttpResponseBase]
# A shared cache may answer for a minute, and with an older page while it asks again.
_FRESH = "public, max-age=60, stale-while-revalidate=600"


@dataclass(frozen=True)
class Reader:
    """Who reads: `audience` as in queries.reading, in which language, and who it is where that is known."""

    language: str
    audience: str
    brand: Brand
    visitor: Visitor | None = None

    @property
    def is_stranger(self) -> bool:
        return self.audience == "public"


def help_page(view: View) -> View:
    """The view gets (request, reader, …) in the language of the address. What is not there gets a page that helps to find it."""

    @functools.wraps(view)
    def shown(request: HttpRequest, language: str, **named: Any) -> HttpResponseBase:
        brand = queries.help_centre()
        visitor = visitor_in(request)
        reader = Reader(language, _audience(request, visitor), brand, visitor)
        known = language in brand.languages
        with translation.override(language if known else brand.languages[0]):
            if not brand.is_open and reader.audience != "staff":
                return render_help(request, reader, "knowledge/help/closed.html", status=503)
            try:
                if not known:
                    raise Http404
                response = view(request, reader, **named)
            except Http404:
                response = _missing(request, reader, str(named.get("place") or named.get("key") or ""))
        return _cached(request, response, reader)

    return shown


def render_help(
    request: HttpRequest,
    reader: Reader,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page in the frame of the help centre; `alternates` in the context are its addresses by language."""
    language = translation.get_language() or "en"
    context = context or {}
    alternates = context.get("alternates") or {
        code: reverse("knowledge:help_home", args=[code]) for code in reader.brand.languages
    }
    frame = {
        "reader": reader,
        "brand": reader.brand,
        "house": in_language(reader.brand.names, language),
        "frame_language": language,
        "home": reverse("knowledge:help_home", args=[language]),
        "canonical": absolute(alternates.get(language, request.path)),
        "alternates": {code: absolute(path) for code, path in alternates.items()},
        "switch": [(code, own_name(code), _other(alternates, code)) for code in reader.brand.languages],
        "help_actions": help_actions(language),
    }
    return render(request, template, {**frame, **context, "alternates": frame["alternates"]}, status=status)


def _other(alternates: dict[str, str], code: str) -> str:
    """The same page in another language, else that language's start."""
    return alternates.get(code) or reverse("knowledge:help_home", args=[code])


def _audience(request: HttpRequest, visitor: Visitor | None) -> str:
    user: Any = request.user
    if user.is_authenticated and user.holds("knowledge.view_article"):
        return "staff"
    return "customers" if visitor else "public"


def _missing(request: HttpRequest, reader: Reader, place: str) -> HttpResponse:
    """Says what may have been meant: the same article in another language, or what answers the words of the address."""
    number, _dash, words = place.partition("-")
    others = (
        queries.languages_of(int(number), reader.audience) if number.isdecimal() and len(number) < 9 else {}
    )
    question = (words if number.isdecimal() else place).replace("-", " ")[:200]
    found = (
        []
        if others or not question
        else queries.search(question, reader.language, reader.audience, 5, least=0.3, words_only=True)
    )
    context = {
        "others": [(code, own_name(code), address) for code, address in others.items()],
        "found": found,
        "question": question if not others else "",
    }
    return render_help(request, reader, "knowledge/help/missing.html", context, status=404)


def _cached(request: HttpRequest, response: HttpResponseBase, reader: Reader) -> HttpResponseBase:
    """What strangers read may be kept by anybody for a minute and is not sent twice; what others read is theirs alone."""
    if not isinstance(response, HttpResponse) or response.has_header("Cache-Control"):
        return response
    if not reader.is_stranger or response.status_code != 200 or request.method not in ("GET", "HEAD"):
        add_never_cache_headers(response)
        return response
    response["Cache-Control"] = _FRESH
    patch_vary_headers(response, ["Cookie"])
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
