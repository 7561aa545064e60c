"""The tabs of a record's page, each also a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from bandhu.platform.list_pages import list_url
from bandhu.platform.record_kinds import record_kinds
from bandhu.ui.pages import render_part


def record_part(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    kind: str,
    record: Any,
    title: Any,
    status: int = 200,
) -> HttpResponse:
    """The part bare for htmx; opened by itself it stands in the frame, below the list and the record."""
    known = record_kinds[kind]
    crumbs = [(list_url(known), known.plural), (known.url(record), record)]
    return render_part(request, template, context, title=title, crumbs=crumbs, status=status)
