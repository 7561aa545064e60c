"""The conditions of a rule on its page, the same for every kind of record: as the filter bar says them, each with the way to take it off."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bandhu.platform.list_pages import chips, filter_of
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.ui.pages import close_dialog

CONDITIONS = "platform/rules/_conditions.html"
STEP = "platform/rules/_step.html"


def conditions_shown(
    request: HttpRequest, kind: str, tree: dict[str, Any], *, page: str, everything: Any
) -> dict[str, Any]:
    """What `platform/rules/_conditions.html` shows. `page` is the word of the kind's `pages` that answers with these conditions;
    `everything` says what a rule without conditions is for."""
    return {
        "conditions_kind": kind,
        "conditions_page": page,
        "conditions_url": reverse(record_kinds[kind].pages[page]),
        "everything": everything,
        "chips": chips_of(request, kind, tree, page),
        "filter_json": json.dumps(tree, ensure_ascii=False) if tree else "",
        "joined": "any" if "any" in tree else "all",
    }


def conditions_answer(
    request: HttpRequest, shown: Callable[[HttpRequest, dict[str, Any]], dict[str, Any]]
) -> HttpResponse:
    """The conditions that are being written, after one was added or taken away; `shown` makes the app's context of their tree."""
    try:
        context = shown(request, filter_of(request.GET.get("filter", "")))
    except ValidationError as problem:
        context = shown(request, {}) | {"problem": " ".join(problem.messages)}
    return close_dialog(render(request, CONDITIONS, context | {"is_part": True}))


def chips_of(request: HttpRequest, kind: str, tree: dict[str, Any], page: str) -> list[Any]:
    """Those of a field that is gone as "…"; none where the tree is not understood any more."""
    try:
        listing = listing_for(request.user, kind, {"filter": tree})
        return chips(request, listing, page=reverse(record_kinds[kind].pages[page]))
    except ValidationError:
        return []
