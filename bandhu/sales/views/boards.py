"""The board of a pipeline."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandhu.catalog.queries import base_currency
from bandhu.platform.list_pages import definition_of, list_frame, view_of
from bandhu.platform.listing import listing_for
from bandhu.sales import queries
from bandhu.ui.pages import render_page

KIND = "opportunity"
_FIGURES = re.compile(r"[0-9]{1,9} [0-9]{1,18}", re.ASCII)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """`pipeline`, `lanes` and the words of every list (filter, q, view) stand in the address. htmx gets the columns."""
    known, pipeline = pipeline_of(request)
    view = view_of(request.user, KIND, request.GET.get("view", ""))
    listing, problem = listing_of(request, view)
    lanes = request.GET.get("lanes", "")
    frame = list_frame(request, listing, view)
    context = {
        **frame,
        # What is searched and filtered for is new each time: keeping those bars would push everything else out.
        "keeps_bar": not (listing.text or frame["chips"]),
        "bar_depends": repr(
            (request.get_full_path(), pipeline.pk, [(one.pk, one.name) for one in frame["views"]])
        ),
        "problem": problem,
        "narrowed": listing.definition.get("filter"),
        "text": request.GET.get("q", "")[:200],
        "pipelines": known,
        "pipeline": pipeline,
        "lanes": lanes if lanes in queries.LANES else "",
        "board": queries.board(pipeline, listing, lanes=lanes),
        **_drawing(request),
    }
    return render_page(request, "sales/board.html", context, fragment="board", status=422 if problem else 200)


@require_safe
def cards(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    """The next cards of a column, as it is scrolled."""
    stage = queries.stage_for(request.user, stage_id)
    listing, _problem = listing_of(request, view_of(request.user, KIND, request.GET.get("view", "")))
    try:
        column = queries.more_cards(stage, listing, request.GET.get("after", ""))
    except ValidationError as error:
        raise Http404 from error
    return render(request, "sales/board.html#cards", {"column": column, **_drawing(request)})


def columns_of(request: HttpRequest, stages: list[Any]) -> HttpResponse:
    """These columns of the board the request came from, filtered as it is, to be put in their places."""
    columns = queries.columns(*_of_board(request, stages))
    context = {"columns": columns, "swapped": True, **_drawing(request)}
    return render(request, "sales/board.html#columns", context)


def moved_card(request: HttpRequest, moved: Any, stages: list[Any]) -> HttpResponse:
    """What a move between these stages changes on the board the request came from."""
    shown = _shown(request.POST, stages)
    columns = queries.columns_with(moved, *_of_board(request, stages), shown)
    context = {"columns": columns, "card_id": moved.pk, "moved": True, **_drawing(request)}
    return render(request, "sales/board.html#moved", context)


def _shown(words: QueryDict, stages: list[Any]) -> queries.Shown | None:
    """What the page says stood above both columns before the move (`shown_from`, `shown_to`: "count total"); None where it says nothing.

    It goes back to the same page alone, so a wrong one deceives nobody but its sender.
    """
    found = {}
    for stage, name in zip(stages, ("shown_from", "shown_to"), strict=True):
        if not _FIGURES.fullmatch(words.get(name, "")):
            return None
        count, total = words[name].split()
        found[stage.pk] = (int(count), int(total))
    return found


def _of_board(request: HttpRequest, stages: list[Any]) -> tuple[list[Any], Any]:
    """Those of the stages that stand on it, and its listing."""
    query = QueryDict(request.htmx.current_url_abs_path.partition("?")[2]) if request.htmx else QueryDict()  # type: ignore[attr-defined]
    request.GET = query  # type: ignore[assignment]
    listing, _problem = listing_of(request, view_of(request.user, KIND, query.get("view", "")))
    return [one for one in stages if one.is_active and one.pipeline_id == stages[0].pipeline_id], listing


def _drawing(request: HttpRequest) -> dict[str, Any]:
    return {
        "currency": base_currency(),
        "may_move": request.user.holds("sales.change_opportunity"),  # type: ignore[union-attr]
    }


def pipeline_of(request: HttpRequest) -> tuple[list[Any], Any]:
    """All pipelines, and the one the address asks for, else the first; 404 where there is none."""
    known = queries.pipelines(request.user)
    wanted = request.GET.get("pipeline", "")
    chosen = next((one for one in known if str(one.pk) == wanted), known[0] if known else None)
    if chosen is None:
        raise Http404
    return known, chosen


def listing_of(request: HttpRequest, view: Any) -> tuple[Any, str]:
    """What the address asks for; a filter that cannot be understood shows all, with the reason."""
    text = request.GET.get("q", "")[:200]
    try:
        return listing_for(request.user, KIND, definition_of(request, view), text=text), ""
    except ValidationError as error:
        return listing_for(request.user, KIND, {}), " ".join(error.messages)
