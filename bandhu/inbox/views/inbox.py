"""The list of the inbox, and its views with their counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandhu.contact_center import queries as work
from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import queries
from bandhu.inbox.channel_words import CHANNELS
from bandhu.inbox.queries import VIEWS, InboxFilter
from bandhu.platform.paging import Page
from bandhu.ui.pages import render_page

SEE = "interactions.view_conversation"
FIRST_VIEW = "mine"


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list beside an empty desk; for htmx the rows alone, or (`?part=views`) the views with their counts."""
    require_anywhere(request.user, SEE)
    if request.GET.get("part") == "views":
        return render(request, "inbox/inbox.html#views", views_context(request))
    if request.GET.get("part") == "filters":
        return render(request, "inbox/filters.html", filters_context(request))
    if request.htmx:  # type: ignore[attr-defined]
        fragment = "more" if request.GET.get("after") else "rows"
        return render_page(request, "inbox/inbox.html", list_context(request), fragment=fragment)
    return render_page(request, "inbox/inbox.html", list_context(request) | views_context(request))


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The rows of the view that the address asks for, and what they are narrowed to."""
    name = view_of(request)
    only = filter_of(request)
    problem = ""
    try:
        page = queries.inbox_page(request.user, name, only, cursor=request.GET.get("after"))
    except ValidationError as refused:
        page, problem = Page([], "", ""), " ".join(refused.messages)
    kept = request.GET.copy()
    for word in ("after", "part", "talk"):
        kept.pop(word, None)
    return {
        "page": page,
        "problem": problem,
        "view": VIEWS[name],
        "only": only,
        "kept": kept.urlencode(),
        "channels": CHANNELS,
    }


def views_context(request: HttpRequest) -> dict[str, Any]:
    """The views with how many are in those that are counted, and the queues in reach."""
    counts = queries.view_counts(request.user)
    lines = [
        {
            "view": view,
            "count": counts.get(view.name),
            "capped": counts.get(view.name, 0) >= queries.MOST_COUNTED,
        }
        for view in VIEWS.values()
    ]
    return {
        "views": lines,
        "view": VIEWS[view_of(request)],
        "only": filter_of(request),
        "queues": list(work.queues_for(request.user)[:20]),
        "most": queries.MOST_COUNTED - 1,
        "may_begin": request.user.holds("interactions.answer_conversation"),
    }


def filters_context(request: HttpRequest) -> dict[str, Any]:
    return {
        "only": filter_of(request),
        "view": VIEWS[view_of(request)],
        "channel_choices": [(key, one.label) for key, one in CHANNELS.items()],
        "labels": queries.labels_like("", limit=100),
    }


def view_of(request: HttpRequest) -> str:
    name = request.GET.get("view", "")
    if name not in VIEWS and request.GET.get("queue"):
        return "open"
    return name if name in VIEWS else FIRST_VIEW


def filter_of(request: HttpRequest) -> InboxFilter:
    """What the address narrows to; what means nothing is left out."""
    asked = request.GET
    try:
        queue = UUID(asked.get("queue", ""))
    except ValueError:
        queue = None
    return InboxFilter(
        channel=asked.get("channel", "")[:30].replace("\x00", ""),
        label=asked.get("label", "")[:60].replace("\x00", ""),
        language=asked.get("language", "")[:12].replace("\x00", ""),
        queue=queue,
        words=asked.get("q", "")[:200].replace("\x00", ""),
        longest_waiting=asked.get("sort") == "waiting",
    )
