"""What the lines of a forecast and its changes are called, and the lists behind their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.sales.list_addresses import between, is_one_of, opportunities_where
from bandhu.sales.models import Forecast, ForecastAdjustment
from bandhu.sales.queries import ADJUSTED, LINES, ForecastPeriod, ForecastRow, Sellers

LINE_TITLES: dict[str, Any] = {line.value: line.label for line in LINES}
CHANGE_TITLES: dict[str, Any] = {
    "new": _("New"),
    "moved_in": _("Moved into the period, or opened again"),
    "line_in": _("Came from another line"),
    "grown": _("Grown"),
    "shrunk": _("Shrunk"),
    "won": _("Won"),
    "lost": _("Lost"),
    "moved_out": _("Moved out of the period"),
    "line_out": _("Went to another line"),
    "removed": _("Moved to the bin"),
}
_LONG_AGO = date(1971, 1, 1)
_UNSHARED = {"field": "sharer", "op": "empty"}


@dataclass(frozen=True)
class Cell:
    """One line of one row: the sellers' figure, what the manager says, and where both lead."""

    line: str
    title: Any
    value: int
    count: int
    url: str
    expected: int
    adjustment: ForecastAdjustment | None
    adjust_url: str

    @property
    def differs(self) -> bool:
        return self.expected != self.value


def cells_of(row: ForecastRow, period: ForecastPeriod) -> list[Cell]:
    """The lines of a row, in their order."""
    return [
        Cell(
            line, LINE_TITLES[line], row.values[line], row.counts[line], _behind(row, period, line),
            row.expected_by_line[line], row.adjustments.get(line),
            _adjusting(row, period, line) if row.may_manage and line in ADJUSTED else "",
        )
        for line in LINES
    ]  # fmt: skip


def undated_urls(undated: Any) -> dict[str, Any]:
    """Open opportunities that stand in no period, with the lists of them."""
    open_ones, yesterday = is_one_of("state", "open"), timezone.localdate() - timedelta(days=1)
    return {
        "figures": undated,
        "past_url": opportunities_where(open_ones, between("expected_close", _LONG_AGO, yesterday)),
        "missing_url": opportunities_where(open_ones, {"field": "expected_close", "op": "empty"}),
    }


def _behind(row: ForecastRow, period: ForecastPeriod, line: str) -> str:
    dated = "closed_at" if line == Forecast.CLOSED else "expected_close"
    conditions = [is_one_of("forecast_line", line), between(dated, period.begins, period.ends)]
    if row.user is not None or row.team_ids:
        conditions.append(_of_sellers(Sellers(row.user, tuple(row.team_ids))))
    elif row.depth:
        conditions += [{"field": "owner", "op": "empty"}, _UNSHARED]
    return opportunities_where(*conditions)


def won_where(period: ForecastPeriod, sellers: Sellers) -> str:
    """The list of what these sellers won in a period, alone or with others."""
    conditions = [is_one_of("state", "won"), between("closed_at", period.begins, period.ends)]
    return opportunities_where(*conditions, *([] if sellers.is_everybody else [_of_sellers(sellers)]))


def _of_sellers(sellers: Sellers) -> dict[str, Any]:
    if sellers.user is not None:
        return _unless_shared(is_one_of("owner", sellers.user.pk), is_one_of("sharer", sellers.user.pk))
    teams = [str(pk) for pk in sellers.team_ids]
    own, shared = ({"field": name, "op": "in", "value": teams} for name in ("seller_team", "sharer_team"))
    return _unless_shared(own, shared)


def _unless_shared(own: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Whoever has a part counts it; the owner alone does where nobody has one."""
    return {"any": [{"all": [own, _UNSHARED]}, shared]}


def _adjusting(row: ForecastRow, period: ForecastPeriod, line: str) -> str:
    return f"{reverse('sales:forecast_adjustment')}?{urlencode({**subject_words(row), **period_words(period), 'line': line})}"


def subject_words(row: ForecastRow) -> dict[str, str]:
    """Of whom a row speaks, as addresses say it."""
    if row.user is not None:
        return {"user": str(row.user.pk)}
    return {"team": str(row.team.pk)} if row.team is not None else {}


def period_words(period: ForecastPeriod) -> dict[str, str]:
    return {"kind": period.kind, "begins": period.begins.isoformat()}
