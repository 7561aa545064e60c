"""Work: of records, of queues, of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from bandhu.contact_center.models import Queue, WorkEvent, WorkItem
from bandhu.contact_center.work_kinds import work_kinds
from bandhu.identity.results import OutOfReach

if TYPE_CHECKING:
    from bandhu.platform.registries import Label

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


@dataclass(frozen=True)
class WorkLine:
    """A piece of work in a list. Whoever may not see the record sees no title and gets no address."""

    item: WorkItem
    kind: Label
    title: str
    url: str


def lines_of(user: Any, found: Iterable[WorkItem]) -> list[WorkLine]:
    """These pieces with the titles of their records: one question for each kind."""
    rows = list(found)
    titles: dict[UUID, str] = {}
    for kind in work_kinds.values():
        ids = [one.record_id for one in rows if one.kind == kind.name]
        if ids and kind.titles is not None and user.holds(kind.view_permission):
            titles |= kind.titles(user, ids)
    return [_line(one, titles.get(one.record_id)) for one in rows]


def _line(item: WorkItem, title: str | None) -> WorkLine:
    kind = work_kinds.get(item.kind)
    url = (
        reverse(kind.url_name, args=[item.record_id]) if title is not None and kind and kind.url_name else ""
    )
    return WorkLine(item, kind.label if kind else item.kind, title or "", url)


def work_in(user: Any, queue: Queue, state: str = "", agent: UUID | None = None) -> QuerySet[WorkItem]:
    """Open work of a queue within reach, as it is served; "waiting" has the offered ones too."""
    rows = items(user).filter(queue=queue).exclude(state=WorkItem.State.FINISHED)
    if state == WorkItem.State.WAITING:
        rows = rows.filter(state__in=[WorkItem.State.WAITING, WorkItem.State.OFFERED])
    elif state == WorkItem.State.ASSIGNED:
        rows = rows.filter(state=WorkItem.State.ASSIGNED)
    return rows.filter(agent=agent) if agent else rows


def history_of(user: Any, item: WorkItem) -> QuerySet[WorkEvent]:
    """What happened to a piece within reach, in its order."""
    return item.history.select_related("queue", "agent__user", "actor").order_by("version")


def my_work(user: Any) -> QuerySet[WorkItem]:
    """What the user has or is offered, what is offered first."""
    rows = WorkItem.objects.filter(agent__user=user).select_related("queue", "agent__user")
    return rows.order_by("-offered_until", "enqueued_at")


def offered_item(user: Any, pk: UUID) -> WorkItem:
    """A piece the user was offered or has: it need not be in reach otherwise. Raises OutOfReach."""
    rows = WorkItem.objects.filter(pk=pk, history__agent__user=user).select_related("queue", "agent__user")
    found = rows.distinct().first()
    if found is None:
        raise OutOfReach
    return found
