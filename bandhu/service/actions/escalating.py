"""Warnings and escalations: done when a share of a clock's time has gone, once for each clock, whatever dies in between.

Each clock is one transaction: a step that is written as taken was done, one that was not done is not written. Workers side by
side insert the same row; the second waits for the first and then does nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.calendars.queries import timetable_of
from bandhu.contact_center.models import Queue
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.platform.events import publish
from bandhu.platform.models import Notification
from bandhu.platform.notifications import notify
from bandhu.service.actions.changes import facts_of, locked_ticket, save_version, set_columns, tell
from bandhu.service.actions.clocks import settle_clocks, steps_left
from bandhu.service.actions.work import assign_ticket, move_to_queue
from bandhu.service.events import ServiceLevelWarned, TicketChanged
from bandhu.service.models import Clock, EscalationStep, Measure, StepTaken, Ticket
from bandhu.service.priorities import raised
from bandhu.ui.addresses import record_address

logger = logging.getLogger(__name__)
AT_ONCE = 500
_SOON = {
    Measure.FIRST: gettext_noop(
        "%(ticket)s: the time for the first answer is running out; it is due %(due_at)s"
    ),
    Measure.NEXT: gettext_noop(
        "%(ticket)s: the time for the next answer is running out; it is due %(due_at)s"
    ),
    Measure.RESOLUTION: gettext_noop(
        "%(ticket)s: the time for the solution is running out; it is due %(due_at)s"
    ),
}
_LATE = {
    Measure.FIRST: gettext_noop(
        "%(ticket)s: the service level is breached; the first answer was due %(due_at)s"
    ),
    Measure.NEXT: gettext_noop(
        "%(ticket)s: the service level is breached; the next answer was due %(due_at)s"
    ),
    Measure.RESOLUTION: gettext_noop(
        "%(ticket)s: the service level is breached; the solution was due %(due_at)s"
    ),
}
What = EscalationStep.What
# Agents are locked before tickets: these come first.
_ORDER = {What.QUEUE: 0, What.REASSIGN: 1, What.RAISE: 2}


def look_at_clocks() -> int:
    """Do everything that is due on every clock; returns how many were looked at. Safe to run at any time, twice at once too."""
    count = 0
    due = Clock.objects.filter(check_at__lte=timezone.now(), ended_at__isnull=True).order_by("check_at", "pk")
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        try:
            with transaction.atomic():
                _look_at(pk)
        except Exception:  # one ticket that cannot be helped must not keep the others waiting
            logger.exception("A clock of a service level could not be looked at: %s", pk)
        count += 1
    return count


def _look_at(clock_id: UUID) -> None:
    now = timezone.now()
    clock = Clock.objects.select_related("calendar", "level", "ticket").filter(pk=clock_id).first()
    if clock is None or clock.ended_at is not None or clock.check_at is None or clock.check_at > now:
        return
    if clock.ticket.deleted_at is not None:
        Clock.objects.filter(pk=clock_id).update(check_at=None)
        return
    if clock.calendar is not None:
        due = [step for step, at in steps_left(clock, timetable_of(clock.calendar)) if at <= now]
        for step in sorted(due, key=lambda one: (_ORDER.get(What(one.what), 9), one.percent)):
            _take(clock, step, now)
    try:
        settle_clocks(locked_ticket(clock.ticket_id), now)
    except OutOfReach:
        Clock.objects.filter(pk=clock_id).update(check_at=None)


def _take(clock: Clock, step: EscalationStep, now: datetime) -> None:
    taken = StepTaken(clock=clock, step=step, at=now)
    made = StepTaken.objects.bulk_create([taken], ignore_conflicts=True)
    if not made or not StepTaken.objects.filter(pk=taken.pk).exists():
        return
    ticket = Ticket.objects.select_related("owner", "type").get(pk=clock.ticket_id)
    _do(step, ticket, clock)
    if step.percent < 100:
        publish(
            ServiceLevelWarned(
                **facts_of(ticket),
                measure=clock.measure,
                level=clock.level.name if clock.level else "",
                due_at=clock.due_at.isoformat() if clock.due_at else "",
                percent=step.percent,
            )
        )


def _do(step: EscalationStep, ticket: Ticket, clock: Clock) -> None:
    actor = system_user()
    if step.what == What.QUEUE and step.queue_id:
        queue = Queue.objects.filter(pk=step.queue_id, is_active=True).first()
        if queue is not None:
            move_to_queue(ticket, actor=actor, queue=queue)
    elif step.what == What.REASSIGN and step.user is not None and step.user.is_active:
        assign_ticket(ticket, actor=actor, owner=step.user)
    elif step.what == What.RAISE:
        _raise(ticket, actor)
    else:
        for user in _told(step, ticket):
            _tell(user, step, ticket, clock)


def _tell(user: User, step: EscalationStep, ticket: Ticket, clock: Clock) -> None:
    """Nobody hears the same of a clock twice, whatever steps name them."""
    sentence = (_SOON if step.percent < 100 else _LATE)[Measure(clock.measure)]
    due = clock.breached_at or clock.due_at
    values = {"ticket": str(ticket), "due_at": due.isoformat() if due else ""}
    if not Notification.objects.filter(user=user, sentence=sentence, values=values).exists():
        notify(user, sentence, url=record_address("service:ticket", ticket.pk), icon="alarm-clock", **values)


def _raise(ticket: Ticket, actor: User) -> None:
    """To the next priority; what was promised by the former one stays promised."""
    fresh = locked_ticket(ticket)
    promised, higher = fresh.promised_priority or fresh.priority, raised(fresh.priority)
    if higher == fresh.priority:
        return
    changes = set_columns(fresh, {"priority": higher})
    fresh.promised_priority = promised
    save_version(fresh)
    event = TicketChanged(**facts_of(fresh), version=fresh.version, fields=sorted(changes))
    tell(fresh, "changed", event, actor=actor, changes=changes)


def _told(step: EscalationStep, ticket: Ticket) -> list[User]:
    """Whom the step speaks to; where the ticket has no owner, its team."""
    people: Any = User.objects.none()
    if step.what == What.NOTIFY_USER and step.user_id:
        people = User.objects.filter(pk=step.user_id)
    elif step.what == What.NOTIFY_OWNER and ticket.owner_id:
        people = User.objects.filter(pk=ticket.owner_id)
    elif ticket.team_id:
        people = User.objects.filter(team=ticket.team_id)
    known = {one.pk: one for one in people.filter(is_active=True, is_system=False)}
    if step.what == What.NOTIFY_OWNER:
        known |= {one.pk: one for one in ticket.watchers.filter(is_active=True)}
    return list(known.values())
