"""Pages of the portal: who may open one, and how one answers. See portal.py for how apps above use it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from bandhu.knowledge import queries
from bandhu.knowledge.languages import in_language, own_name
from bandhu.knowledge.portal import Visitor, portal_sections
from bandhu.knowledge.portal_secrets import COOKIE, SESSION_WHOLE, cookie_is_secure
from bandhu.platform.time_zones import zone_named

View = Callable[..., HttpResponseBase]


def visitor_in(request: HttpRequest) -> Visitor | None:
    """The customer whose cookie this request carries; asked of the database once."""
    if not hasattr(request, "portal_visitor"):
        secret = request.COOKIES.get(COOKIE, "")
        request.portal_visitor = queries.visitor_of(secret) if secret else None  # type: ignore[attr-defined]
    found: Visitor | None = request.portal_visitor  # type: ignore[attr-defined]
    return found


def portal_page(view: View) -> View:
    """Lets only signed-in customers in: the view gets (request, visitor, …) in their language and time zone, and is never cached."""

    @functools.wraps(view)
    def shown(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        visitor = visitor_in(request)
        if visitor is None:
            words = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('knowledge:portal_sign_in')}?{words}".rstrip("?"))
        with translation.override(language_for(request, visitor)), timezone.override(_zone(visitor)):
            response = view(request, visitor, *arguments, **named)
        add_never_cache_headers(response)
        return response

    return shown


def render_portal(
    request: HttpRequest,
    visitor: Visitor,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    section: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page in the portal's frame; `section` is the name of the one it belongs to."""
    sections = [
        (one, section_address(one.name, one.url_name), one.count(visitor) if one.count else 0)
        for one in portal_sections(visitor)
    ]
    frame = {**portal_frame(), "visitor": visitor, "sections": sections, "open_section": section}
    return render(request, template, {**frame, **(context or {})}, status=status)


def portal_frame() -> dict[str, Any]:
    """What every page of the portal shows around its content, also to who is not signed in."""
    brand = queries.help_centre()
    return {
        "brand": brand,
        "house": in_language(brand.names),
        "languages": offered_languages(),
        "frame_language": translation.get_language(),
    }


def section_address(name: str, url_name: str) -> str:
    """Where a section stands."""
    return reverse(url_name) if url_name else reverse("knowledge:portal_section", args=[name])


def offered_languages() -> list[tuple[str, str]]:
    """(code, own name) of the languages of help centre and portal."""
    return [(code, own_name(code)) for code in queries.help_centre().languages]


def language_for(request: HttpRequest, visitor: Visitor | None) -> str:
    """The visitor's own language where the help centre speaks it, else what the browser asks for, else the first."""
    offered = queries.help_centre().languages
    asked = [visitor.language] if visitor and visitor.language else []
    asked.append(translation.get_language_from_request(request))
    return next((base for one in asked if (base := one.split("-")[0]) in offered), offered[0])


def give_cookie(response: HttpResponse, secret: str) -> None:
    """The browser keeps the session's secret; no script reads it, no other site sends it along."""
    response.set_cookie(
        COOKIE, secret, max_age=int(SESSION_WHOLE.total_seconds()), httponly=True, samesite="Lax", secure=cookie_is_secure()
    )  # fmt: skip


def take_cookie(response: HttpResponse) -> None:
    """The browser forgets it."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _zone(visitor: Visitor) -> Any:
    return zone_named(visitor.time_zone) or zone_named(settings.DEFAULT_TIME_ZONE)
