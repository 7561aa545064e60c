"""Work: of records, of queues, of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.contact_center.models import WorkItem
from bandhu.identity.results import OutOfReach

VIEW = "contact_center.view_workitem"


def work_of(kind: str, record_ids: Iterable[UUID]) -> dict[UUID, WorkItem]:
    """{record id: its work, with queue and agent}, finished work too. Ask only for records the user may see."""
    rows = WorkItem.objects.filter(kind=kind, record_id__in=list(record_ids))
    rows = rows.select_related("queue__team", "agent__user", "last_agent__user")
    return {one.record_id: one for one in rows}


def items(user: Any) -> QuerySet[WorkItem]:
    """Work within reach, as it is served: most urgent and oldest first."""
    return WorkItem.objects.visible_to(user, VIEW).select_related("queue", "agent__user")


def item_for(user: Any, pk: UUID) -> WorkItem:
    """One piece within reach. Raises OutOfReach."""
    found = items(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def my_work(user: Any) -> QuerySet[WorkItem]:
    """What the user has or is offered, what is offered first."""
    rows = WorkItem.objects.filter(agent__user=user).select_related("queue", "agent__user")
    return rows.order_by("-offered_until", "enqueued_at")
