"""How many tickets were open at the end of each day, week or month, and which.

The rule: a ticket was open at a moment when it was opened before and the first change of its status after that moment led from an unfinished
stage; where its status has not changed since, when it is unfinished now. So the number is what is open now, less every step into an
unfinished stage since, and more by every step out of one: opening again counts as often as it happened. What was merged counts as
what it went into, all along; a ticket counts for whoever may see it today. Of a ticket from another service desk only its opening and
its last status are known.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from bandhu.platform.day_spans import Span, Step, ends_passed, last_days, moments_after, standing_at
from bandhu.service.models import UNFINISHED, Stage, StatusMove, Ticket
from bandhu.service.queries.reports import counted_tickets


def backlog(user: Any, span: Span, step: Step, first_weekday: int = 0) -> list[tuple[date, int]]:
    """(last day, open at its end) of each day, week or month of the period up to today. Reads the moves since the first of them, once."""
    days = last_days(span, step, first_weekday)
    if not days:
        return []
    ends, tickets = moments_after(days), counted_tickets(user).order_by()
    moves = _moves_since(ends[0]).filter(ticket__in=tickets.values("pk")).order_by()
    into, out = (
        Count("pk", filter=Q(to_stage__in=UNFINISHED)),
        Count("pk", filter=Q(from_stage__in=UNFINISHED)),
    )
    changes = moves.values_list(ends_passed("at", ends)).annotate(by=into - out)
    now = tickets.filter(stage__in=UNFINISHED).count()
    return list(zip(days, standing_at(len(ends), now, changes), strict=True))


def open_at_end(user: Any, day: date) -> QuerySet[Ticket]:
    """The tickets that were open at the end of a day, by the same rule."""
    [end] = moments_after([day])
    since = _moves_since(end)
    first = since.order_by("ticket_id", "at", "pk").distinct("ticket_id").values("pk")
    was_open = StatusMove.objects.filter(pk__in=first, from_stage__in=UNFINISHED)
    stayed = Q(stage__in=UNFINISHED) & ~Q(pk__in=since.values("ticket"))
    return counted_tickets(user).filter(stayed | Q(pk__in=was_open.values("ticket")))


def _moves_since(moment: datetime) -> QuerySet[StatusMove]:
    """Every stage is named, so that the index of stages and moments is read instead of the table."""
    return StatusMove.objects.filter(to_stage__in=Stage.values, at__gte=moment)
