"""Giving a conversation to somebody: always through the contact center, which alone decides who has what."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.contact_center import actions as center
from bandhu.contact_center import queries as work
from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.models import Queue, WorkItem
from bandhu.identity.models import User
from bandhu.interactions.models import Conversation


def work_on(conversation: Conversation, actor: User) -> WorkItem:
    """Its open piece of work; made in the queue of its place where there is none. Raises ValidationError without any queue."""
    known = work.work_of(KIND, [conversation.pk]).get(conversation.pk)
    if known is not None and known.state != WorkItem.State.FINISHED:
        return known
    queue = known.queue if known else work.queue_for_place(conversation.place, conversation.channel)
    queue = queue or work.queues_for(actor).first()
    if queue is None:
        raise ValidationError(
            _("There is no queue yet. Set one up under “Queues”, then conversations can be given to people.")
        )
    return _offered(conversation, queue, actor)


def give_to(
    conversation: Conversation, actor: User, agent: User | None, *, is_told: bool = True
) -> list[str | None] | None:
    """To this person, or back to the queue for None; returns who had it before, None where nothing changed. `is_told` as of `assign_work`."""
    before = conversation.assignee_id
    if before == (agent.pk if agent else None):
        return None
    item = work_on(conversation, actor)
    if agent is not None:
        center.assign_work(item, actor=actor, agent=agent, is_told=is_told)
    else:
        center.return_work(item, actor=actor)
    return [str(before) if before else None]


def move_to(conversation: Conversation, actor: User, queue: Queue) -> list[str | None] | None:
    """Into another queue; returns the queue before and who had it, None where nothing changed."""
    known = work.work_of(KIND, [conversation.pk]).get(conversation.pk)
    before = conversation.assignee_id
    if known is None or known.state == WorkItem.State.FINISHED:
        _offered(conversation, queue, actor)
        return [str(known.queue_id) if known else None, None]
    if known.queue_id == queue.pk:
        return None
    center.move_work(known, actor=actor, queue=queue)
    return [str(known.queue_id), str(before) if before else None]


def queue_by_id(pk: UUID) -> Queue | None:
    """Also one that is out of use: what was in it goes back."""
    return Queue.objects.filter(pk=pk).first()


def _offered(conversation: Conversation, queue: Queue, actor: User) -> WorkItem:
    return center.offer_work(
        KIND, conversation.pk, queue=queue, actor=actor, channel=conversation.channel,
        language=conversation.language, enqueued_at=conversation.created_at,
    )  # fmt: skip
