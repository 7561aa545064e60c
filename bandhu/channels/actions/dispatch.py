"""What we write goes out through its channel: each message once, as far as its service lets us know.

A message waits as "queued"; the job marks it "sending", calls the service, and notes what came of it. A worker killed in between leaves
"unknown": the service may have it, so only a person sends it again. Where a service takes the same message twice without harm, it goes
back into the queue by itself.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.channels.actions.health import note_traffic, note_trouble
from bandhu.channels.adapters.port import Adapter, FileToGo, Outcome, Outgoing, Sent
from bandhu.channels.connections import adapter_of, connection_of
from bandhu.channels.kept_words import kept
from bandhu.channels.models import Channel
from bandhu.channels.queries import is_too_late
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.interactions.actions import mark_message
from bandhu.interactions.models import Message, MessageState
from bandhu.platform.files import files_of, open_file
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue

logger = logging.getLogger(__name__)
SEND = "channels.send_message"
PAUSES = tuple(timedelta(seconds=one) for one in (10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600))
# Longer than any call lasts; whoever is "sending" since then is dead.
LOST_AFTER = timedelta(minutes=5)
_LEFT_ALONE = timedelta(minutes=2)


def queue_message(message_id: UUID | str, conversation_id: UUID | str, at: datetime) -> None:
    """Let the job send it at `at`; messages of one conversation go one after the other."""
    later = at if at > timezone.now() else None
    enqueue(SEND, at=later, lock=f"conversation:{conversation_id}", message_id=str(message_id))


def send_message(message_id: UUID) -> None:
    """Send it; called by the job. One that is not due, not ours to send, or under way is left alone."""
    message = _message(message_id)
    if message is None:
        return
    channel = Channel.objects.filter(pk__in=[message.place]).first()
    if channel is None or (channel.is_paused and channel.deleted_at is None):
        return
    if message.state == MessageState.SENDING:
        # The job runs once more: the worker that had it is gone.
        _settle_lost(message, adapter_of(channel))
        return
    if message.state != MessageState.QUEUED or (message.send_at or message.at) > timezone.now() + timedelta(
        seconds=1
    ):
        return
    adapter = adapter_of(channel)
    if problem := _why_not(channel, adapter, message):
        _finish(message, Outcome(Sent.FAILED, trouble=problem))
        return
    begun = {
        "sending_at": timezone.now().isoformat(),
        "attempts": int(message.details.get("attempts", 0)) + 1,
    }
    if not mark_message(message, MessageState.SENDING, details=begun):
        return
    message.details |= begun
    try:
        outcome = adapter.send(connection_of(channel), _outgoing(message))
    except Exception:
        logger.exception("message %s", message.pk)
        outcome = Outcome(Sent.UNKNOWN, trouble=kept("stopped_with_service"))
    _settle(channel, message, outcome)


@action("interactions.answer_conversation")
def send_message_again(message: Message, *, actor: User) -> Message:
    """A person's word that what failed, or perhaps was sent, shall be sent (again). Raises ValidationError."""
    if message.state not in (MessageState.FAILED, MessageState.UNKNOWN):
        raise ValidationError(_("Only what was not sent, or perhaps not, is sent again."))
    if not mark_message(message, MessageState.QUEUED, details={"attempts": 0, "again_by": str(actor)}):
        raise ValidationError(_("Only what was not sent, or perhaps not, is sent again."))
    queue_message(message.pk, message.conversation_id, timezone.now())
    return Message.objects.get(pk=message.pk)


def queue_kept_messages(channel: Channel) -> int:
    """Those written while the channel was paused; returns how many."""
    waiting = Message.objects.filter(place=channel.pk, state=MessageState.QUEUED).order_by("pk")
    found = list(waiting.values_list("pk", "conversation_id", "send_at")[:5_000])
    for pk, conversation_id, at in found:
        queue_message(pk, conversation_id, max(at or timezone.now(), timezone.now()))
    return len(found)


