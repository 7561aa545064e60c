"""What the contact center does when others publish."""

from uuid import UUID

from bandhu.contact_center.actions import finish_work, offer_work, rest_work, resume_work
from bandhu.contact_center.actions.presence import leave
from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.queries import queue_for_place, work_of
from bandhu.identity.events import UserDeactivated
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.events import (
    ConversationClosed,
    ConversationReopened,
    ConversationSnoozed,
    ConversationStarted,
    ConversationWoken,
)
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord


@subscribe(ConversationStarted)
def queue_conversation(event: ConversationStarted, record: EventRecord) -> None:
    """A new one waits in the queue of its place; one that is over by now does not."""
    _offer(UUID(event.conversation_id))


@subscribe(ConversationReopened)
def queue_again(event: ConversationReopened, record: EventRecord) -> None:
    """Whoever had it has the first go while they are there."""
    _offer(UUID(event.conversation_id))


@subscribe(ConversationClosed)
def finish_conversation(event: ConversationClosed, record: EventRecord) -> None:
    conversation = Conversation.objects.filter(pk=UUID(event.conversation_id)).first()
    if conversation is None or not conversation.is_open:
        finish_work(KIND, UUID(event.conversation_id), actor=system_user())


@subscribe(ConversationSnoozed)
def rest_conversation(event: ConversationSnoozed, record: EventRecord) -> None:
    """What is put off takes nothing of anybody's capacity and is given to nobody."""
    conversation_id = UUID(event.conversation_id)
    if Conversation.objects.filter(pk=conversation_id, state=ConversationState.SNOOZED).exists():
        rest_work(KIND, conversation_id, actor=system_user())


@subscribe(ConversationWoken)
def wake_conversation(event: ConversationWoken, record: EventRecord) -> None:
    """With whoever had it, or in its queue; one that was closed when it was put off is work again."""
    conversation_id = UUID(event.conversation_id)
    _offer(conversation_id)
    if not Conversation.objects.filter(pk=conversation_id, state=ConversationState.SNOOZED).exists():
        resume_work(KIND, conversation_id, actor=system_user())


@subscribe(UserDeactivated)
def return_work_of(event: UserDeactivated, record: EventRecord) -> None:
    user = User.objects.filter(pk=UUID(event.user_id), is_active=False).first()
    if user is not None:
        leave(user)


def _offer(conversation_id: UUID) -> None:
    """Events are told late and perhaps twice: what the conversation is now decides."""
    conversation = Conversation.objects.filter(pk=conversation_id, state=ConversationState.OPEN).first()
    if conversation is None:
        return
    known = work_of(KIND, [conversation_id]).get(conversation_id)
    queue = known.queue if known else queue_for_place(conversation.place, conversation.channel)
    if queue is None:
        return
    offer_work(
        KIND, conversation_id, queue=queue, actor=system_user(), channel=conversation.channel,
        language=conversation.language, enqueued_at=None if known else conversation.created_at,
    )  # fmt: skip
