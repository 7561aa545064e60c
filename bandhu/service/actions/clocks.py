"""Clocks of service levels: started, standing still, counted anew and ended as their ticket changes.

`settle_clocks` is called with the ticket locked, at the end of whatever changed it; the same ticket settled twice is the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from bandhu.calendars.business_time import NeverOpen, Timetable
from bandhu.calendars.models import BusinessCalendar
from bandhu.calendars.queries import timetable_of
from bandhu.identity.ready_made import system_user
from bandhu.platform import live
from bandhu.platform.events import publish
from bandhu.platform.filters import compile_filter
from bandhu.platform.record_kinds import record_kinds
from bandhu.service.actions.changes import facts_of
from bandhu.service.clock_faces import moment_of, pauses_read, time_spent
from bandhu.service.events import ServiceLevelBreached
from bandhu.service.models import (
    FINISHED,
    Clock,
    EscalationStep,
    Measure,
    ServiceLevel,
    StepTaken,
    Ticket,
)

WARN_PERCENT = 75


def settle_clocks(ticket: Ticket, at: datetime | None = None) -> None:
    """Let the clocks of a locked ticket say what its state and the service levels of now ask for."""
    now = at or timezone.now()
    level = level_for(ticket)
    calendar = _calendar_of(level)
    priority = ticket.promised_priority or ticket.priority
    promised = level.targets.get(priority, {}) if level and calendar else {}
    clocks = {clock.measure: clock for clock in Clock.objects.filter(ticket=ticket, ended_at__isnull=True)}
    for measure in Measure.values:
        clock, minutes = clocks.get(measure), promised.get(measure)
        if clock is None and minutes:
            clock = _started(ticket, measure)
        if clock is None:
            continue
        if minutes and not _is_broken_promise(clock, level, priority):
            clock.level, clock.target_minutes, clock.priority = level, minutes, priority
        if minutes:
            clock.calendar = calendar
        _settle(clock, ticket, now, is_promised=bool(minutes))
    due = Clock.objects.filter(ticket=ticket, ended_at__isnull=True).aggregate(first=Min("due_at"))["first"]
    if due != ticket.next_due_at:
        ticket.next_due_at = due
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=due)


def _is_broken_promise(clock: Clock, level: ServiceLevel | None, priority: str) -> bool:
    """Whether it was breached and told by the very promise that counts now: editing that afterwards does not unbreak it."""
    is_same = (clock.level_id, clock.priority) == (level.pk if level else None, priority)
    return clock.breached_at is not None and is_same


def level_for(ticket: Ticket) -> ServiceLevel | None:
    """The first policy in order that fits the ticket as it is stored; None where nothing is promised."""
    kind, rows = record_kinds["ticket"], Ticket.objects.filter(pk=ticket.pk)
    for level in ServiceLevel.objects.filter(is_active=True).select_related("calendar"):
        if not level.conditions:
            return level
        if compile_filter(system_user(), kind, level.conditions).apply(rows).exists():
            return level
    return None


def resume_resolution(ticket: Ticket, at: datetime) -> None:
    """A ticket that was solved is open again: the clock of its solution goes on, as if it had stood still meanwhile."""
    clock = Clock.objects.filter(ticket=ticket, measure=Measure.RESOLUTION, ended_at__isnull=False).last()
    running = Clock.objects.filter(ticket=ticket, measure=Measure.RESOLUTION, ended_at__isnull=True)
    if clock is None or clock.ended_at is None or running.exists():
        return
    if not (clock.pauses and clock.pauses[-1][1] is None):
        clock.pauses.append([clock.ended_at.isoformat(), None])
    clock.ended_at, clock.spent = None, None
    clock.state = Clock.State.PAUSED
    clock.save()


def _started(ticket: Ticket, measure: str) -> Clock | None:
    """A clock that is due to run and does not yet; None where nothing is owed."""
    since = ticket.imported_at
    over = Clock.objects.filter(ticket=ticket, measure=measure)
    if measure == Measure.NEXT:
        asked = ticket.last_customer_at
        if ticket.first_answered_at is None or asked is None or ticket.stage in FINISHED:
            return None
        if ticket.last_answered_at is not None and asked <= ticket.last_answered_at:
            return None
        started = ticket.waiting_since or asked
        if since is not None and started <= since:
            if asked <= since:
                return None  # asked where it came from
            started = asked
    else:
        if since is not None:
            return None  # promised, kept or broken where it came from
        if (
            over.exists()
            or ticket.stage in FINISHED
            or (measure == Measure.FIRST and ticket.first_answered_at)
        ):
            return None
        started = ticket.created_at
    return Clock(ticket=ticket, measure=measure, started_at=started)


def _settle(clock: Clock, ticket: Ticket, now: datetime, *, is_promised: bool) -> None:
    assert clock.calendar is not None or not is_promised
    timetable = timetable_of(clock.calendar) if clock.calendar else None
    ended = _ended_at(clock, ticket)
    if timetable is None or (not is_promised and ended is None):
        _abandon(clock, ticket, now, until=ended or now)
        return
    _pause(clock, ticket, now)
    _count(clock, timetable)
    if ended is None and ticket.stage in FINISHED:
        _abandon(clock, ticket, now, until=now)
        return
    if ended is not None:
        _end(clock, timetable, ended)
    elif clock.due_at is not None and clock.due_at <= now:
        _breach(clock, ticket, clock.due_at)
    elif clock.due_at is not None and clock.breached_at is not None and clock.due_at > now:
        clock.breached_at = None  # a longer time was promised since
    clock.state = _state_of(clock)
    clock.save()
    _plan(clock, timetable, now)


def _ended_at(clock: Clock, ticket: Ticket) -> datetime | None:
    """When what the clock measures happened."""
    if clock.measure == Measure.RESOLUTION:
        return ticket.solved_at if ticket.stage in FINISHED else None
    answered = ticket.first_answered_at if clock.measure == Measure.FIRST else ticket.last_answered_at
    return answered if answered is not None and answered >= clock.started_at else None


def _pause(clock: Clock, ticket: Ticket, now: datetime) -> None:
    stands_still = bool(clock.pauses) and clock.pauses[-1][1] is None
    wanted = ticket.status.pauses and ticket.stage not in FINISHED
    if wanted and not stands_still:
        since = max(ticket.stage_since, clock.started_at) if clock._state.adding else now
        clock.pauses.append([since.isoformat(), None])
    elif stands_still and not wanted:
        clock.pauses[-1][1] = now.isoformat()


def _count(clock: Clock, timetable: Timetable) -> None:
    pauses = pauses_read(clock.pauses)
    ended = [(begin, end) for begin, end in pauses if end is not None]
    clock.paused_seconds = int(sum(((end - begin) for begin, end in ended), timedelta(0)).total_seconds())
    try:
        clock.due_at = moment_of(timetable, clock.started_at, pauses, clock.target_minutes)
        clock.warn_at = moment_of(
            timetable, clock.started_at, pauses, clock.target_minutes * WARN_PERCENT / 100
        )
    except NeverOpen:
        clock.due_at = clock.warn_at = None


def _end(clock: Clock, timetable: Timetable, ended: datetime) -> None:
    spent = time_spent(timetable, clock.started_at, pauses_read(clock.pauses), ended)
    clock.ended_at, clock.spent = ended, int(spent.total_seconds())
    if spent > timedelta(minutes=clock.target_minutes):
        clock.breached_at = clock.breached_at or clock.due_at or ended
    else:
        clock.breached_at = None


def _abandon(clock: Clock, ticket: Ticket, now: datetime, *, until: datetime) -> None:
    """Over without what was promised: neither met nor breached, unless it was late by `until`, whether the job had seen that or not."""
    if clock.due_at is not None and clock.due_at <= until:
        _breach(clock, ticket, clock.due_at)
    clock.ended_at, clock.check_at = now, None
    clock.state = Clock.State.BREACHED if clock.breached_at else Clock.State.ABANDONED
    clock.save()


def _breach(clock: Clock, ticket: Ticket, at: datetime) -> None:
    if clock.breached_at is not None:
        return
    clock.breached_at = at
    publish(
        ServiceLevelBreached(
            **facts_of(ticket),
            measure=clock.measure,
            level=clock.level.name if clock.level else "",
            due_at=at.isoformat(),
        )
    )
    live.hint(f"ticket:{ticket.pk}")


def _state_of(clock: Clock) -> str:
    if clock.breached_at is not None:
        return Clock.State.BREACHED
    if clock.ended_at is not None:
        return Clock.State.MET
    return Clock.State.PAUSED if clock.due_at is None else Clock.State.RUNNING


def _plan(clock: Clock, timetable: Timetable, now: datetime) -> None:
    """When the job looks at the clock next: at the first step that is not taken, or at the breach."""
    moments: list[datetime] = []
    if clock.ended_at is None and not (clock.pauses and clock.pauses[-1][1] is None):
        moments = [at for _step, at in steps_left(clock, timetable)]
        if clock.due_at is not None and clock.breached_at is None:
            moments.append(clock.due_at)
    planned = min(moments, default=None)
    if planned != clock.check_at:
        clock.check_at = planned
        Clock.objects.filter(pk=clock.pk).update(check_at=planned)


def steps_left(clock: Clock, timetable: Timetable) -> list[tuple[EscalationStep, datetime]]:
    """Steps of the clock's policy that were not taken yet, with the moment each is due."""
    if clock.level_id is None:
        return []
    taken = StepTaken.objects.filter(clock=clock).values("step")
    rows = EscalationStep.objects.filter(level=clock.level_id, measure__in=("", clock.measure)).exclude(
        pk__in=taken
    )
    found: list[tuple[EscalationStep, datetime]] = []
    for step in rows:
        at = moment_of(
            timetable, clock.started_at, pauses_read(clock.pauses), clock.target_minutes * step.percent / 100
        )
        if at is not None:
            found.append((step, at))
    return found


def _calendar_of(level: ServiceLevel | None) -> BusinessCalendar | None:
    if level is None:
        return None
    return level.calendar or BusinessCalendar.objects.filter(is_default=True).first()
