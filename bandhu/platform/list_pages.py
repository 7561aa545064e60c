"""The list page of any kind of record: an app's view gives its kind, the address gives filter, columns and sort.

Everything stands in the address (filter as JSON, columns, sort, group, view), so a list can be bookmarked, sent to a
colleague, and works without JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bandhu.platform.bulk import editable_fields
from bandhu.platform.cells import in_words
from bandhu.platform.filters import OPERATORS, filterable
from bandhu.platform.listing import GROUPABLE, Listing, listing_for
from bandhu.platform.models import SavedView
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds
from bandhu.platform.registries import ListTool, list_tools
from bandhu.platform.value_choices import words_for
from bandhu.ui.pages import render_page

PAGE_SIZE = 50
LONGEST_FILTER = 20_000
# Every list asks this, mostly for nothing: building the statement anew would cost far more than running it.
_OFFERED = """
    SELECT one.*, EXISTS (
        SELECT FROM platform_savedview_pinned_by AS pin WHERE pin.savedview_id = one.id AND pin.user_id = %(user)s
    ) AS is_pinned
    FROM platform_savedview AS one
    WHERE one.record_kind = %(kind)s AND (one.owner_id = %(user)s OR one.sharing <> 'private')
    ORDER BY one.name
"""


@dataclass(frozen=True)
class Chip:
    """One condition as the filter bar shows it."""

    label: str
    operator: str
    value: str
    remove: str


def definition_of(request: HttpRequest, view: SavedView | None) -> dict[str, Any]:
    """What the address asks for, over what the view keeps. Raises ValidationError for a filter that is no JSON."""
    definition = dict(view.definition) if view else {}
    if "filter" in request.GET:
        definition["filter"] = filter_of(request.GET["filter"])
    if request.GET.get("columns"):
        definition["columns"] = request.GET["columns"].split(",")
    for name in ("sort", "group_by"):
        if name in request.GET:
            definition[name] = request.GET[name]
    return definition


def filter_of(text: str) -> dict[str, Any]:
    """The filter tree in an address; {} when empty."""
    if not text:
        return {}
    try:
        tree = json.loads(text[:LONGEST_FILTER])
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise ValidationError(_("This filter cannot be understood."))
    if not tree:  # what a list without conditions writes into its forms
        return {}
    return tree if {"all", "any"} & tree.keys() else {"all": [tree]}


def definition_in(text: str) -> dict[str, Any]:
    """A list's definition as its forms send it back. Raises ValidationError for what no list has written."""
    try:
        definition = json.loads(text[: 2 * LONGEST_FILTER] or "{}")
    except (ValueError, RecursionError):
        definition = None
    if not isinstance(definition, dict) or not isinstance(definition.get("filter") or {}, dict):
        raise ValidationError(_("This list cannot be understood."))
    return definition


def refused(request: HttpRequest, kind: RecordKind, error: ValidationError) -> HttpResponse:
    """Says what is wrong with what was asked of a list, and leads back to it."""
    context = {"kind": kind, "problem": " ".join(error.messages), "url": list_url(kind)}
    return render(request, "platform/lists/refused.html", context, status=422)


def view_of(user: Any, kind: str, view_id: str) -> SavedView | None:
    """The saved view of this id if the user may use it."""
    return next((one for one in views_for(user, kind) if str(one.pk) == view_id), None) if view_id else None


def views_for(user: Any, kind: str) -> list[SavedView]:
    """Own views and those shared with the user, by name, with `is_pinned`."""
    offered = list(SavedView.objects.raw(_OFFERED, {"kind": kind, "user": user.pk}))
    prefetch_related_objects(offered, "owner")
    return [one for one in offered if _is_for(user, one)]


def _is_for(user: Any, view: SavedView) -> bool:
    # The teams of the user's branch are read for views of other people's teams alone: most lists have none.
    if view.owner_id == user.pk or view.sharing == SavedView.Sharing.EVERYONE:
        return True
    return view.sharing == SavedView.Sharing.TEAM and view.owner.team_id in user.branch_ids()


def list_page(request: HttpRequest, kind_name: str) -> HttpResponse:
    """The page; htmx gets its rows. A broken filter shows the unfiltered list with a message."""
    kind = record_kinds[kind_name]
    view = view_of(request.user, kind_name, request.GET.get("view", ""))
    problem, text = "", request.GET.get("q", "")[:200]
    try:
        listing = listing_for(request.user, kind_name, definition_of(request, view), text=text)
        page = listing.page(request.GET.get("after") or request.GET.get("before"), PAGE_SIZE)
    except ValidationError as error:
        problem = " ".join(error.messages)
        listing = listing_for(request.user, kind_name, {})
        page = listing.page(limit=PAGE_SIZE)
    context = {**_frame(request, kind, listing, view), "page": page, "problem": problem, "text": text}
    return render_page(
        request, "platform/lists/page.html", context, fragment="list", status=422 if problem else 200
    )


