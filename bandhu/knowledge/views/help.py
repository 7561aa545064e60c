"""The help centre as everybody reads it: without signing in, without JavaScript, in the language of the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bandhu.identity.results import OutOfReach
from bandhu.knowledge import actions, queries
from bandhu.knowledge.article_html import with_anchors
from bandhu.knowledge.brand import style_sheet
from bandhu.knowledge.help_pages import Reader, help_page, render_help
from bandhu.knowledge.portal_pages import language_for, visitor_in
from bandhu.knowledge.reading_requests import is_reading, searched_before
from bandhu.platform import rate_limits
from bandhu.platform.file_answers import file_answer
from bandhu.platform.middleware import client_address
from bandhu.platform.public_url import absolute

_SALT = "bandhu.help-rating"
_RATING_LASTS = 3600
# (tokens a second, tokens at once) of one address.
_SEARCHES, _RATINGS, _MISSED = (1.0, 40), (1 / 1800, 2), (1 / 30, 20)
_MOST_ADDRESSES = 50_000


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the start page in the visitor's language."""
    response = HttpResponseRedirect(
        reverse("knowledge:help_home", args=[language_for(request, visitor_in(request))])
    )
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
@help_page
def home(request: HttpRequest, reader: Reader) -> HttpResponse:
    shelves, loose = queries.shelves(reader.language, reader.audience)
    liked = queries.well_liked(reader.language, reader.audience)
    context = {
        "shelves": shelves,
        "loose": loose,
        "liked": liked,
        "is_empty": not (shelves or loose),
        "welcome": reader.brand.welcomes.get(reader.language, ""),
    }
    return render_help(request, reader, "knowledge/help/home.html", context)


