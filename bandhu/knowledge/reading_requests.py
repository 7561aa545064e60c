"""Whether a request is somebody who reads an article, and for which words they searched before."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest

_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|curl/|wget/|python-|headless|facebookexternalhit", re.I
)
_SEARCH_PAGE = re.compile(r"/help/[a-z]{2,3}(?:-[a-z0-9]{2,8})?/search/")
_LONGEST = 2_000


def is_reading(request: HttpRequest) -> bool:
    """A page that is opened: not one fetched beforehand, not the page that thanks for a word, no machine that says it is one."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    who = request.headers.get("User-Agent", "")
    return (
        request.method == "GET"
        and "thanks" not in request.GET
        and "prefetch" not in purpose
        and not _MACHINES.search(who[:_LONGEST])
    )


def searched_before(request: HttpRequest) -> str:
    """The words of our search page from which a link was followed; "" where the browser does not say."""
    try:
        came_from = urlsplit(request.headers.get("Referer", "")[:_LONGEST])
        asked = parse_qs(came_from.query, max_num_fields=20)
    except ValueError:
        return ""
    is_ours = came_from.netloc == request.get_host() and _SEARCH_PAGE.fullmatch(came_from.path)
    return asked.get("q", [""])[0] if is_ours else ""
