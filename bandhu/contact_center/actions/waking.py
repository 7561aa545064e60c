"""Having waiting work looked at again, whenever something changed that may let it go.

The job is queued after the commit: queued before, a worker could look while the change cannot be seen yet, and because only
one job waits for each queue nobody would look again. What is lost when the process dies in between, the sweep of the next
minute finds.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from bandhu.platform.queue import enqueue


def wake_queue(queue_id: UUID) -> None:
    """Somebody may be free for what waits there."""
    transaction.on_commit(
        partial(
            enqueue,
            "contact_center.route_queue",
            queueing_lock=f"contact_center.route:{queue_id}",
            queue_id=str(queue_id),
        )
    )


def wake_agent(agent_id: UUID) -> None:
    """They may be free for something of any of their queues."""
    transaction.on_commit(
        partial(
            enqueue,
            "contact_center.drain_agent",
            queueing_lock=f"contact_center.drain:{agent_id}",
            agent_id=str(agent_id),
        )
    )


def wake_queue_at(queue_id: UUID, at: datetime) -> None:
    """Something that is kept for somebody is free for everybody from then on."""
    enqueue("contact_center.route_queue", at=at, queue_id=str(queue_id))


def end_offer_at(item_id: UUID, at: datetime) -> None:
    """An offer that is not answered by then goes back."""
    enqueue("contact_center.end_offer", at=at, item_id=str(item_id))
