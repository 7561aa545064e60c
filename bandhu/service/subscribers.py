"""What service does when others publish: clocks follow what is said, and calendars."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bandhu.calendars.events import BusinessCalendarChanged
from bandhu.contact_center.events import WorkAssigned, WorkReturned
from bandhu.identity.ready_made import system_user
from bandhu.interactions.events import MessageReceived, MessageWritten
from bandhu.interactions.models import Message, MessageState
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.service.actions import (
    CHANNEL,
    count_anew,
    note_queue,
    queue_showing,
    take_answer,
    take_customer_message,
)


@subscribe(MessageReceived)
def note_customer_message(event: MessageReceived, record: EventRecord) -> None:
    """The moment it was said counts, not when we heard of it."""
    message = Message.objects.filter(pk=event.message_id).first()
    if message is not None:
        take_customer_message(UUID(event.conversation_id), message.at, is_automatic=event.is_automatic)


@subscribe(MessageWritten, wanted=lambda event: not getattr(event, "is_note", True))
def note_answer(event: MessageWritten, record: EventRecord) -> None:
    message = Message.objects.filter(pk=event.message_id).exclude(state=MessageState.WITHDRAWN).first()
    if message is not None:
        take_answer(message.conversation_id, message.at)


@subscribe(MessageWritten, wanted=lambda event: getattr(event, "channel", "") == CHANNEL)
def show_answer(event: MessageWritten, record: EventRecord) -> None:
    if not event.is_note:
        queue_showing(event.message_id, parse_datetime(event.send_at or "") or timezone.now())


def _is_ticket(event: Any) -> bool:
    return bool(event.kind == "ticket")


@subscribe(WorkAssigned, wanted=_is_ticket)
def note_queue_of_assigned(event: WorkAssigned, record: EventRecord) -> None:
    """Queues flow over into others by themselves."""
    note_queue(UUID(event.record_id), UUID(event.queue_id), actor=record.actor or system_user())


@subscribe(WorkReturned, wanted=_is_ticket)
def note_queue_of_returned(event: WorkReturned, record: EventRecord) -> None:
    note_queue(UUID(event.record_id), UUID(event.queue_id), actor=record.actor or system_user())


@subscribe(BusinessCalendarChanged)
def count_by_new_hours(event: BusinessCalendarChanged, record: EventRecord) -> None:
    count_anew()
