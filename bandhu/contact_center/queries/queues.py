"""Queues within reach, and how much waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bandhu.contact_center.models import Agent, Queue, QueueMember, QueuePlace, WorkItem
from bandhu.identity.results import OutOfReach

VIEW = "contact_center.view_queue"


def queues_for(user: Any, *, retired: bool = False) -> QuerySet[Queue]:
    """Queues within reach by name: those of the user's reach, and those the user serves."""
    rows = Queue.objects.filter(pk__in=Queue.objects.visible_to(user, VIEW).values("pk"))
    rows = rows if retired else rows.filter(is_active=True)
    return rows.select_related("team", "overflow_queue")


def queue_for(user: Any, pk: UUID) -> Queue:
    """One within reach, retired or not. Raises OutOfReach."""
    found = queues_for(user, retired=True).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def queue_for_place(place_id: UUID | None, channel: str) -> Queue | None:
    """Where work of a place goes: the place's queue, else the channel's, else the one for everything. For subscribers: asks nobody's reach."""
    fitting = Q(channel=channel, place_id=None) | Q(channel="", place_id=None)
    if place_id is not None:
        fitting |= Q(channel=channel, place_id=place_id)
    rows = QueuePlace.objects.filter(fitting, queue__is_active=True).select_related("queue__team")
    closest = sorted(rows, key=lambda one: (one.place_id is None, one.channel == ""))
    return closest[0].queue if closest else None


@dataclass(frozen=True)
class QueueNow:
    """How a queue stands: pieces that wait (offered ones too) and since when the oldest, pieces somebody has, members who are there,
    units they have and could have."""

    queue: Queue
    waiting: int
    oldest: datetime | None
    assigned: int
    available: int
    members: int
    load: int
    capacity: int

    @property
    def is_late(self) -> bool:
        """The oldest waits longer than it should."""
        limit = self.queue.max_wait
        return bool(limit and self.oldest and timezone.now() - self.oldest > timedelta(seconds=limit))


def queues_now(user: Any) -> list[QueueNow]:
    """Every queue within reach, as it stands; three questions whatever their number."""
    queues = list(queues_for(user))
    waiting = Q(state__in=[WorkItem.State.WAITING, WorkItem.State.OFFERED])
    rows = WorkItem.objects.filter(queue__in=queues).exclude(state=WorkItem.State.FINISHED).order_by()
    work: dict[UUID, dict[str, Any]] = {
        row["queue"]: {**row}
        for row in rows.values("queue").annotate(
            waiting=Count("pk", filter=waiting),
            oldest=Min("enqueued_at", filter=waiting),
            assigned=Count("pk", filter=~waiting),
        )
    }
    agents: dict[UUID, list[Agent]] = {}
    held = (
        WorkItem.objects.filter(agent=OuterRef("agent"), rests=False)
        .order_by()
        .values("agent")
        .annotate(n=Sum("weight"))
    )
    members = QueueMember.objects.filter(queue__in=queues, agent__user__is_active=True)
    for one in members.select_related("agent").annotate(load=Coalesce(Subquery(held.values("n")), 0)):
        one.agent.load = one.load  # type: ignore[attr-defined]
        agents.setdefault(one.queue_id, []).append(one.agent)
    return [_standing(queue, work.get(queue.pk, {}), agents.get(queue.pk, [])) for queue in queues]


def _standing(queue: Queue, work: dict[str, Any], agents: list[Agent]) -> QueueNow:
    now = timezone.now()
    there = [
        one
        for one in agents
        if one.state == Agent.State.AVAILABLE and one.lease_until and one.lease_until > now
    ]
    return QueueNow(
        queue,
        waiting=work.get("waiting", 0),
        oldest=work.get("oldest"),
        assigned=work.get("assigned", 0),
        available=len(there),
        members=len(agents),
        load=sum(one.load for one in there),  # type: ignore[attr-defined]
        capacity=sum(one.capacity for one in there),
    )


def waiting_counts(user: Any) -> dict[UUID, int]:
    """{queue: pieces that wait} of every queue within reach; offered ones wait too."""
    waiting = Q(state__in=[WorkItem.State.WAITING, WorkItem.State.OFFERED])
    rows = WorkItem.objects.filter(waiting, queue__in=queues_for(user).values("pk")).order_by()
    found = dict(rows.values_list("queue").annotate(n=Count("*")))
    return {pk: found.get(pk, 0) for pk in queues_for(user).values_list("pk", flat=True)}
