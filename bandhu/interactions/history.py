"""Conversations of the past, written by sets: what was said elsewhere before it was brought here. Nothing is sent, and nobody is told.

No permission of their own: they are steps of an import that has been authorised. They publish nothing; the import does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from bandhu.customers.actions import touch_customer
from bandhu.interactions.models import (
    Conversation,
    ConversationState,
    Interaction,
    Message,
    MessageKind,
    MessageState,
)
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.ids import new_id
from bandhu.ui.graphemes import shorten

# Marks what was brought in: undo takes it back, and tells it from what was said here since.
MARK = "brought_in"
MAX_TEXT, PREVIEW, SEARCHED = 500_000, 160, 20_000
_AT_ONCE = 1_000


@dataclass
class PastMessage:
    """Something said: by the customer, by one of us, or (`is_note`) among ourselves. `key` is its id where it was said."""

    key: str
    at: datetime
    text: str = ""
    html: str = ""
    author: Any = None
    author_name: str = ""
    is_ours: bool = False
    is_note: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    # Its entry on the timeline, where something else tells of it there (a mail): none is made then.
    entry: Interaction | None = None
    is_told: bool = False


@dataclass
class PastExchange:
    """A conversation with what was said in it, in any order."""

    conversation: Conversation
    messages: list[PastMessage]


def begin_exchange(source: str, at: datetime, **columns: Any) -> Conversation:
    """A conversation of the past, closed and not saved yet."""
    return Conversation(
        id=new_id(at), created_at=at, last_message_at=at, active_at=at, closed_at=at,
        **{"state": ConversationState.CLOSED, "details": {MARK: source}, **columns},
    )  # fmt: skip


def write_exchanges(
    exchanges: Sequence[PastExchange], source: str, *, are_new: bool = True
) -> dict[UUID, list[Message]]:
    """Write conversations (those that are new) and messages, each with its entry on the timeline; what a key names already is left out.

    Returns the messages written, by conversation. What the inbox shows of each conversation follows from all its messages.
    """
    if are_new:
        Conversation.objects.bulk_create([one.conversation for one in exchanges], batch_size=_AT_ONCE)
    ids = [one.conversation.pk for one in exchanges]
    known = set(
        Message.objects.filter(conversation__in=ids)
        .exclude(external_id="")
        .values_list("conversation_id", "external_id")
    )
    written: dict[UUID, list[Message]] = {}
    entries: list[Interaction] = []
    for exchange in exchanges:
        talk = exchange.conversation
        for past in sorted(exchange.messages, key=lambda one: one.at):
            if (talk.pk, past.key[:250]) in known:
                continue
            message = _message(talk, past, source)
            if past.is_told:
                message.interaction = past.entry
            elif entry := _entry(talk, message):
                entries.append(entry)
                message.interaction = entry
            written.setdefault(talk.pk, []).append(message)
    Interaction.objects.bulk_create(entries, batch_size=_AT_ONCE)
    Message.objects.bulk_create([one for some in written.values() for one in some], batch_size=_AT_ONCE)
    for exchange in exchanges:
        if said := written.get(exchange.conversation.pk):
            _count(exchange.conversation, said)
    touched = [one.conversation for one in exchanges if one.conversation.pk in written]
    Conversation.objects.bulk_update(touched, _COUNTED, batch_size=_AT_ONCE)
    _touch(touched)
    return written


_COUNTED = (
    "message_count", "preview", "last_message_at", "active_at", "first_incoming_at", "last_incoming_at", "first_answered_at", "waiting_since",
    "closed_at", "version",
)  # fmt: skip


def remove_exchanges(ids: Iterable[UUID]) -> None:
    """Take conversations back whole, with their entries on the timeline."""
    rows = Conversation.objects.filter(pk__in=list(ids))
    _remove_entries(Message.objects.filter(conversation__in=rows.values("pk")))
    rows.delete()


def remove_messages(ids: Iterable[UUID]) -> None:
    """Take single messages back."""
    rows = Message.objects.filter(pk__in=list(ids))
    talks = list(rows.values_list("conversation_id", flat=True).distinct())
    _remove_entries(rows)
    rows.delete()
    for talk in Conversation.objects.filter(pk__in=talks):
        talk.message_count = 0
        talk.first_answered_at = talk.first_incoming_at = talk.last_incoming_at = talk.waiting_since = None
        _count(talk, Message.objects.filter(conversation=talk).order_by("pk"))
        talk.save(update_fields=_COUNTED)


def with_later_words(ids: Iterable[UUID]) -> set[UUID]:
    """Those of these conversations in which something was said here since they were brought in."""
    rows = Message.objects.filter(conversation__in=list(ids)).exclude(kind=MessageKind.EVENT)
    return set(rows.exclude(**{f"details__{MARK}__isnull": False}).values_list("conversation_id", flat=True))


def _remove_entries(messages: Any) -> None:
    entries = list(messages.filter(interaction__isnull=False).values_list("interaction_id", flat=True))
    messages.update(interaction=None)
    Interaction.objects.filter(pk__in=entries).delete()


def _message(talk: Conversation, past: PastMessage, source: str) -> Message:
    html = clean_html(past.html) if past.html else ""
    text = (past.text or plain_text(html)).replace("\x00", "").strip()[:MAX_TEXT]
    if past.is_note:
        kind, direction, state = MessageKind.NOTE, Interaction.Direction.NONE, MessageState.INTERNAL
    elif past.is_ours:
        kind, direction, state = MessageKind.SAID, Interaction.Direction.OUT, MessageState.SENT
    else:
        kind, direction, state = MessageKind.SAID, Interaction.Direction.IN, MessageState.RECEIVED
    searched = " ".join((talk.subject, past.author_name, text))[:SEARCHED]
    return Message(
        id=new_id(past.at), conversation=talk, kind=kind, direction=direction, state=state, at=past.at,
        author=past.author, author_name=past.author_name[:200], text=text, html=html, place=talk.place,
        external_id=past.key[:250], details=past.details | {MARK: source},
        words=SearchVector(Value(searched), config="simple"),
    )  # fmt: skip


def _entry(talk: Conversation, message: Message) -> Interaction | None:
    """What the customer's timeline says of it; notes stay among colleagues."""
    if message.kind == MessageKind.NOTE or not (talk.contact_id or talk.company_id):
        return None
    return Interaction(
        id=new_id(message.at), kind="message", channel=talk.channel, direction=message.direction, occurred_at=message.at,
        contact_id=talk.contact_id, company_id=talk.company_id, actor=message.author, subject=talk.subject,
        body=message.text, details={"conversation_id": str(talk.pk)},
        words=SearchVector(Value(f"{talk.subject}\n{message.text}"[:SEARCHED]), config="simple"),
    )  # fmt: skip


