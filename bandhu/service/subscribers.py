"""What service does when others publish: clocks follow what is said, and calendars."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bandhu.calendars.events import BusinessCalendarChanged
from bandhu.contact_center.conversations import KIND as CONVERSATION
from bandhu.contact_center.events import WorkAssigned, WorkReturned
from bandhu.identity.ready_made import system_user
from bandhu.interactions.events import MessageReceived, MessageWritten
from bandhu.interactions.models import Message, MessageState
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.platform.queue import enqueue
from bandhu.service.actions import (
    CHANNEL,
    count_anew,
    note_queue,
    queue_sharing,
    queue_showing,
    take_answer,
    take_customer_message,
)
from bandhu.service.events import CustomerReplied, TicketAnswered, TicketChanged, TicketOpened
from bandhu.service.models import TicketRule
from bandhu.service.queries import ticket_id_of
from bandhu.service.rule_times import triggers_of


@subscribe(MessageReceived)
def note_customer_message(event: MessageReceived, record: EventRecord) -> None:
    """The moment it was said counts, not when we heard of it."""
    message = Message.objects.filter(pk=event.message_id).first()
    if message is not None:
        take_customer_message(UUID(event.conversation_id), message.at, is_automatic=event.is_automatic)


@subscribe(MessageWritten, wanted=lambda event: not getattr(event, "is_note", True))
def note_answer(event: MessageWritten, record: EventRecord) -> None:
    """What a rule sends by itself meets no promise of an answer."""
    message = Message.objects.filter(pk=event.message_id).exclude(state=MessageState.WITHDRAWN).first()
    if message is not None and not message.details.get("is_automatic"):
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


def _is_of_ticket(event: Any) -> bool:
    """A ticket, or a conversation of one."""
    if event.kind == CONVERSATION:
        return ticket_id_of(UUID(event.record_id)) is not None
    return _is_ticket(event)


def _was_given_back(event: Any) -> bool:
    return bool(event.reason == "returned" and _is_of_ticket(event))


@subscribe(WorkAssigned, wanted=_is_of_ticket)
def share_what_was_given(event: WorkAssigned, record: EventRecord) -> None:
    _share(event, record.actor)


@subscribe(WorkReturned, wanted=_was_given_back)
def share_what_went_back(event: WorkReturned, record: EventRecord) -> None:
    """What somebody gave back; who is gone gives back each piece for itself."""
    _share(event, record.actor, had_by=event.user_id)


def _share(event: Any, actor: Any, had_by: str = "") -> None:
    record_id = UUID(event.record_id)
    if event.kind != CONVERSATION:
        queue_sharing(record_id, actor=actor, had_by=had_by)
    elif (ticket_id := ticket_id_of(record_id)) is not None:
        queue_sharing(ticket_id, actor=actor, conversation_id=record_id, had_by=had_by)


@subscribe(BusinessCalendarChanged)
def count_by_new_hours(event: BusinessCalendarChanged, record: EventRecord) -> None:
    count_anew()


def _sets_off_rules(event: Any) -> bool:
    """Asked with every change of a ticket, so that where there are no rules nothing is queued."""
    triggers = triggers_of(event.name, getattr(event, "fields", ()))
    return TicketRule.objects.filter(is_active=True, trigger__in=triggers).exists()


def _queue_rules(event: Any, record: EventRecord) -> None:
    """Each rule runs in a transaction of its own, so in a job of its own; for a customer one after the other."""
    enqueue("service.run_rules", lock=event.order_key, record_id=record.pk)


@subscribe(TicketOpened, wanted=_sets_off_rules)
def run_rules_of_opened(event: TicketOpened, record: EventRecord) -> None:
    _queue_rules(event, record)


@subscribe(TicketChanged, wanted=_sets_off_rules)
def run_rules_of_changed(event: TicketChanged, record: EventRecord) -> None:
    _queue_rules(event, record)


@subscribe(CustomerReplied, wanted=_sets_off_rules)
def run_rules_of_customer(event: CustomerReplied, record: EventRecord) -> None:
    _queue_rules(event, record)


@subscribe(TicketAnswered, wanted=_sets_off_rules)
def run_rules_of_answered(event: TicketAnswered, record: EventRecord) -> None:
    _queue_rules(event, record)
