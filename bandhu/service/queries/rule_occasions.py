"""When a rule would have looked at a ticket in a time that is past: from events, messages, statuses and clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bandhu.calendars.business_time import NeverOpen, add_business_time, business_time_before
from bandhu.interactions.models import Interaction, Message, MessageKind, MessageState
from bandhu.platform.models import EventRecord
from bandhu.service.events import TicketChanged, TicketOpened
from bandhu.service.models import Clock, Stage, StatusMove, TicketRule, Trigger
from bandhu.service.queries.rule_due_dates import of_due_dates
from bandhu.service.queries.tickets import tickets
from bandhu.service.rule_times import timetable_of, triggers_of

MOST = 5_000
# Waits that ended in the period may have begun this much earlier than their length says, for weekends and holidays.
_CLOSED_DAYS = timedelta(days=30)
Occasion = tuple[UUID, datetime]
"""A ticket, and the moment."""


def occasions(user: Any, rule: TicketRule, since: datetime, until: datetime) -> tuple[list[Occasion], bool]:
    """The newest MOST of them, newest first, of tickets within the user's reach; and whether there were more."""
    found = sorted(_found(rule, since, until), key=lambda one: one[1], reverse=True)
    ids = {pk for pk, _at in found}
    seen = set(tickets(user).filter(pk__in=ids, merged_into__isnull=True).values_list("pk", flat=True))
    within = [one for one in found if one[0] in seen]
    return within[:MOST], len(within) > MOST or len(found) > MOST


def _found(rule: TicketRule, since: datetime, until: datetime) -> Iterable[Occasion]:
    if rule.trigger in (Trigger.CREATED, Trigger.CHANGED, Trigger.STATUS, Trigger.PRIORITY):
        return _of_events(rule.trigger, since, until)
    if rule.trigger in (Trigger.CUSTOMER, Trigger.AGENT):
        return _of_messages(rule.trigger, since, until)
    try:
        if rule.trigger == Trigger.WAITED:
            return list(_of_stays(rule, since, until))
        if rule.trigger == Trigger.UNANSWERED:
            return list(_of_waits(rule, since, until))
        if rule.trigger in (Trigger.DUE_SOON, Trigger.OVERDUE):
            return list(of_due_dates(rule, since, until))
        return list(_of_clocks(rule, since, until))
    except NeverOpen:
        return []


def _of_events(trigger: str, since: datetime, until: datetime) -> Iterator[Occasion]:
    name = TicketOpened.name if trigger == Trigger.CREATED else TicketChanged.name
    rows = EventRecord.objects.filter(name=name, occurred_at__gte=since, occurred_at__lt=until)
    for payload, at in rows.order_by("-occurred_at").values_list("payload", "occurred_at")[: MOST + 1]:
        if trigger in triggers_of(name, payload.get("fields") or ()):
            yield UUID(payload["ticket_id"]), at


def _said(since: datetime, until: datetime) -> Any:
    """(ticket, moment, direction) of messages, without what was taken back or sent by a rule."""
    rows = Message.objects.filter(
        conversation__ticket_thread__isnull=False, kind=MessageKind.SAID, at__gte=since, at__lt=until
    ).exclude(state=MessageState.WITHDRAWN)
    rows = rows.exclude(details__has_key="is_automatic")
    return rows.values_list("conversation__ticket_thread__ticket", "at", "direction")


def _of_messages(trigger: str, since: datetime, until: datetime) -> Iterator[Occasion]:
    wanted = Interaction.Direction.IN if trigger == Trigger.CUSTOMER else Interaction.Direction.OUT
    rows = _said(since, until).filter(direction=wanted)
    for ticket, at, _direction in rows.order_by("-at")[: MOST + 1]:
        yield ticket, at


def _of_stays(rule: TicketRule, since: datetime, until: datetime) -> Iterator[Occasion]:
    timetable, before = timetable_of(rule), since - timedelta(minutes=rule.minutes) * 5 - _CLOSED_DAYS
    rows = StatusMove.objects.filter(at__gte=before).order_by("ticket", "at", "pk")
    moves = list(rows.values_list("ticket", "at", "to_stage"))
    for (ticket, at, stage), after in zip(moves, [*moves[1:], None], strict=True):
        if stage == Stage.CLOSED or at >= until:
            continue
        moment = add_business_time(timetable, at, rule.minutes)
        left = after[1] if after is not None and after[0] == ticket else None
        if since <= moment < until and (left is None or moment < left):
            yield ticket, moment


def _of_waits(rule: TicketRule, since: datetime, until: datetime) -> Iterator[Occasion]:
    timetable, before = timetable_of(rule), since - timedelta(minutes=rule.minutes) * 5 - _CLOSED_DAYS
    waiting: dict[UUID, datetime] = {}
    rows = _said(before, until).order_by("at", "pk")
    for ticket, at, direction in rows:
        if direction == Interaction.Direction.IN:
            waiting.setdefault(ticket, at)
            continue
        asked = waiting.pop(ticket, None)
        moment = add_business_time(timetable, asked, rule.minutes) if asked is not None else None
        if moment is not None and since <= moment < min(at, until):
            yield ticket, moment
    for ticket, asked in waiting.items():
        moment = add_business_time(timetable, asked, rule.minutes)
        if since <= moment < until:
            yield ticket, moment


def _of_clocks(rule: TicketRule, since: datetime, until: datetime) -> Iterator[Occasion]:
    timetable, rows = timetable_of(rule), Clock.objects.all()
    if rule.measure:
        rows = rows.filter(measure=rule.measure)
    if rule.trigger == Trigger.BEFORE:
        last = add_business_time(timetable, until, rule.minutes)
        for clock in rows.filter(due_at__gte=since, due_at__lt=last):
            assert clock.due_at is not None
            moment = max(business_time_before(timetable, clock.due_at, rule.minutes), clock.started_at)
            if since <= moment < until and (clock.ended_at is None or moment < clock.ended_at):
                yield clock.ticket_id, moment
        return
    first = since - timedelta(minutes=rule.minutes) * 5 - _CLOSED_DAYS
    for clock in rows.filter(breached_at__gte=first, breached_at__lt=until):
        assert clock.breached_at is not None
        moment = add_business_time(timetable, clock.breached_at, rule.minutes)
        if since <= moment < until and (clock.ended_at is None or moment < clock.ended_at):
            yield clock.ticket_id, moment