def look_after_messages(now: datetime | None = None) -> int:
    """By the clock: decide about messages whose worker died, and send those whose job was lost. Returns how many."""
    moment = now or timezone.now()
    channels = {one.pk: one for one in Channel.objects.filter(deleted_at=None, is_paused=False)}
    rows = Message.objects.filter(place__in=list(channels)).select_related("conversation")
    lost = [
        one
        for one in rows.filter(state=MessageState.SENDING)[:500]
        if (parse_datetime(one.details.get("sending_at", "")) or one.at) < moment - LOST_AFTER
    ]
    for one in lost:
        _settle_lost(one, adapter_of(channels[one.place]))  # type: ignore[index]
    due = rows.filter(state=MessageState.QUEUED, send_at__lt=moment - _LEFT_ALONE)[:500]
    for one in due:
        enqueue(
            SEND,
            queueing_lock=f"message:{one.pk}",
            lock=f"conversation:{one.conversation_id}",
            message_id=str(one.pk),
        )
    return len(lost) + len(due)


def _message(message_id: UUID) -> Message | None:
    found = Message.objects.select_related("conversation", "reply_to", "author").filter(pk=message_id)
    return found.filter(direction="out", kind="said").first()


def _why_not(channel: Channel, adapter: Adapter, message: Message) -> str:
    """Why it is not even tried; "" when nothing speaks against it."""
    if channel.deleted_at is not None:
        return kept("channel_removed")
    if len(message.text) > adapter.can.max_length:
        return kept("too_long")
    if not message.details.get("template") and is_too_late(message.conversation, adapter.can):
        return kept("too_late")
    if not adapter.can.files and files_of(message.pk):
        return kept("no_files")
    return ""


def _outgoing(message: Message) -> Outgoing:
    talk = message.conversation
    files = [
        FileToGo(one.name, one.media_type, open_file(one).read()) for one in reversed(files_of(message.pk))
    ]
    last = (
        Message.objects.filter(conversation=talk, direction="in")
        .exclude(external_id="")
        .order_by("-pk")
        .first()
    )
    reply_to = message.reply_to or last
    return Outgoing(
        id=message.pk, to=talk.person_address or talk.person_key, text=message.text, thread=talk.external_id,
        reply_to=reply_to.external_id if reply_to else "", heard_at=talk.last_incoming_at, files=files,
        details=talk.details | message.details,
    )  # fmt: skip


@transaction.atomic
def _settle(channel: Channel, message: Message, outcome: Outcome) -> None:
    if outcome.is_channels_fault:
        note_trouble(channel, outcome.trouble)
    if outcome.state == Sent.LATER and int(message.details["attempts"]) <= len(PAUSES):
        pause = outcome.pause or PAUSES[int(message.details["attempts"]) - 1]
        at = timezone.now() + pause
        if mark_message(message, MessageState.QUEUED, trouble=outcome.trouble):
            Message.objects.filter(pk=message.pk).update(send_at=at)
            queue_message(message.pk, message.conversation_id, at)
        return
    _finish(message, outcome)
    if outcome.state == Sent.SENT:
        note_traffic(channel, came=False)


def _settle_lost(message: Message, adapter: Adapter) -> None:
    """Of a message whose worker died."""
    if adapter.is_idempotent:
        if mark_message(message, MessageState.QUEUED):
            queue_message(message.pk, message.conversation_id, timezone.now())
        return
    words = kept("stopped_with_service")
    _finish(message, Outcome(Sent.UNKNOWN, trouble=words))


_STATES = {
    Sent.SENT: MessageState.SENT,
    Sent.FAILED: MessageState.FAILED,
    Sent.LATER: MessageState.FAILED,
    Sent.UNKNOWN: MessageState.UNKNOWN,
}
_TOLD = {
    MessageState.FAILED: gettext_noop("A message was not sent to %(name)s"),
    MessageState.UNKNOWN: gettext_noop("Perhaps sent, nobody can say: a message to %(name)s"),
}


def _finish(message: Message, outcome: Outcome) -> None:
    state, details = _STATES[outcome.state], message.details | dict(outcome.details)
    known = Message.objects.filter(place=message.place, external_id=outcome.external_id).exclude(
        pk=message.pk
    )
    # Some services count what comes and what goes apart: the same number twice. Statuses find ours by our own id then.
    external_id = "" if outcome.external_id and known.exists() else outcome.external_id
    marked = mark_message(message, state, external_id=external_id, trouble=outcome.trouble, details=details)
    if marked and state in _TOLD and message.author is not None:
        talk: Any = message.conversation
        name = str(talk.contact or talk.company or talk.person_words)
        notify(
            message.author, _TOLD[state], icon="message-square-warning", url=f"/inbox/{talk.pk}/", name=name
        )
