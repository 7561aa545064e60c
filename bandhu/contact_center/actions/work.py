"""Work comes into a queue, goes to people by hand, back, elsewhere, and ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.contact_center.actions.giving import CLEAN, give, put_back
from bandhu.contact_center.actions.holding import (
    agent_of,
    change,
    hand_over,
    hold,
    note,
    note_busy,
    put_to_team,
)
from bandhu.contact_center.actions.waking import wake_agent, wake_queue, wake_queue_at
from bandhu.contact_center.models import Agent, Queue, WorkEvent, WorkItem
from bandhu.contact_center.models.queues import PRIORITIES, WEIGHTS
from bandhu.contact_center.skill_levels import needs_of
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.conflicts import EditConflict

ASSIGN = "contact_center.assign_work"


@transaction.atomic
def offer_work(
    kind: str,
    record_id: UUID,
    *,
    queue: Queue,
    actor: User,
    priority: int = 0,
    skills: Iterable[Any] = (),
    language: str = "",
    weight: int | None = None,
    channel: str = "",
    sticky_to: User | None = None,
    enqueued_at: datetime | None = None,
    not_before: datetime | None = None,
    told_late_at: datetime | None = None,
) -> WorkItem:
    """Somebody of `queue` is to do something about the record. Again for the same record: the item there is, unchanged while it is open.

    What was finished is opened again, its history kept. `skills` are skills or pairs with the least level; `language` a code,
    of which the language alone counts; `weight` in units of capacity, the queue's by default; `channel` is what agents' limits
    count, the kind by default; `sticky_to` has the first go while available, for the queue's time; `enqueued_at` makes it look
    older, `not_before` keeps it back; with `told_late_at` nobody is told that it waits too long. Priority and weight are brought into their bounds.
    """
    now = timezone.now()
    wanted: dict[str, Any] = {
        "queue": queue,
        "channel": (channel or kind)[:30],
        "priority": _within(priority, PRIORITIES),
        "weight": _within(queue.weight if weight is None else weight, WEIGHTS),
        "needs": needs_of(skills),
        "language": language.replace("_", "-").split("-")[0].lower()[:12],
        "enqueued_at": enqueued_at or now,
        "in_queue_since": now,
        "not_before": not_before,
        "told_late_at": told_late_at,
    }
    made = {**wanted, **_reserved(queue, sticky_to, now)}
    item, is_new = WorkItem.objects.get_or_create(kind=kind, record_id=record_id, defaults=made)
    if is_new:
        note(item, WorkEvent.Verb.OFFERED_TO_QUEUE, actor=actor)
    else:
        item = hold(item.pk)
        if item.state != WorkItem.State.FINISHED:
            wake_queue(item.queue_id)  # a claim may have passed it over because we held it
            return item
        _reopen(item, {**CLEAN, **wanted}, sticky_to, actor, now)
    put_to_team(item, queue)
    wake_queue(queue.pk)
    if item.reserved_until is not None:
        wake_queue_at(queue.pk, item.reserved_until)
    return item


@action(ASSIGN)
def assign_work(
    item: WorkItem, *, actor: User, agent: User, version: int | None = None, is_told: bool = True
) -> WorkItem:
    """To this person, by hand: whatever they can do and however much they have. `is_told`: unless they know already.

    Raises EditConflict where `version` is an older one, ValidationError for who may not sign in and for finished work.
    """
    if not agent.is_active or agent.is_system:
        raise ValidationError({"agent": _("There is no such user who may sign in.")})
    target = agent_of(agent)
    item = _open(item, target, version=version)
    if item.agent_id != target.pk or item.state != WorkItem.State.ASSIGNED:
        give(item, target, actor=actor, by_router=False, is_told=is_told)
    return item


@action(ASSIGN)
def return_work(item: WorkItem, *, actor: User, version: int | None = None) -> WorkItem:
    """Back to its queue, with the place it had there. What waits already goes on waiting."""
    item = _open(item, version=version)
    if item.agent_id is not None:
        put_back(item, actor=actor, verb=WorkEvent.Verb.RETURNED, reason="returned")
    return item


@action(ASSIGN)
def move_work(item: WorkItem, *, actor: User, queue: Queue, version: int | None = None) -> WorkItem:
    """To another queue, where it waits as long as it has waited; whoever has it has it no more."""
    item = _open(item, version=version)
    if item.queue_id != queue.pk:
        move(item, queue, actor=actor)
    return item


@transaction.atomic
def forget_work(kind: str, record_ids: Iterable[UUID]) -> None:
    """Of records that are deleted as if they had never been: what was brought in and is taken back."""
    WorkItem.objects.filter(kind=kind, record_id__in=list(record_ids)).delete()


@transaction.atomic
def finish_work(kind: str, record_id: UUID, *, actor: User) -> WorkItem | None:
    """Nothing is to be done any more. None where there never was work; what is finished stays as it is."""
    found = WorkItem.objects.filter(kind=kind, record_id=record_id).values_list("pk", flat=True).first()
    if found is None:
        return None
    item = hold(found)
    if item.state != WorkItem.State.FINISHED:
        finish(item, actor=actor)
    return item


def finish(item: WorkItem, *, actor: Any) -> None:
    """Of a held item."""
    agent, now = item.agent, timezone.now()
    change(
        item, WorkEvent.Verb.FINISHED, actor=actor, about=agent, at=now, state=WorkItem.State.FINISHED, agent=None,
        last_agent=agent or item.last_agent, finished_at=now, offered_until=None, rests=False, **CLEAN,
    )  # fmt: skip
    if agent is not None:
        note_busy(agent, now)
        wake_agent(agent.pk)


def move(item: WorkItem, queue: Queue, *, actor: Any) -> None:
    """Of a held item: into the other queue."""
    agent, had, now = item.agent, item.state == WorkItem.State.ASSIGNED, timezone.now()
    change(
        item, WorkEvent.Verb.MOVED, actor=actor, about=agent, at=now, queue=queue, in_queue_since=now,
        state=WorkItem.State.WAITING, agent=None, last_agent=agent or item.last_agent, assigned_at=None,
        offered_until=None, **CLEAN,
    )  # fmt: skip
    if had:
        hand_over(item, None, actor=actor)
    put_to_team(item, queue)
    if agent is not None:
        note_busy(agent, now)
        wake_agent(agent.pk)
    wake_queue(queue.pk)


def _open(item: WorkItem, *agents: Agent, version: int | None) -> WorkItem:
    """The item, held. Raises EditConflict for an old version, ValidationError for finished work."""
    held = hold(item.pk, *(one.pk for one in agents))
    if version is not None and version != held.version:
        theirs = {"agent": str(held.agent) if held.agent else None, "queue": str(held.queue)}
        raise EditConflict(held.version, base={}, theirs=theirs, yours={})
    if held.state == WorkItem.State.FINISHED:
        raise ValidationError(_("This is finished. Open it again first."))
    return held


def _reopen(
    item: WorkItem, values: dict[str, Any], sticky_to: User | None, actor: User, now: datetime
) -> None:
    sticky_to = sticky_to or (item.last_agent.user if item.last_agent else None)
    change(
        item, WorkEvent.Verb.REOPENED, actor=actor, at=now, state=WorkItem.State.WAITING, finished_at=None,
        assigned_at=None, rests=False, **{**values, **_reserved(values["queue"], sticky_to, now)},
    )  # fmt: skip
    hand_over(item, None, actor=actor)


def _reserved(queue: Queue, user: User | None, now: datetime) -> dict[str, Any]:
    """The columns that keep it for somebody who is there; nobody waits for who is away."""
    if user is None or not queue.is_sticky or not queue.sticky_seconds:
        return {"reserved_for": None, "reserved_until": None}
    there = Agent.objects.filter(user=user, state=Agent.State.AVAILABLE, lease_until__gt=now).first()
    until = now + timedelta(seconds=queue.sticky_seconds) if there else None
    return {"reserved_for": there, "reserved_until": until}


def _within(value: int, bounds: tuple[int, int]) -> int:
    return max(bounds[0], min(bounds[1], value))
