"""What channels do when others publish."""

from uuid import UUID

from django.utils.dateparse import parse_datetime

from bandhu.channels.actions import forget_openings, look_after_answer, queue_message, write_down
from bandhu.channels.queries import is_channel
from bandhu.channels.queries.tracking import PURPOSE
from bandhu.interactions.events import ConversationClosed, ConversationFiled, MessageWritten
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.privacy.events import ConsentWithdrawn


@subscribe(ConsentWithdrawn, wanted=lambda event: getattr(event, "purpose", "") == PURPOSE)
def forget_what_was_noted(event: ConsentWithdrawn, record: EventRecord) -> None:
    forget_openings(UUID(event.contact_id))


@subscribe(
    MessageWritten,
    wanted=lambda event: not getattr(event, "is_note", True) and is_channel(getattr(event, "place", None)),
)
def send_what_was_written(event: MessageWritten, record: EventRecord) -> None:
    at = parse_datetime(event.send_at)
    if at is not None:
        queue_message(event.message_id, event.conversation_id, at)
    if event.channel == "chat" and at is not None:
        look_after_answer(UUID(event.conversation_id), at)


def _is_chat(event: object) -> bool:
    return getattr(event, "channel", "") == "chat"


@subscribe(ConversationClosed, wanted=_is_chat)
def write_down_what_was_said(event: ConversationClosed, record: EventRecord) -> None:
    write_down(UUID(event.conversation_id))


@subscribe(ConversationFiled, wanted=_is_chat)
def put_chat_on_timeline(event: ConversationFiled, record: EventRecord) -> None:
    write_down(UUID(event.conversation_id))
