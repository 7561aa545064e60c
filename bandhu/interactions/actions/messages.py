"""Messages: taken in once, written, sent by their channel, taken back while there is still time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions.conversations import facts_of, locked, reopen, tell
from bandhu.interactions.actions.interactions import SEARCHED_CHARACTERS, log_interaction
from bandhu.interactions.actions.waiting import answers_in, said_in, waiting_since
from bandhu.interactions.events import MessageReceived, MessageWritten
from bandhu.interactions.models import (
    Conversation,
    ConversationState,
    Interaction,
    Message,
    MessageKind,
    MessageState,
)
from bandhu.knowledge.actions import note_replies
from bandhu.platform.events import publish
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.ids import new_id
from bandhu.platform.languages import language_by_script
from bandhu.ui.graphemes import shorten

MAX_TEXT = 500_000
PREVIEW = 160
# What a channel may still tell of a message, and after what.
_AFTER: dict[str, set[str]] = {
    MessageState.SENDING: {MessageState.QUEUED},
    MessageState.SENT: {MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN},
    MessageState.DELIVERED: {MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN},
    MessageState.READ: {
        MessageState.SENDING,
        MessageState.SENT,
        MessageState.DELIVERED,
        MessageState.UNKNOWN,
    },
    MessageState.FAILED: {
        MessageState.QUEUED,
        MessageState.SENDING,
        MessageState.SENT,
        MessageState.UNKNOWN,
    },
    MessageState.UNKNOWN: {MessageState.SENDING},
    MessageState.WITHDRAWN: {MessageState.QUEUED},
    MessageState.QUEUED: {MessageState.SENDING, MessageState.FAILED, MessageState.UNKNOWN},
}


@transaction.atomic
def take_in_message(
    conversation: Conversation,
    *,
    text: str,
    html: str = "",
    at: datetime | None = None,
    author_name: str = "",
    external_id: str = "",
    reply_to: Message | None = None,
    is_automatic: bool = False,
    interaction: Interaction | None = None,
    details: dict[str, Any] | None = None,
) -> Message:
    """What the customer said, once: the same `external_id` in the same place gives back the first one.

    Opens a conversation that was closed or put off, unless the message is automatic or the conversation is spam. A slow
    channel's message gets an entry on the timeline; `interaction` is the one it has already (a mail's).
    """
    if external_id and (known := _known(conversation.place, external_id)):
        return known
    conversation = locked(conversation)
    moment = min(at or timezone.now(), timezone.now())
    body = readable(text, html)
    hear_language(conversation, body, is_automatic=is_automatic)
    message = _store(
        conversation,
        moment,
        direction=Interaction.Direction.IN,
        state=MessageState.RECEIVED,
        text=body,
        html=clean_html(html) if html else "",
        author_name=author_name[:200] or conversation.person_name,
        place=conversation.place,
        external_id=external_id[:250],
        reply_to=reply_to,
        interaction=interaction or _on_timeline(conversation, moment, "in", body, system_user()),
        details=details or {},
    )
    _count(conversation, message, is_automatic=is_automatic)
    is_first = conversation.message_count == 1
    publish(
        MessageReceived(
            **facts_of(conversation), message_id=str(message.pk), is_first=is_first, is_automatic=is_automatic
        )
    )
    return message


@action("interactions.answer_conversation")
def write_message(
    conversation: Conversation,
    *,
    actor: User,
    text: str,
    html: str = "",
    send_at: datetime | None = None,
    external_id: str = "",
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Message:
    """Answer the customer: kept now, sent by its channel at `send_at` (aware; at once without). Raises ValidationError by field.

    Until it is being sent, `withdraw_message` takes it back. With `is_automatic` in its `details` it is no answer: the customer goes on
    waiting. `at` is the moment of what was written elsewhere, earlier.
    """
    body = readable(text, html)
    _check(body)
    conversation = locked(conversation)
    now = min(at or timezone.now(), timezone.now())
    message = _store(
        conversation,
        now,
        direction=Interaction.Direction.OUT,
        state=MessageState.QUEUED,
        author=None if actor.is_system else actor,
        author_name=str(actor),
        text=body,
        html=clean_html(html) if html else "",
        place=conversation.place,
        external_id=external_id,
        send_at=send_at or now,
        details=details or {},
    )
    _count(conversation, message)
    note_replies(
        f"{body} {message.html}", conversation_id=conversation.pk, message_id=message.pk, at=message.at
    )
    _written(conversation, message, actor, is_note=False)
    return message


@action("interactions.answer_conversation")
def write_note(
    conversation: Conversation,
    *,
    actor: User,
    text: str,
    html: str = "",
    mentioned: tuple[User, ...] = (),
) -> Message:
    """A word among colleagues: the customer never sees it. Raises ValidationError by field."""
    body = readable(text, html)
    _check(body)
    conversation = locked(conversation)
    message = _store(
        conversation,
        timezone.now(),
        kind=MessageKind.NOTE,
        direction=Interaction.Direction.NONE,
        state=MessageState.INTERNAL,
        author=actor,
        author_name=str(actor),
        text=body,
        html=clean_html(html) if html else "",
        details={"mentioned": [str(one.pk) for one in mentioned]} if mentioned else {},
    )
    _written(conversation, message, actor, is_note=True)
    return message


@action("interactions.answer_conversation")
def withdraw_message(message: Message, *, actor: User) -> Message:
    """Take back what is not being sent yet. Raises ValidationError when it is too late."""
    if not mark_message(message, MessageState.WITHDRAWN):
        raise ValidationError(_("It is on its way already and cannot be taken back."))
    conversation = locked(message.conversation)
    recount(conversation)
    return Message.objects.get(pk=message.pk)


@action("interactions.answer_conversation")
def send_again(message: Message, *, actor: User) -> Message:
    """Try once more what was not sent, or perhaps not. Raises ValidationError for a message in any other state."""
    if not mark_message(message, MessageState.QUEUED):
        raise ValidationError(_("Only a message that was not sent can be sent again."))
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())
    message = Message.objects.select_related("conversation").get(pk=message.pk)
    _written(message.conversation, message, actor, is_note=False)
    return message


@transaction.atomic
def mark_message(
    message: Message,
    state: MessageState,
    *,
    external_id: str = "",
    trouble: str = "",
    details: dict[str, Any] | None = None,
) -> bool:
    """What its channel knows of a message now; one compare-and-set, so that two who send the same message are told apart.

    False where the message is in a state that this one cannot follow: notices of channels come late and twice.
    """
    values: dict[str, Any] = {"state": state, "trouble": trouble[:300]}
    if external_id:
        values["external_id"] = external_id[:250]
    if details:
        values["details"] = message.details | details
    done = Message.objects.filter(pk=message.pk, state__in=_AFTER[state]).update(**values) == 1
    if done:
        if state == MessageState.SENT:
            _sent(message)
        tell(message.conversation)
    return done


def _sent(message: Message) -> None:
    """The first time it left: onto the timeline, unless its channel tells that itself (`interaction` set)."""
    message = Message.objects.select_related("conversation__contact", "conversation__company", "author").get(
        pk=message.pk
    )
    if message.interaction_id is None:
        entry = _on_timeline(
            message.conversation, message.at, "out", message.text, message.author or system_user()
        )
        Message.objects.filter(pk=message.pk).update(interaction=entry)


def _written(conversation: Conversation, message: Message, actor: User, *, is_note: bool) -> None:
    publish(
        MessageWritten(
            **facts_of(conversation),
            message_id=str(message.pk),
            is_note=is_note,
            send_at=(message.send_at or message.at).isoformat(),
        ),
        actor=actor,
    )
    tell(conversation)


def _store(conversation: Conversation, moment: datetime, **values: Any) -> Message:
    message = message_row(conversation, moment, **values)
    message.save(force_insert=True)
    return message


def message_row(conversation: Conversation, moment: datetime, **values: Any) -> Message:
    """A message as it is written, unsaved."""
    return Message(
        id=new_id(moment),
        conversation=conversation,
        at=moment,
        words=SearchVector(Value(_searched(conversation, values)[:SEARCHED_CHARACTERS]), config="simple"),
        **values,
    )


def _searched(conversation: Conversation, values: dict[str, Any]) -> str:
    """What a message is found by: what it is about and who said it too."""
    return " ".join((conversation.subject, values.get("author_name", ""), values["text"]))


def _count(conversation: Conversation, message: Message, *, is_automatic: bool = False) -> None:
    """Of a locked row: what the inbox shows of it, with the newest message in."""
    add_up(conversation, message, is_automatic=is_automatic)
    conversation.save()
    if opens_again(conversation, message, is_automatic=is_automatic):
        reopen(conversation, system_user())
    tell(conversation)


def hear_language(conversation: Conversation, text: str, *, is_automatic: bool) -> None:
    """A conversation whose language nobody knows takes the one its script tells of; what a machine wrote tells nothing."""
    if not (conversation.language or is_automatic):
        conversation.language = language_by_script(text)


def add_up(conversation: Conversation, message: Message, *, is_automatic: bool = False) -> None:
    """What the inbox shows of a conversation, with one more message in it; nothing is saved."""
    is_incoming = message.direction == Interaction.Direction.IN
    conversation.message_count += 1
    if message.at >= conversation.last_message_at:
        conversation.last_message_at = message.at
        conversation.active_at = message.at
        conversation.preview = shorten(" ".join(message.text.split()), PREVIEW)
    if is_incoming and conversation.last_incoming_at is None:
        conversation.first_incoming_at = conversation.first_incoming_at or message.at
    if is_incoming and not is_automatic:
        conversation.last_incoming_at = max(conversation.last_incoming_at or message.at, message.at)
        conversation.waiting_since = conversation.waiting_since or message.at
    elif message.is_answer:
        conversation.first_answered_at = conversation.first_answered_at or message.at
        conversation.waiting_since = None
    conversation.version += 1


def opens_again(conversation: Conversation, message: Message, *, is_automatic: bool) -> bool:
    """Whether a message from the customer brings back what was closed or put off."""
    stays_as_it_is = (ConversationState.OPEN, ConversationState.SPAM)
    is_incoming = message.direction == Interaction.Direction.IN
    return is_incoming and not is_automatic and conversation.state not in stays_as_it_is


def recount(conversation: Conversation) -> None:
    """Of a locked row, after messages left it: the customer waits again where nobody else answered."""
    said = said_in(conversation)
    last = said.last()
    first_answer = answers_in(said).first()
    first_asked = said.filter(direction=Interaction.Direction.IN).first()
    conversation.message_count = said.count()
    conversation.first_incoming_at = first_asked.at if first_asked else None
    conversation.first_answered_at = first_answer.at if first_answer else None
    conversation.waiting_since = waiting_since(conversation)
    if last is not None:
        conversation.last_message_at = last.at
        conversation.preview = shorten(" ".join(last.text.split()), PREVIEW)
    conversation.version += 1
    conversation.save()
    tell(conversation)


def _on_timeline(
    conversation: Conversation, at: datetime, direction: str, text: str, actor: User
) -> Interaction | None:
    """The entry of one message, where the customer is known and the conversation is not told as one (`interaction` set)."""
    customer = conversation.contact or conversation.company
    if customer is None or conversation.interaction_id is not None:
        return None
    entry: Interaction = log_interaction(
        customer,
        actor=actor,
        kind="message",
        channel=conversation.channel,
        direction=direction,
        occurred_at=at,
        subject=conversation.subject,
        body=text,
        details={"conversation_id": str(conversation.pk)},
    )
    return entry


def _known(place: UUID | None, external_id: str) -> Message | None:
    """What was taken in for this id already; a lock makes simultaneous callers wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [f"{place}\n{external_id[:250]}"]
        )
    return Message.objects.filter(place=place, external_id=external_id[:250]).first()


def readable(text: str, html: str) -> str:
    """The words alone, with nothing PostgreSQL cannot keep."""
    return (text or plain_text(clean_html(html))).replace("\x00", "").strip()[:MAX_TEXT]


def _check(text: str) -> None:
    if not text:
        raise ValidationError({"text": _("Write something first.")})
