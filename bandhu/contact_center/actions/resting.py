"""Work that is put off: whoever has it keeps it, it takes nothing of their capacity, and nobody else is given it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bandhu.contact_center.actions.giving import put_back
from bandhu.contact_center.actions.holding import change, hold
from bandhu.contact_center.actions.waking import wake_agent, wake_queue
from bandhu.contact_center.models import WorkEvent, WorkItem
from bandhu.identity.models import User


@transaction.atomic
def rest_work(kind: str, record_id: UUID, *, actor: User) -> WorkItem | None:
    """Put it off. An offer that nobody has taken up goes back to its queue first. None where there never was work.

    What is finished, and what rests already, stays as it is.
    """
    item = _held(kind, record_id)
    if item is None or item.rests or item.state == WorkItem.State.FINISHED:
        return item
    if item.state == WorkItem.State.OFFERED:
        put_back(item, actor=actor, verb=WorkEvent.Verb.RETURNED, reason="put off")
    change(item, WorkEvent.Verb.RESTS, actor=actor, rests=True)
    if item.agent_id is not None:
        wake_agent(item.agent_id)
    return item


@transaction.atomic
def resume_work(kind: str, record_id: UUID, *, actor: User) -> WorkItem | None:
    """Its time has come: it counts again with whoever has it, however much they have by now, or waits in its queue as from now.

    None where there never was work; what does not rest stays as it is.
    """
    item = _held(kind, record_id)
    if item is None or not item.rests:
        return item
    change(item, WorkEvent.Verb.RESUMED, actor=actor, rests=False, in_queue_since=timezone.now())
    if item.state == WorkItem.State.WAITING:
        wake_queue(item.queue_id)
    return item


def _held(kind: str, record_id: UUID) -> WorkItem | None:
    found = WorkItem.objects.filter(kind=kind, record_id=record_id).values_list("pk", flat=True).first()
    return hold(found) if found else None
