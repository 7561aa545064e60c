"""The page that tells what was changed on a record, alike for every kind."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from bandhu.customers.queries import history_of_record
from bandhu.platform.record_kinds import record_kinds
from bandhu.ui.pages import render_page


def history_page(request: HttpRequest, kind: str, record: Any) -> HttpResponse:
    """Changes of a record the caller has found within the reader's reach; `before` in the address goes on with older ones."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 18 else None
    lines, more = history_of_record(request.user, record, kind, before)
    known = record_kinds[kind]
    context = {"lines": lines, "more": more, "record": record, "kind": known, "url": known.url(record)}
    return render_page(request, "customers/records/history.html", context, fragment="lines")
