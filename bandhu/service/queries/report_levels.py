"""How service levels were kept, by agent, queue, policy and whatever else the report is divided by: the clocks of `reports`, divided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.service.models import Measure, Ticket
from bandhu.service.queries.report_slices import DIMENSIONS, SHOWN_OF_A_KIND, key_of, of_value
from bandhu.service.queries.reports import WHICH, Attainment, Span, clocks_begun, counted_tickets

# What a policy promised is a matter of its clocks, everything else one of their tickets.
LEVEL_DIMENSIONS: dict[str, Any] = {
    "owner": DIMENSIONS["owner"][1],
    "queue": DIMENSIONS["queue"][1],
    "level": gettext_lazy("Service level"),
} | {name: label for name, (_path, label) in DIMENSIONS.items()}
_COUNTED = ("open", "met", "breached", "abandoned")


@dataclass
class LevelSlice:
    """How one value of a dimension kept each measure; `value` is what a filter asks for, "" where there is none.

    `is_others`: of all values that have no line of their own; a clock of a ticket with several tags or labels counts once for each.
    """

    value: str
    label: str
    measures: dict[str, Attainment] = field(
        default_factory=lambda: {one.value: Attainment(one, 0, 0, 0, 0) for one in Measure}
    )
    is_others: bool = False

    @property
    def clocks(self) -> int:
        """How many began in the period."""
        return sum(one.total for one in self.measures.values())


def level_slices(
    user: Any,
    span: Span,
    dimension: str,
    name_of: Callable[[Any], str],
    *,
    limit: int | None = SHOWN_OF_A_KIND,
) -> list[LevelSlice]:
    """The clocks that began in the period by a key of LEVEL_DIMENSIONS, those with most first, `limit` at most and then one line of all
    others; None: every one has its line.

    `name_of` gives the words of a value that is no name itself.
    """
    key, path = _key(dimension)
    rows = clocks_begun(counted_tickets(user), span)
    if dimension == "labels":
        # A ticket counts once for each label, whichever of its conversations has it: clocks are counted distinct.
        rows = rows.annotate(label=Func(F("ticket__threads__conversation__labels"), function="unnest"))
    grouped = rows.order_by().values(*dict.fromkeys((key, path, "measure")))
    counted = grouped.annotate(
        **{f"n_{one}": Count("pk", filter=WHICH[one], distinct=True) for one in _COUNTED}
    )
    found: dict[str, LevelSlice] = {}
    for row in counted:
        value = str(row[key] or "")
        one = found.setdefault(value, LevelSlice(value, ""))
        one.label = one.label or name_of(row[path])
        one.measures[row["measure"]] = Attainment(
            Measure(row["measure"]), **{name: row[f"n_{name}"] for name in _COUNTED}
        )
    lines = sorted(found.values(), key=lambda one: (-one.clocks, one.label))
    return lines[:limit] + (_others(lines[limit:]) if limit is not None else [])


def _others(left: list[LevelSlice]) -> list[LevelSlice]:
    if not left:
        return []
    sums = {
        one.value: Attainment(
            one, **{name: sum(getattr(each.measures[one.value], name) for each in left) for name in _COUNTED}
        )
        for one in Measure
    }
    return [LevelSlice("", _("Others"), sums, is_others=True)]


def clocks_of_value(dimension: str, value: str) -> Q:
    """The clocks of one slice; nothing for a value that can be none."""
    if dimension != "level":
        return Q(ticket__in=Ticket.objects.filter(of_value(dimension, value)).order_by().values("pk"))
    if not value:
        return Q(level__isnull=True)
    try:
        return Q(level=UUID(value))
    except ValueError:
        return Q(pk__in=[])


def _key(dimension: str) -> tuple[str, str]:
    """What clocks are grouped by, and the path to its name."""
    if dimension == "level":
        return "level", "level__name"
    if dimension == "labels":
        return "label", "label"
    key, path = key_of(dimension)
    return f"ticket__{key}", f"ticket__{path}"
