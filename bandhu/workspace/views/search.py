"""One box over everything: the page of results, and the palette's list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bandhu.platform.queries import search
from bandhu.platform.registries import search_kinds
from bandhu.ui.pages import render_page

LONGEST = 200


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST].strip()
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in search_kinds else None
    context = {
        "text": text,
        "kind": kind,
        "hits": search(request.user, text, kinds=kinds, limit=50) if text else [],
    }
    return render_page(request, "workspace/search.html", context, fragment="results")


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST].strip()
    hits = search(request.user, text, limit=8) if text else []
    return render(request, "workspace/palette.html", {"hits": hits, "text": text})