@require_safe
@help_page
def category(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    shelf, path = queries.shelf_at(key, reader.language, reader.audience)
    alternates = {
        code: reverse("knowledge:help_category", args=[code, key]) for code in reader.brand.languages
    }
    context = {
        "shelf": shelf,
        "path": [(one.name, one.url) for one in path],
        "alternates": alternates,
    }
    return render_help(request, reader, "knowledge/help/category.html", context)


@require_safe
@help_page
def article(request: HttpRequest, reader: Reader, place: str) -> HttpResponseBase:
    text = _text_at(reader, place)
    address = queries.address_of(text)
    if request.get_full_path().partition("?")[0] != address:
        return HttpResponsePermanentRedirect(address + (f"?{request.GET.urlencode()}" if request.GET else ""))
    if reader.audience != "staff" and is_reading(request):
        actions.note_reading(text, searched_before(request))
    response = render_help(
        request, reader, "knowledge/help/article.html", _article_context(reader, text, request)
    )
    if "thanks" in request.GET:
        add_never_cache_headers(response)
    return response


@require_safe
@help_page
def search(request: HttpRequest, reader: Reader) -> HttpResponse:
    question = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    address = client_address(request)
    allowed, seconds = rate_limits.allow(f"help-search:{address}", *_SEARCHES)
    if not allowed:
        response = render_help(request, reader, "knowledge/help/later.html", status=429)
        response["Retry-After"] = str(seconds)
        return response
    found = queries.search(question, reader.language, reader.audience) if question else []
    if (
        question
        and not any(one.is_sure for one in found)
        and reader.audience != "staff"
        and rate_limits.allow(f"help-missed:{address}", *_MISSED)[0]
    ):
        actions.note_missed(question, reader.language)
    alternates = {code: reverse("knowledge:help_search", args=[code]) for code in reader.brand.languages}
    context = {
        "question": question,
        "found": found,
        "liked": queries.well_liked(reader.language, reader.audience) if not found else [],
        "alternates": alternates,
    }
    response = render_help(request, reader, "knowledge/help/search.html", context)
    add_never_cache_headers(response)
    return response


@require_safe
@help_page
def suggestions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The part a form shows before it is sent, while its words are typed (?q= or ?subject=)."""
    asked = request.GET.get("q") or request.GET.get("subject") or ""
    allowed = rate_limits.allow(f"help-search:{client_address(request)}", *_SEARCHES)[0]
    audience = "customers" if reader.visitor else "public"
    found = (
        queries.suggest(None, asked.replace("\x00", "")[:500], reader.language, audience) if allowed else []
    )
    response = render(request, "knowledge/help/_suggestions.html", {"articles": found})
    add_never_cache_headers(response)
    return response


# No cookie decides anything here: a forged post does no more than a typed one.
@csrf_exempt
@require_POST
@help_page
def rating(request: HttpRequest, reader: Reader, place: str) -> HttpResponse:
    """ "Was this helpful?" (`helpful` yes or no), then words to it (`rating` names the answer, `comment`)."""
    text = _text_at(reader, place)
    address = queries.address_of(text)
    if given := request.POST.get("rating", ""):
        return _comment(request, reader, text, given)
    key = f"help-rating:{text.article_id}:{client_address(request)}"
    if request.POST.get("helpful") not in ("yes", "no"):
        return HttpResponseRedirect(f"{address}#helpful")
    if not rate_limits.allow(key, *_RATINGS)[0]:
        return HttpResponseRedirect(f"{address}?thanks=again#helpful")
    made = actions.rate_article(
        text,
        is_helpful=request.POST["helpful"] == "yes",
        contact_id=reader.visitor.contact_id if reader.visitor else None,
    )
    token = signing.dumps(str(made.pk), salt=_SALT)
    return HttpResponseRedirect(f"{address}?thanks={token}#helpful")


@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file of an article, a picture in its text, or the logo."""
    user: Any = request.user
    is_staff = user.is_authenticated and user.holds("knowledge.view_article")
    audience = "staff" if is_staff else "customers" if visitor_in(request) else "public"
    stored = queries.reader_file(pk, audience)
    is_picture = stored.record_kind != "article"
    response = file_answer(stored, inline=is_picture or "inline" in request.GET)
    if stored.record_kind == "help_centre" or (is_picture and audience == "public"):
        response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def look(request: HttpRequest, stamp: str) -> HttpResponse:
    """The house's colours; the address changes with them, so browsers keep it for good."""
    response = HttpResponse(style_sheet(queries.help_centre().colour), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public article with its other languages (sitemaps.org 0.9, xhtml links as Google reads them)."""
    brand = queries.help_centre()
    rows = (
        queries.published("public")
        .filter(language__in=brand.languages)
        .order_by("article__number", "language")
    )
    by_article: dict[int, list[Any]] = {}
    for text in rows.iterator(chunk_size=2_000) if brand.is_open else ():
        by_article.setdefault(text.article.number, []).append(
            (text.language, absolute(queries.address_of(text)), text.live)
        )
        if len(by_article) >= _MOST_ADDRESSES // max(1, len(brand.languages)):
            break
    homes = [(code, absolute(reverse("knowledge:help_home", args=[code]))) for code in brand.languages]
    context = {"articles": list(by_article.values()), "homes": homes if brand.is_open else []}
    response = render(
        request, "knowledge/help/sitemap.xml", context, content_type="application/xml; charset=utf-8"
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the help centre and nothing else."""
    lines = [
        "User-agent: *",
        "Allow: /help/",
        "Disallow: /help/*/search",
        "Disallow: /",
        "",
        f"Sitemap: {absolute(reverse('knowledge:sitemap'))}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _text_at(reader: Reader, place: str) -> Any:
    number = place.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 9):
        raise OutOfReach
    return queries.article_at(int(number), reader.language, reader.audience)


def _article_context(reader: Reader, text: Any, request: HttpRequest) -> dict[str, Any]:
    body, headings = with_anchors(text.live.body)
    thanks = request.GET.get("thanks", "")
    return {
        "text": text,
        "live": text.live,
        "body": body,
        "headings": headings if len(headings) > 2 else [],
        "path": queries.path_to(text.article.category, reader.language),
        "files": queries.reader_files(text),
        "related": queries.related(text, reader.audience),
        "alternates": queries.languages_of(text.article.number, reader.audience),
        "thanks": thanks,
        "may_comment": bool(thanks) and _rating_of(thanks) is not None,
        "description": queries.snippet(text.live.summary, text.live.body),
        "rating_url": reverse("knowledge:help_rating", args=[reader.language, str(text.article.number)]),
    }


def _comment(request: HttpRequest, reader: Reader, text: Any, token: str) -> HttpResponse:
    address = queries.address_of(text)
    given = _rating_of(token)
    if given is None:
        return HttpResponseRedirect(f"{address}#helpful")
    try:
        actions.comment_on_rating(given, request.POST.get("comment", ""))
    except ValidationError as problem:
        context = _article_context(reader, text, request) | {
            "thanks": token, "may_comment": True, "comment": request.POST.get("comment", ""), "problem": " ".join(problem.messages),
        }  # fmt: skip
        return render_help(request, reader, "knowledge/help/article.html", context, status=422)
    return HttpResponseRedirect(f"{address}?thanks=said#helpful")


def _rating_of(token: str) -> str | None:
    try:
        found: str = signing.loads(token, salt=_SALT, max_age=_RATING_LASTS)
    except signing.BadSignature:
        return None
    return found
