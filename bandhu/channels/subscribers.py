"""What channels do when others publish."""

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from bandhu.channels.actions import (
    acknowledge,
    forget_openings,
    look_after_answer,
    post_message,
    queue_message,
    refile_mails,
    write_down,
)
from bandhu.channels.queries import is_channel
from bandhu.channels.queries.tracking import PURPOSE
from bandhu.interactions.events import ConversationClosed, ConversationFiled, MessageReceived, MessageWritten
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


def _is_mail(event: Any) -> bool:
    """What is answered by mail: what came by mail, and what came through a form while there was a mailbox."""
    return bool(event.channel == "mail" or (event.channel == "form" and not is_channel(event.place)))


@subscribe(MessageWritten, wanted=lambda event: _is_mail(event) and not getattr(event, "is_note", True))
def post_answers(event: MessageWritten, record: EventRecord) -> None:
    """Into the outbox at once, to leave at its time."""
    post_message(UUID(event.message_id))


@subscribe(MessageReceived, wanted=lambda event: _is_mail(event) and getattr(event, "is_first", False))
def acknowledge_first_mails(event: MessageReceived, record: EventRecord) -> None:
    acknowledge(UUID(event.message_id))


@subscribe(ConversationFiled, wanted=_is_mail)
def follow_the_conversation(event: ConversationFiled, record: EventRecord) -> None:
    """Its mails are with whom the conversation is with."""
    refile_mails(UUID(event.conversation_id))
