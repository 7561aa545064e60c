"""What the clock does: every minute nothing is left lying, whatever died in between."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.utils import timezone

from bandhu.calendars.business_time import business_time_between
from bandhu.calendars.queries import timetable_of
from bandhu.contact_center.actions.giving import put_back
from bandhu.contact_center.actions.holding import facts_of, hold
from bandhu.contact_center.actions.offers import end_offer
from bandhu.contact_center.actions.presence import end_lease
from bandhu.contact_center.actions.waking import wake_queue
from bandhu.contact_center.actions.work import move
from bandhu.contact_center.events import WorkWaitedTooLong
from bandhu.contact_center.models import Agent, WorkEvent, WorkItem
from bandhu.identity.ready_made import system_user
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.events import publish

_MOST = 5_000
"""Of one kind in one sweep; the rest a minute later."""
_log = logging.getLogger(__name__)


def sweep() -> None:
    """End offers and leases that are over, take work from who is gone, move and tell what waits too long, look at all that waits."""
    now = timezone.now()
    _each(WorkItem.objects.filter(state=WorkItem.State.OFFERED, offered_until__lte=now), end_offer)
    silent = Agent.objects.exclude(state=Agent.State.OFFLINE).filter(
        Q(lease_until__lte=now) | Q(lease_until=None)
    )
    _each(silent, end_lease)
    _each(_with_who_is_gone(now), _take_from_who_is_gone)
    _each(_overdue("overflow_after", "in_queue_since", now).exclude(queue__overflow_queue=None), _overflow)
    _each(_overdue("max_wait", "enqueued_at", now).filter(told_late_at=None), _tell_late)
    waiting = WorkItem.objects.filter(state=WorkItem.State.WAITING, rests=False).order_by()
    for queue_id in waiting.values_list("queue_id", flat=True).distinct():
        wake_queue(queue_id)


def _each(rows: Any, act: Callable[[UUID], Any]) -> None:
    """Each in a transaction of its own; what cannot be done now is left to the next sweep."""
    for pk in list(rows.values_list("pk", flat=True)[:_MOST]):
        try:
            act(pk)
        except EditConflict:
            continue
        except Exception:
            _log.exception("the sweep of the queues could not do %s of %s", act.__name__, pk)


def _past(field: str, since: str, now: datetime) -> Q:
    """Whose span of `field` seconds, counted from `since`, is over."""
    span = ExpressionWrapper(F(field) * Value(timedelta(seconds=1)), output_field=DurationField())
    limit = ExpressionWrapper(Value(now) - span, output_field=DateTimeField())
    return Q(**{f"{since}__lte": limit})


def _overdue(field: str, since: str, now: datetime) -> Any:
    waiting = WorkItem.objects.filter(state=WorkItem.State.WAITING, rests=False)
    rows = waiting.exclude(**{f"queue__{field}": None})
    return rows.filter(_past(f"queue__{field}", since, now))


def _with_who_is_gone(now: datetime) -> Any:
    with_somebody = WorkItem.objects.filter(state=WorkItem.State.ASSIGNED, rests=False)
    rows = with_somebody.exclude(queue__return_after=None)
    return rows.exclude(agent__state=Agent.State.AVAILABLE).filter(
        _past("queue__return_after", "agent__state_since", now)
    )


@transaction.atomic
def _take_from_who_is_gone(pk: UUID) -> None:
    item, now = hold(pk), timezone.now()
    if _with_who_is_gone(now).filter(pk=item.pk).exists():
        put_back(item, actor=system_user(), verb=WorkEvent.Verb.RETURNED, reason="gone")


@transaction.atomic
def _overflow(pk: UUID) -> None:
    item, now = hold(pk), timezone.now()
    other = item.queue.overflow_queue
    still = _overdue("overflow_after", "in_queue_since", now).filter(pk=item.pk).exists()
    waited = _waited(item, item.in_queue_since, now)
    if still and other is not None and other.is_active and waited >= (item.queue.overflow_after or 0):
        move(item, other, actor=system_user())


@transaction.atomic
def _tell_late(pk: UUID) -> None:
    """Once for each wait: the column says that it was told, nothing else about the item changes."""
    now = timezone.now()
    rows = _overdue("max_wait", "enqueued_at", now).filter(pk=pk, told_late_at=None)
    item = rows.select_for_update(of=("self",), no_key=True).select_related("queue").first()
    if item is None:
        return
    waited = _waited(item, item.enqueued_at, now)
    if waited < (item.queue.max_wait or 0):
        return
    WorkItem.objects.filter(pk=pk).update(told_late_at=now)
    publish(WorkWaitedTooLong(**facts_of(item), waited_seconds=waited), actor=system_user())


def _waited(item: WorkItem, since: datetime, now: datetime) -> int:
    """Seconds it has waited, those the queue's calendar is open where it has one."""
    calendar = item.queue.calendar
    span = business_time_between(timetable_of(calendar), since, now) if calendar else now - since
    return int(span.total_seconds())
