"""When rules of due dates would have looked at tickets in a time that is past: by the dates and statuses tickets had then."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from bandhu.calendars.business_time import add_business_time, business_time_before
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.service.events import TicketChanged
from bandhu.service.models import UNFINISHED, StatusMove, Ticket, TicketRule, Trigger
from bandhu.service.rule_times import timetable_of

MOST = 5_000
Stood = tuple[UUID, datetime, datetime, datetime | None]
"""A ticket, its due date, from when it was that, and until when (None: it still is)."""


def of_due_dates(rule: TicketRule, since: datetime, until: datetime) -> Iterator[tuple[UUID, datetime]]:
    """(ticket, moment), once for each date a ticket had while it was not finished. Raises NeverOpen."""
    timetable, soon = timetable_of(rule), rule.trigger == Trigger.DUE_SOON
    found: list[tuple[UUID, datetime]] = []
    for ticket, due, begins, ends in _due_dates(since, until):
        count = business_time_before if soon else add_business_time
        moment = max(count(timetable, due, rule.minutes), begins)
        if not since <= moment < until or (ends is not None and moment >= ends) or (soon and moment >= due):
            continue
        found.append((ticket, moment))
    open_at = _Stages({ticket for ticket, _moment in found})
    return (one for one in found if open_at.was_unfinished(*one))


def _due_dates(since: datetime, until: datetime) -> Iterable[Stood]:
    """What every ticket's due date was from `since` on: the one it has now, and what the trail tells of changes meanwhile."""
    changed = EventRecord.objects.filter(
        name=TicketChanged.name, occurred_at__gte=since, payload__fields__contains=["due_at"]
    )
    told = {UUID(one) for one in changed.values_list("payload__ticket_id", flat=True)[: MOST + 1]}
    entries: dict[UUID, list[tuple[datetime, Any, Any]]] = defaultdict(list)
    rows = AuditEntry.objects.filter(record_kind="ticket", record_id__in=told, changes__has_key="due_at")
    for pk, at, changes in rows.order_by("pk").values_list("record_id", "at", "changes"):
        entries[pk].append((at, *changes["due_at"]))  # type: ignore[index]
    tickets = Ticket.objects.filter(deleted_at__isnull=True)
    has_date = tickets.filter(due_at__isnull=False).exclude(pk__in=told).order_by("-due_at")
    for pk, due, opened in has_date.values_list("pk", "due_at", "created_at")[: MOST + 1]:
        assert due is not None
        yield pk, due, opened, None
    for pk, opened in tickets.filter(pk__in=told).values_list("pk", "created_at"):
        begins = opened
        for at, before, _after in entries[pk]:
            if before:
                yield pk, _read(before), begins, at
            begins = at
        if entries[pk] and (last := entries[pk][-1][2]):
            yield pk, _read(last), begins, None


def _read(text: str) -> datetime:
    found = parse_datetime(text)
    assert found is not None
    return found


class _Stages:
    """What the statuses of tickets meant, by moment."""

    def __init__(self, tickets: Iterable[UUID]) -> None:
        self._moves: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
        rows = StatusMove.objects.filter(ticket__in=list(tickets)).order_by("at", "pk")
        for ticket, at, stage in rows.values_list("ticket", "at", "to_stage"):
            self._moves[ticket].append((at, stage))

    def was_unfinished(self, ticket: UUID, at: datetime) -> bool:
        moves = self._moves[ticket]
        place = bisect_right(moves, at, key=lambda one: one[0])
        return place > 0 and moves[place - 1][1] in UNFINISHED
