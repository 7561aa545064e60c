"""What a channel told becomes conversations and messages: filed with who is proven, else with the name the channel shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection as database
from django.utils import timezone

from bandhu.channels.adapters.port import FileCome, Happening, Said, StatusTold, Writer
from bandhu.channels.connections import adapter_of
from bandhu.channels.kept_words import kept as kept_sentence
from bandhu.channels.models import Channel
from bandhu.customers.actions.persons import contact_found_or_made
from bandhu.customers.models import Company, Contact
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Correspondent, mark_message, start_conversation, take_in_message
from bandhu.interactions.models import Conversation, ConversationState, Message, MessageState
from bandhu.interactions.recognition import UNPROVEN, settled
from bandhu.platform.files import store_file
from bandhu.platform.models import StoredFile
from bandhu.ui.graphemes import shorten

# A word within this time after the end goes on with the same conversation; later it is a new matter.
GOES_ON = timedelta(days=7)
_OLDEST = timedelta(days=30)


class NotKnownYet(Exception):
    """A service told of a message whose sending is not noted here (yet)."""


@dataclass(frozen=True)
class Happened:
    """One thing told, with the bytes of its files or why there are none."""

    what: Happening
    files: list[tuple[FileCome, bytes, str]] = field(default_factory=list)


def take_happenings(channel: Channel, happened: list[Happened]) -> None:
    """In the caller's transaction. Raises NotKnownYet, ValidationError."""
    for one in happened:
        if isinstance(one.what, StatusTold):
            _take_status(channel, one.what)
        elif not one.what.is_ours:
            take_said(channel, one.what, one.files)


def take_said(
    channel: Channel, said: Said, files: list[tuple[FileCome, bytes, str]] | None = None
) -> Message:
    """A message from the other side, once. Raises ValidationError where it says nothing at all."""
    known = Message.objects.filter(place=channel.pk, external_id=said.external_id[:250]).first()
    if known is not None and said.external_id:
        return known
    conversation = conversation_of(channel, said)
    reply_to = (
        Message.objects.filter(place=channel.pk, external_id=said.reply_to[:250]).first()
        if said.reply_to
        else None
    )
    missing = [problem for _file, _content, problem in files or () if problem]
    message: Message = take_in_message(
        conversation,
        text=said.text,
        at=moment_of(said),
        author_name=shorten(said.writer.name, 200),
        external_id=said.external_id,
        reply_to=reply_to,
        is_automatic=said.is_automatic,
        details=dict(said.details) | ({"missing_files": missing} if missing else {}),
    )
    keep_files(message, [(file.name, content) for file, content, problem in files or () if not problem])
    return message


def keep_files(message: Message, files: list[tuple[str, bytes]]) -> list[StoredFile]:
    """The files of a message; one that is empty or too large is named in the message and not kept."""
    kept: list[StoredFile] = []
    refused: list[str] = []
    for name, content in files:
        try:
            kept.append(
                store_file(
                    record_kind="message", record_id=message.pk, name=name or "file", content=[content], created_by=None
                )
            )  # fmt: skip
        except ValidationError as problem:
            refused += problem.messages
    if kept or refused:
        message.details |= {"files": [{"id": str(one.pk), "name": one.name} for one in kept]}
        if refused:
            message.details |= {"missing_files": [*message.details.get("missing_files", []), *refused]}
        message.save(update_fields=["details"])
    return kept


def conversation_of(channel: Channel, said: Said) -> Conversation:
    """The one this belongs to: of its thread, else the last one with this person, else a new one."""
    hold_exchange(channel, said.thread or said.writer.key)
    mine = Conversation.objects.filter(place=channel.pk)
    mine = (
        mine.filter(external_id=said.thread[:250])
        if said.thread
        else mine.filter(person_key=said.writer.key[:254])
    )
    last = mine.select_related("contact", "company").order_by("-last_message_at", "-pk").first()
    if last is not None and (said.thread or _goes_on(last)):
        return last
    language = said.language or channel.language
    person = _person(said.writer)
    customer, rule = _customer(channel, said.writer, last, language)
    conversation: Conversation = start_conversation(
        actor=system_user(),
        channel=adapter_of(channel).channel,
        place=channel.pk,
        customer=customer,
        person=person,
        external_id=said.thread,
        subject=shorten(" ".join(said.subject.split()), 300),
        language=language,
        team=channel.team,
        at=moment_of(said),
        details={"channel_kind": channel.kind} | rule,
    )
    return conversation


def hold_exchange(channel: Channel, key: str) -> None:
    """Let nobody else begin a conversation with this person (or in this thread) until the transaction ends."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 14))", [f"{channel.pk}\n{key}"])


def moment_of(said: Said) -> datetime:
    """When it was said, as the service tells; a clock that is plainly wrong counts for nothing."""
    now = timezone.now()
    return said.at if said.at is not None and now - _OLDEST < said.at < now else now


def _goes_on(last: Conversation) -> bool:
    if last.state in (ConversationState.OPEN, ConversationState.SNOOZED, ConversationState.SPAM):
        return True
    return last.closed_at is not None and last.closed_at > timezone.now() - GOES_ON


def _person(writer: Writer) -> Correspondent:
    """What strangers call themselves fits our columns, or is cut."""
    name = shorten(" ".join(writer.name.split()), 200)
    return Correspondent(name=name, address=shorten(writer.address or writer.key, 254), key=writer.key[:254])


def _customer(
    channel: Channel, writer: Writer, last: Conversation | None, language: str
) -> tuple[Contact | Company | None, dict[str, Any]]:
    """Whoever this person was filed with before; else who has the number or address the channel vouches for. With the rule, for `details`."""
    if last is not None and (before := last.contact or last.company):
        return before, settled("before")
    return recognised(channel, writer, language)


def recognised(channel: Channel, writer: Writer, language: str = "") -> tuple[Contact | None, dict[str, Any]]:
    """The contact with the number or mail address the channel vouches for, a new one where there is none; None without such a proof.

    With it the details of a conversation that keep by which rule.
    """
    if not (writer.phone or writer.mail):
        return None, {}
    person = {
        "full_name": shorten(" ".join(writer.name.split()), 200),
        "phone": writer.phone,
        "mail": writer.mail,
        "language": language,
    }
    try:
        contact, is_new = contact_found_or_made(person, actor=system_user(), owner=None, team=channel.team)
    except ValidationError:
        # A short code or a name instead of a number: nobody's telephone.
        return None, {}
    return contact, settled("new", UNPROVEN) if is_new else settled("proven")


def _take_status(channel: Channel, told: StatusTold) -> None:
    rows = Message.objects.select_related("conversation").filter(place=channel.pk, direction="out")
    message = rows.filter(external_id=told.external_id[:250]).first() if told.external_id else None
    if message is None and (own := _as_id(told.external_id)):
        message = rows.filter(pk=own).first()
    if message is None:
        raise NotKnownYet(kept_sentence("not_sent_here", told.external_id[:80]))
    mark_message(message, MessageState(told.state), trouble=told.trouble)


def _as_id(text: str) -> UUID | None:
    """Our own id of a message, where a service tells by it."""
    try:
        return UUID(text)
    except ValueError:
        return None
