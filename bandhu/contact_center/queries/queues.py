"""Queues within reach, and how much waits in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bandhu.contact_center.models import Queue, QueuePlace, WorkItem
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


def waiting_counts(user: Any) -> dict[UUID, int]:
    """{queue: pieces that wait} of every queue within reach; offered ones wait too."""
    waiting = Q(state__in=[WorkItem.State.WAITING, WorkItem.State.OFFERED])
    rows = WorkItem.objects.filter(waiting, queue__in=queues_for(user).values("pk")).order_by()
    found = dict(rows.values_list("queue").annotate(n=Count("*")))
    return {pk: found.get(pk, 0) for pk in queues_for(user).values_list("pk", flat=True)}
