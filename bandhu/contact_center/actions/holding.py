"""Locking work and changing it: the one compare-and-set that every writer goes through.

Locks are taken in one order everywhere: agents by their id, then the item, then (in `hand_over`) the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bandhu.contact_center.models import Agent, Queue, QueueMember, WorkEvent, WorkItem
from bandhu.contact_center.work_kinds import work_kinds
from bandhu.identity.models import User
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.live import hint

_ATTEMPTS = 20


class _WentToAnother(Exception):
    """Between reading who has the work and locking it, somebody else got it."""


def agent_of(user: User) -> Agent:
    """The user as an agent; whoever was none yet is one from now on, offline and in no queue."""
    return Agent.objects.select_related("user").get_or_create(user=user)[0]


def lock_agents(ids: Iterable[UUID | None]) -> dict[UUID, Agent]:
    """These agents as they are now, held until the transaction ends."""
    rows = Agent.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return {one.pk: one for one in rows.filter(pk__in={pk for pk in ids if pk}).order_by("pk")}


def hold(item_id: UUID, *agents: UUID) -> WorkItem:
    """The item as it is now, with its queue and agent; it, its agent and `agents` held until the transaction ends.

    Raises EditConflict when it goes from hand to hand faster than it can be held.
    """
    rows = WorkItem.objects.select_for_update(of=("self",), no_key=True).select_related("queue")
    for _attempt in range(_ATTEMPTS):
        holder = WorkItem.objects.filter(pk=item_id).values_list("agent_id", flat=True).first()
        try:
            with transaction.atomic():  # what is locked for nothing is let go with the savepoint
                held = lock_agents([holder, *agents])
                item = rows.get(pk=item_id)
                if item.agent_id not in (None, holder, *agents):
                    raise _WentToAnother
                item.agent = held[item.agent_id] if item.agent_id else None
                return item
        except _WentToAnother:
            continue
    raise EditConflict(0, base={}, theirs={}, yours={})


def change(
    item: WorkItem,
    verb: WorkEvent.Verb,
    *,
    actor: Any,
    about: Agent | None = None,
    at: datetime | None = None,
    **values: Any,
) -> None:
    """Write these columns if the item still has the version we saw, and what happened. Raises EditConflict.

    `about` is the agent it happened with, by default who has the work afterwards.
    """
    rows = WorkItem.objects.filter(pk=item.pk, version=item.version)
    if rows.update(**values, version=item.version + 1) != 1:
        raise EditConflict(item.version, base={}, theirs={}, yours={})
    for name, value in values.items():
        setattr(item, name, value)
    item.version += 1
    note(item, verb, actor=actor, about=about, at=at)


def note(
    item: WorkItem,
    verb: WorkEvent.Verb,
    *,
    actor: Any,
    about: Agent | None = None,
    at: datetime | None = None,
) -> None:
    """Write down what happened to the item, and tell open pages."""
    WorkEvent.objects.create(
        item=item,
        at=at or timezone.now(),
        verb=verb,
        queue_id=item.queue_id,
        agent_id=about.pk if about else item.agent_id,
        actor=None if actor is None or actor.is_system else actor,
        version=item.version,
    )
    agent = about or item.agent
    hint(f"queue:{item.queue_id}", *([f"agent:{agent.user_id}"] if agent else []))


def hand_over(item: WorkItem, user: User | None, *, actor: Any) -> None:
    """Let the record mirror who has it."""
    if kind := work_kinds.get(item.kind):
        kind.hand_over(item.record_id, user, actor=actor)


def put_to_team(item: WorkItem, queue: Queue) -> None:
    """Let the record mirror whose queue it is in."""
    kind = work_kinds.get(item.kind)
    if kind is not None and kind.to_team is not None and queue.team is not None:
        kind.to_team(item.record_id, queue.team)


def note_turn(item: WorkItem, agent: Agent, now: datetime) -> None:
    """The agent got something: others come first, in this queue and among the idle."""
    QueueMember.objects.filter(queue=item.queue_id, agent=agent).update(last_given_at=now)
    note_busy(agent, now)


def note_busy(agent: Agent, now: datetime) -> None:
    """Of a held agent: not idle before now."""
    Agent.objects.filter(pk=agent.pk).update(idle_since=now)


def facts_of(item: WorkItem) -> dict[str, Any]:
    """What every event about it says."""
    return {
        "work_id": str(item.pk),
        "kind": item.kind,
        "record_id": str(item.record_id),
        "queue_id": str(item.queue_id),
        "channel": item.channel,
        "enqueued_at": item.enqueued_at.isoformat(),
    }
