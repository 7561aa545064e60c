"""Chats with visitors of a website: begun, written in, ended. Whoever calls has proven the conversation by its token (queries/chats.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bandhu.channels.actions.chat_timeline import put_on_timeline
from bandhu.channels.actions.health import note_traffic
from bandhu.channels.actions.taking import recognised
from bandhu.channels.adapters.port import Writer
from bandhu.channels.chat_tokens import Identity
from bandhu.channels.models import Channel
from bandhu.channels.queries.chats import shown_messages
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.scoping import require
from bandhu.interactions.actions import (
    Correspondent,
    close_conversation,
    file_conversation,
    give_address,
    mark_message,
    start_conversation,
    take_in_message,
)
from bandhu.interactions.models import Conversation, ConversationState, Message, MessageState
from bandhu.platform.file_types import HEAD_BYTES, media_type_of
from bandhu.platform.files import store_file
from bandhu.platform.live import hint
from bandhu.platform.mail_addresses import MailAddressError, parse_mail_address
from bandhu.platform.texts import clean_block, clean_line, has_visible

MAX_TEXT, MAX_FILE_BYTES = 5_000, 10_000_000
_TAKEN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/heic", "audio/", "video/", "application/pdf", "text/plain", "text/csv")  # fmt: skip
_OFFICE = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")


@transaction.atomic
def start_chat(
    channel: Channel,
    *,
    client: str,
    name: str = "",
    mail: str = "",
    language: str = "",
    page: str = "",
    identity: Identity | None = None,
    is_left: bool = False,
) -> Conversation:
    """A new chat; the same `client` (the script's own secret number) begins it once. Somebody signed in goes on with the open one.

    `is_left`: a message left while nobody answers. Raises ValidationError by field.
    """
    if identity is not None and (known := _open_chat_of(channel, identity)):
        return known
    given_name, address = _checked(channel, name, mail, identity, is_left)
    customer = None
    rule: dict[str, Any] = {}
    if identity is not None:
        customer, rule = recognised(
            channel, Writer("", identity.name, phone=identity.phone, mail=identity.mail), language
        )
    chat: Conversation = start_conversation(
        actor=system_user(),
        channel="chat",
        place=channel.pk,
        customer=customer,
        person=Correspondent(given_name, address, f"user:{identity.id}" if identity else ""),
        external_id=f"chat:{client}",
        language=language or channel.language,
        team=channel.team,
        details={"page": page[:500], "is_left": is_left, "is_proven": identity is not None} | rule,
    )
    return put_on_timeline(chat)


@transaction.atomic
def say_in_chat(chat: Conversation, *, client: str, text: str) -> Message:
    """What the visitor wrote, once per `client`. Raises ValidationError."""
    body = clean_block(text, MAX_TEXT)
    if not has_visible(body):
        raise ValidationError({"text": _("Write something first.")})
    message: Message = take_in_message(chat, text=body, external_id=f"{chat.pk}:{client}")
    _note_traffic(chat)
    return message


@transaction.atomic
def send_file_in_chat(
    chat: Conversation, *, client: str, name: str, content: Iterable[bytes], size: int
) -> Message:
    """A file of the visitor's, once per `client`; its type is read from its bytes. Raises ValidationError."""
    if size > MAX_FILE_BYTES:
        raise ValidationError({"file": _("The file is too large.")}, code="too_large")
    external_id = f"{chat.pk}:{client}"
    known = Message.objects.filter(place=chat.place, external_id=external_id).first()
    if known is not None:
        return known
    chunks = iter(content)
    head = next(chunks, b"")
    if not is_taken(media_type_of(head[:HEAD_BYTES], name)):
        raise ValidationError({"file": _("Files of this kind are not taken.")}, code="bad_type")
    message: Message = take_in_message(
        chat, text=clean_line(name[:200], 200) or "file", external_id=external_id
    )
    stored = store_file(
        record_kind="message", record_id=message.pk, name=name, content=_all(head, chunks), created_by=None, limit=MAX_FILE_BYTES
    )  # fmt: skip
    _note_traffic(chat)
    message.details |= {"files": [{"id": str(stored.pk), "name": stored.name}]}
    message.save(update_fields=["details"])
    return message


def tell_visitor_types(chat: Conversation) -> None:
    """Agents' pages that show the conversation hear of it; nothing is kept."""
    hint(f"chat-typing:{chat.pk}")


def tell_agent_types(chat: Conversation, *, actor: User) -> None:
    """The visitor's page shows that somebody writes; nothing is kept. Raises OutOfReach or Denied."""
    require(actor, "interactions.answer_conversation", chat)
    hint(f"chat-agent:{chat.pk}")


@transaction.atomic
def note_seen(channel: Channel, chat: Conversation, until: UUID) -> int:
    """The visitor has seen what was written up to this message; returns how many were new to them."""
    rows = Message.objects.filter(
        conversation=chat,
        direction="out",
        pk__lte=until,
        state__in=(MessageState.SENT, MessageState.DELIVERED),
    )
    return sum(mark_message(one, MessageState.READ) for one in rows.select_related("conversation")[:200])


@transaction.atomic
def take_mail(chat: Conversation, mail: str) -> Conversation:
    """An address the visitor gives later; whoever has given one keeps it. Raises ValidationError."""
    given = clean_line(mail, 254)
    if not given:
        return chat
    try:
        address = parse_mail_address(given).address
    except MailAddressError:
        raise ValidationError({"mail": _("This is no mail address.")}) from None
    taken: Conversation = give_address(chat, actor=system_user(), address=address)
    return taken


@transaction.atomic
def end_chat(channel: Channel, chat: Conversation) -> str:
    """The visitor ends it; returns what was said as plain text, for whoever wants it by mail."""
    if chat.state in (ConversationState.OPEN, ConversationState.SNOOZED):
        close_conversation(chat, actor=system_user())
    return transcript_of(channel, chat)


@transaction.atomic
def prove_mail(chat: Conversation, channel: Channel) -> Conversation:
    """The visitor opened the link mailed to them: the address is theirs, and whoever has it in the book is who they are.

    Whoever began the chat gave that address and proved nothing. With the first proof their tokens end (`details["turn"]`), and what
    began the chat begins another one; who pressed the button goes on, on every device on which they open the link.
    """
    if not chat.person_address:
        return chat
    chat = Conversation.objects.select_for_update(of=("self",)).get(pk=chat.pk)
    if not chat.details.get("turn") and not chat.details.get("is_proven"):
        chat.details |= {"turn": 1}
        chat.external_id = ""
        chat.save(update_fields=["details", "external_id"])
    if chat.contact_id or chat.company_id:
        return chat
    writer = Writer("", chat.person_name, mail=chat.person_address)
    contact, rule = recognised(channel, writer, chat.language)
    if contact is None:
        return chat
    filed: Conversation = file_conversation(chat, actor=system_user(), customer=contact)
    filed.details = filed.details | rule
    filed.save(update_fields=["details"])
    return put_on_timeline(filed)


def transcript_of(channel: Channel, chat: Conversation) -> str:
    """What visitor and house said to each other, a line each."""
    name = chat.person_name or _("You")
    return "\n\n".join(
        f"{name if one.is_mine else one.by} · {one.at:%Y-%m-%d %H:%M} UTC\n{one.text}"
        for one in shown_messages(channel, chat)
    )


def _open_chat_of(channel: Channel, identity: Identity) -> Conversation | None:
    rows = Conversation.objects.filter(place=channel.pk, person_key=f"user:{identity.id}"[:254])
    return rows.filter(state__in=("open", "snoozed")).order_by("-last_message_at").first()


def _checked(
    channel: Channel, name: str, mail: str, identity: Identity | None, is_left: bool
) -> tuple[str, str]:
    """Name and address, as the channel asks for them."""
    given = clean_line(name, 200) or (identity.name if identity else "")
    written = clean_line(mail, 254) or (identity.mail if identity else "")
    problems: dict[str, Any] = {}
    if channel.settings.get("ask_name") == "required" and not given:
        problems["name"] = _("This is needed.")
    if not written and (is_left or channel.settings.get("ask_mail") == "required"):
        problems["mail"] = _("This is needed.")
    address = ""
    if written:
        try:
            address = parse_mail_address(written).address
        except MailAddressError:
            problems["mail"] = _("This is no mail address.")
    if problems:
        raise ValidationError(problems)
    return given, address


def _note_traffic(chat: Conversation) -> None:
    channel = Channel.objects.filter(pk__in=[chat.place]).first()
    if channel is not None:
        note_traffic(channel, came=True)


def is_taken(media_type: str) -> bool:
    return media_type.startswith((*_TAKEN, *_OFFICE))


def _all(head: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield head
    yield from rest
