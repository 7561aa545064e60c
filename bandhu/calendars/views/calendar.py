"""The calendar: day, week or list; mine, a colleague's or a team's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.calendars import queries
from bandhu.calendars.views.moments import day_in
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.formats import current_reader, first_weekday
from bandhu.ui.pages import render_page

VIEWS = ("week", "day", "list")


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """`view`, `on` (a day) and `whose` (a user's id, "team:<id>", or mine) stand in the address. htmx gets the grid."""
    require_anywhere(request.user, "calendars.view_meeting")
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "week"
    on, whose = day_in(request.GET.get("on", "")), request.GET.get("whose", "")[:60]
    span = queries.span_of(view, on, first_weekday(current_reader()))
    zone = timezone.get_current_timezone()
    people, name = queries.people_shown(request.user, whose)
    entries = queries.entries_between(request.user, people, *span.moments(zone))
    days = queries.day_columns(span, entries, timezone.localdate(), zone)
    context = {
        "view": view,
        "span": span,
        "whose": whose,
        "whose_name": name,
        "zone": zone,
        "days": days,
        "hours": [timezone.datetime(2026, 1, 1, hour).time() for hour in range(24)],
        "last_day": span.days[-1],
        "has_entries": bool(entries),
        "may_plan": request.user.holds("calendars.plan_meeting"),
        "may_offer": request.user.holds("calendars.view_bookingpage"),
        "addresses": _links(span, on, whose),
        "choices": _choices(request),
        "at_team": len(people) > 1,
    }
    return render_page(request, "calendars/calendar.html", context, fragment="calendar")


def _links(span: queries.Span, on: Any, whose: str) -> dict[str, str]:
    def link(**words: Any) -> str:
        kept = {"view": span.view, "on": on.isoformat(), "whose": whose} | words
        return "?" + urlencode({name: value for name, value in kept.items() if value})

    return {
        "before": link(on=span.before.isoformat()),
        "after": link(on=span.end.isoformat()),
        "today": link(on=timezone.localdate().isoformat()),
        **{view: link(view=view) for view in VIEWS},
    }


def _choices(request: HttpRequest) -> list[tuple[str, Any]]:
    """Whose calendars the reader's role reaches."""
    people = queries.colleagues_within(request.user, "calendars.view_meeting")
    others = list(people.exclude(pk=request.user.pk).select_related("team")[:200])  # type: ignore[misc]
    teams = {one.team_id: one.team for one in others if one.team is not None}
    named = sorted(teams.values(), key=lambda team: team.name)
    return [
        ("", _("Mine")),
        *((f"team:{one.pk}", _("Team: %(name)s") % {"name": one.name}) for one in named),
        *((str(one.pk), str(one)) for one in others),
    ]
