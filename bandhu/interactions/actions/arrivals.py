"""What came in by the batch: entries of the timeline and messages from customers, each kind written in one statement.

The rules are those of `log_interaction` and `take_in_message`. The caller has a transaction, knows that nothing of it was taken in
before, and holds the conversations that are stored already (`locked_several`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions.conversations import facts_of, reopen, started_event, tell
from bandhu.interactions.actions.interactions import (
    Person,
    interaction_row,
    logged_event,
    participants_of,
    tell_of_entry,
)
from bandhu.interactions.actions.messages import add_up, hear_language, message_row, opens_again, readable
from bandhu.interactions.events import InteractionsLogged, MessageReceived
from bandhu.interactions.models import (
    Conversation,
    ConversationState,
    Interaction,
    Message,
    MessageState,
    Participant,
)
from bandhu.platform.events import publish
from bandhu.platform.whole_rows import update_row

_COUNTED = (
    "message_count", "last_message_at", "active_at", "preview", "first_incoming_at", "last_incoming_at", "waiting_since", "first_answered_at", "language",
    "version",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One exchange with a customer for the timeline, as for `log_interaction`; HTML is clean already, the moment not in the future."""

    customer: Contact | Company
    kind: str
    occurred_at: datetime
    channel: str = ""
    direction: str = Interaction.Direction.NONE
    subject: str = ""
    body: str = ""
    is_html: bool = False
    people: Sequence[Person] = ()
    details: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    external_id: str = ""
    touches: bool = True
    only_for: User | None = None


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One message from the customer's side, as for `take_in_message`; HTML is clean already. `conversation` may be unsaved."""

    conversation: Conversation
    text: str
    html: str = ""
    at: datetime
    author_name: str = ""
    external_id: str = ""
    is_automatic: bool = False
    interaction: Interaction | None = None
    details: dict[str, Any] = field(default_factory=dict)


def log_interactions(entries: Sequence[TimelineEntry], *, are_past: bool = False) -> list[Interaction]:
    """Put them on the timeline; of what is past (an old mailbox, an import) one event tells instead of one for each."""
    actor, now = system_user(), timezone.now()
    rows = [
        interaction_row(
            one.customer, min(one.occurred_at, now), kind=one.kind, channel=one.channel, direction=one.direction,
            subject=one.subject, body=one.body, is_html=one.is_html, details=one.details, source=one.source,
            external_id=one.external_id, only_for=one.only_for,
        )
        for one in entries
    ]  # fmt: skip
    Interaction.objects.bulk_create(rows)
    pairs = list(zip(rows, entries, strict=True))
    Participant.objects.bulk_create([who for row, one in pairs for who in participants_of(row, one.people)])
    for row, one in pairs:
        tell_of_entry(row, actor, touches=one.touches)
        if not are_past:
            publish(logged_event(row), actor=actor)
    if are_past and rows:
        publish(InteractionsLogged(count=len(rows), source=entries[0].source), actor=actor)
    return rows


def take_in_messages(arrivals: Sequence[Arrival], *, are_past: bool = False) -> list[Message]:
    """What customers said. What is past opens nothing, waits for no answer, and tells nobody: it is history, not work."""
    now = timezone.now()
    messages = []
    for one in arrivals:
        message = _message(one, now)
        messages.append(message)
        hear_language(one.conversation, message.text, is_automatic=one.is_automatic)
        add_up(one.conversation, message, is_automatic=one.is_automatic or are_past)
    _write(list({one.conversation.pk: one.conversation for one in arrivals}.values()), are_past=are_past)
    Message.objects.bulk_create(messages)
    if not are_past:
        for message, one in zip(messages, arrivals, strict=True):
            _tell(message, one)
    return messages


def _message(one: Arrival, now: datetime) -> Message:
    return message_row(
        one.conversation,
        min(one.at, now),
        direction=Interaction.Direction.IN,
        state=MessageState.RECEIVED,
        text=readable(one.text, one.html),
        html=one.html,
        author_name=one.author_name[:200] or one.conversation.person_name,
        place=one.conversation.place,
        external_id=one.external_id[:250],
        interaction=one.interaction,
        details=one.details,
    )


def _write(conversations: Sequence[Conversation], *, are_past: bool) -> None:
    new = [one for one in conversations if one._state.adding]
    known = [one for one in conversations if not one._state.adding]
    for one in new if are_past else ():
        one.state, one.closed_at = ConversationState.CLOSED, one.last_message_at
    Conversation.objects.bulk_create(new)
    for one in known:
        update_row(one, _COUNTED)
    if new and not are_past:
        actor = system_user()
        for one in new:
            publish(started_event(one), actor=actor)


def _tell(message: Message, one: Arrival) -> None:
    conversation = one.conversation
    if opens_again(conversation, message, is_automatic=one.is_automatic):
        reopen(conversation, system_user())
    tell(conversation)
    is_first = conversation.message_count == 1
    publish(
        MessageReceived(
            **facts_of(conversation),
            message_id=str(message.pk),
            is_first=is_first,
            is_automatic=one.is_automatic,
        )
    )
