"""What forms of opportunities and leads read besides their fields, and the page on which two savings meet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bandhu.customers import queries as customers
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.record_kinds import record_kinds


def sent_version(request: HttpRequest) -> int | None:
    """The version the form was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def sent_tags(request: HttpRequest) -> list[str]:
    """Names of tags, separated by commas of any script."""
    return [name for name in request.POST.get("tags", "").replace("،", ",").split(",") if name.strip()]


def conflict_page(request: HttpRequest, kind: str, record: Any, conflict: EditConflict) -> HttpResponse:
    """Field by field: what was, what somebody saved meanwhile, what was sent; the reader chooses."""
    rows = [
        {
            "name": name,
            "label": customers.field_label(kind, name),
            "before": _words(conflict.base[name]),
            "theirs": _words(conflict.theirs[name]),
            "yours": _words(mine),
            "conflict": conflict.base[name] not in (conflict.theirs[name], mine),
        }
        for name, mine in conflict.yours.items()
        if conflict.theirs[name] != mine
    ]
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "version") and not name.startswith("take_")
    ]
    context = {
        "record": record,
        "kind": record_kinds[kind],
        "url": record_kinds[kind].url(record),
        "rows": rows,
        "sent": sent,
        "version": conflict.version,
    }
    return render(request, "sales/conflict.html", context, status=409)


def _words(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")