def list_frame(request: HttpRequest, listing: Listing, view: SavedView | None) -> dict[str, Any]:
    """What the bar above a list or a board needs: conditions, saved views, the definition as it stands."""
    user, kind = request.user, listing.kind
    views = views_for(user, kind.name)
    return {
        "kind": kind,
        "listing": listing,
        "view": view,
        "views": views,
        "pinned": [one for one in views if one.is_pinned or one == view],
        "chips": chips(request, listing),
        "joined": "any" if "any" in (listing.definition.get("filter") or {}) else "all",
        "filter_json": json.dumps(listing.definition.get("filter") or {}, ensure_ascii=False),
        "definition_json": json.dumps(listing.definition, ensure_ascii=False),
        "may_create": bool(kind.new_url_name) and user.holds(kind.create_permission),  # type: ignore[union-attr]
    }


def _frame(
    request: HttpRequest, kind: RecordKind, listing: Listing, view: SavedView | None
) -> dict[str, Any]:
    user = request.user
    count, capped = listing.count()
    shown = {column.name for column in listing.columns}
    choosable = [(one, one.name in shown) for one in listing.known if one.in_list]
    frame = list_frame(request, listing, view)
    tools = _tools(user, kind)
    return {
        **frame,
        "count": count,
        "capped": capped,
        "choosable": choosable,
        # What is searched and filtered for is new each time: keeping those bars would push everything else out.
        "keeps_bar": not (listing.text or frame["chips"] or listing.group_by),
        "bar_depends": _told(
            address(request),
            _names(choosable),
            [
                (one.pk, one.name, one.sharing, one.is_pinned, one.owner_id == user.pk, str(one.owner))
                for one in frame["views"]
            ],
        ),
        "head_depends": _told(address(request), _names((column, True) for column in listing.columns)),
        "groupable": [
            one for one in listing.known if one.type in GROUPABLE and not one.custom_key and one.path
        ],
        "groups": _groups(request, listing),
        "tools": tools,
        "tools_depend": _told(address(request), [url for _tool, url in tools]),
        # Rows are picked where something of them can be set: of a payment nothing can but own fields.
        "may_change": kind.may_change(user) and bool(editable_fields(kind, listing.known)),
        "headline": kind.headline(user, listing.rows()) if kind.headline else "",
    }


def _told(*parts: Any) -> str:
    """What a part that is kept depends on, as one text: {% keep %} would look at every value by itself."""
    return repr(parts)


def _names(fields: Iterable[tuple[Field, bool]]) -> list[tuple[str, str, bool]]:
    """Fields and whether they are shown. What a kind's own field is called is fixed; custom ones may get another name."""
    return [(one.name, str(one.label) if one.custom_key else "", shown) for one, shown in fields]


def _tools(user: Any, kind: RecordKind) -> list[tuple[ListTool, str]]:
    """What the user may do with the whole list, with its addresses."""
    return [
        (tool, reverse(tool.url_name))
        for tool in list_tools
        if tool.kind == kind.name and (not tool.permission or user.holds(tool.permission))
    ]


def chips(request: HttpRequest, listing: Listing, page: str = "") -> list[Chip]:
    """The conditions of the top level; nested ones are shown as one. `page`: the address that shows what is left, this one by default."""
    tree = listing.definition.get("filter")
    if not tree:
        return []
    joined = "any" if "any" in tree else "all"
    known = {one.name: one for one in filterable(listing.user, listing.known)}
    found = []
    for place, one in enumerate(tree.get(joined, [])):
        rest = [other for position, other in enumerate(tree[joined]) if position != place]
        left = json.dumps({joined: rest}, ensure_ascii=False) if rest else ""
        remove = f"{page}?{urlencode({'filter': left})}" if page else address(request, filter=left)
        field = known.get(one.get("field", "")) if isinstance(one, dict) else None
        if field is None:
            found.append(Chip("…", "", "", remove))
            continue
        value = words_for(listing.user, field, one.get("value"))
        found.append(Chip(str(field.label), str(OPERATORS[one["op"]]), value, remove))
    return found


def address(request: HttpRequest, **changes: str | None) -> str:
    """This list's address with some words changed; always from the first page."""
    words = {name: request.GET[name] for name in request.GET if name not in ("after", "before")}
    words |= {name: value for name, value in changes.items() if value is not None}
    return f"{request.path}?{urlencode({name: value for name, value in words.items() if value or name == 'filter'})}"


def _groups(request: HttpRequest, listing: Listing) -> list[dict[str, Any]]:
    field = listing.group_by
    if field is None:
        return []
    tree = listing.definition.get("filter") or {}
    groups = []
    for value, number in listing.groups():
        condition = _is_value(field, value)
        narrowed = {"all": [*([tree] if tree.get("any") else tree.get("all", [])), condition]}
        words = words_for(listing.user, field, [str(value)]) if value not in (None, "") else ""
        link = address(request, filter=json.dumps(narrowed, ensure_ascii=False), group_by="")
        groups.append({"words": words or in_words(value, field), "number": number, "url": link})
    return groups


def _is_value(field: Field, value: Any) -> dict[str, Any]:
    if value in (None, ""):
        return {"field": field.name, "op": "empty"}
    if field.type == "boolean":
        return {"field": field.name, "op": "yes" if value else "no"}
    return {"field": field.name, "op": "in", "value": [str(value)]}


def list_url(kind: RecordKind, page: str = "") -> str:
    """Where the list of this kind stands, or another page of it."""
    return reverse(kind.pages.get(page, kind.list_url_name))
