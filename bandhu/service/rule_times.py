"""When rules of tickets run: at which events, and for which tickets a time is up.

What runs with time runs once for each occasion: once for every stay in a status, every wait for an answer, every clock, every due date.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from bandhu.calendars.business_time import NeverOpen, Timetable, add_business_time, business_time_before
from bandhu.calendars.queries import around_the_clock, usual_timetable
from bandhu.platform.events import MAX_DEPTH
from bandhu.platform.models import EventRecord
from bandhu.service.events import CustomerReplied, TicketAnswered, TicketChanged, TicketOpened
from bandhu.service.models import UNFINISHED, RuleRun, Stage, StatusMove, Ticket, TicketRule, Trigger
from bandhu.service.rule_conditions import compiled

EVENTS = (TicketOpened, TicketChanged, CustomerReplied, TicketAnswered)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
# What a rule does may make others run, these again others; what the last ones do is told to everybody, and makes no rule run.
DEEPEST = MAX_DEPTH - 2


def triggers_of(name: str, fields: Any = ()) -> list[str]:
    """What an event of a ticket is to rules; `fields` are what was changed."""
    if name == TicketOpened.name:
        return [Trigger.CREATED]
    if name == CustomerReplied.name:
        return [Trigger.CUSTOMER]
    if name == TicketAnswered.name:
        return [Trigger.AGENT]
    found: list[str] = [Trigger.CHANGED]
    found += [Trigger.STATUS] if "status" in fields else []
    found += [Trigger.PRIORITY] if "priority" in fields else []
    return found


def chain_of(record: EventRecord) -> list[str]:
    """The occasions that led to an event, itself first."""
    found, one = [], record
    while one is not None:
        found.append(f"event:{one.pk}")
        one = one.cause if one.cause_id else None  # type: ignore[assignment]
    return found


def timetable_of(rule: TicketRule) -> Timetable:
    """What the time of a rule is counted by."""
    return usual_timetable() if rule.in_business_time else around_the_clock()


def due_tickets(rule: TicketRule, now: datetime) -> QuerySet:
    """Tickets for which the time of a timed rule is up, it has not run for this occasion, and its conditions fit.

    Rows have `occasion`. Raises ValidationError for conditions that cannot be understood.
    """
    rows: QuerySet = Ticket.objects.filter(deleted_at__isnull=True, merged_into__isnull=True)
    try:
        rows = _reached(rule, rows, now)
    except NeverOpen:
        return rows.none()
    ran = RuleRun.objects.filter(rule=rule, ticket=OuterRef("pk"), occasion=OuterRef("occasion"))
    return compiled(rule.conditions).apply(rows.filter(~Exists(ran))).order_by("pk")


def _reached(rule: TicketRule, rows: QuerySet, now: datetime) -> QuerySet:
    timetable = timetable_of(rule)
    if rule.trigger == Trigger.WAITED:
        last = StatusMove.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-id")
        rows = rows.exclude(stage=Stage.CLOSED).annotate(waits_from=Subquery(last.values("at")[:1]))
        return _since(rows, "waits_from", business_time_before(timetable, now, rule.minutes))
    if rule.trigger == Trigger.UNANSWERED:
        rows = rows.filter(stage__in=UNFINISHED)
        return _since(rows, "waiting_since", business_time_before(timetable, now, rule.minutes))
    if rule.trigger in (Trigger.DUE_SOON, Trigger.OVERDUE):
        return _at_due_date(rule, rows.filter(stage__in=UNFINISHED), now)
    running = Q(clocks__ended_at__isnull=True)
    if rule.measure:
        running &= Q(clocks__measure=rule.measure)
    rows = rows.annotate(rule_clock=FilteredRelation("clocks", condition=running))
    if rule.trigger == Trigger.BEFORE:
        until = add_business_time(timetable, now, rule.minutes)
        rows = rows.filter(rule_clock__breached_at__isnull=True, rule_clock__due_at__range=(now, until))
    else:
        since = business_time_before(timetable, now, rule.minutes)
        rows = rows.filter(rule_clock__breached_at__lte=since)
    return rows.annotate(occasion=Concat(Value("clock:"), Cast(F("rule_clock__pk"), CharField())))


def _at_due_date(rule: TicketRule, rows: QuerySet, now: datetime) -> QuerySet:
    """Another due date is another occasion."""
    timetable = timetable_of(rule)
    if rule.trigger == Trigger.DUE_SOON:
        rows = rows.filter(due_at__gt=now, due_at__lte=add_business_time(timetable, now, rule.minutes))
    else:
        rows = rows.filter(due_at__lte=business_time_before(timetable, now, rule.minutes))
    return rows.annotate(occasion=Concat(Value("due:"), _microseconds("due_at")))


def _since(rows: QuerySet, anchor: str, cutoff: datetime) -> QuerySet:
    return rows.filter(**{f"{anchor}__lte": cutoff}).annotate(
        occasion=Concat(Value("since:"), _microseconds(anchor))
    )


def _microseconds(anchor: str) -> Func:
    return Func(
        F(anchor),
        template="(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint::text",
        output_field=CharField(),
    )


def since_occasion(anchor: datetime) -> str:
    """As the database writes it."""
    return f"since:{(anchor - _EPOCH) // timedelta(microseconds=1)}"