def _count(talk: Conversation, messages: Iterable[Message]) -> None:
    """What the inbox shows of it, these messages taken in."""
    for message in messages:
        if message.kind != MessageKind.SAID:
            continue
        talk.message_count += 1
        if message.at >= talk.last_message_at or not talk.preview:
            talk.preview = shorten(" ".join(message.text.split()), PREVIEW)
        talk.last_message_at = max(talk.last_message_at, message.at)
        if message.direction == Interaction.Direction.IN:
            # Of a conversation that does not say, and is older than these messages, it is looked up.
            if talk.first_incoming_at or talk.last_incoming_at is None:
                talk.first_incoming_at = min(talk.first_incoming_at or message.at, message.at)
            talk.last_incoming_at = max(talk.last_incoming_at or message.at, message.at)
        elif message.is_answer:
            talk.first_answered_at = min(talk.first_answered_at or message.at, message.at)
    talk.active_at = max(talk.active_at, talk.last_message_at) if talk.is_open else talk.last_message_at
    if talk.closed_at is not None:
        talk.closed_at = max(talk.closed_at, talk.last_message_at)
    talk.version += 1


def _touch(talks: Sequence[Conversation]) -> None:
    """When there was contact last: an older moment than the one known changes nothing."""
    newest: dict[tuple[UUID | None, UUID | None], datetime] = {}
    for talk in talks:
        who = (talk.contact_id, talk.company_id)
        newest[who] = max(newest.get(who, talk.last_message_at), talk.last_message_at)
    for (contact, company), at in newest.items():
        if contact or company:
            touch_customer(contact_id=contact, company_id=company, at=at, by=None)
