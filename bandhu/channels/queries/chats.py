"""What a visitor of a chat may read: their own conversation, and of it what was said to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from bandhu.channels.chat_tokens import file_token, read_file_token, read_link_token, read_visitor_token
from bandhu.channels.models import Channel
from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import Conversation, Message, MessageKind, MessageState
from bandhu.interactions.queries import conversations
from bandhu.platform.ids import time_of
from bandhu.platform.models import StoredFile

MOST = 200
# Messages are committed in another order than their ids say; the script knows each by its id and shows it once.
_OVERLAP = timedelta(seconds=10)
_LEFT = (
    MessageState.SENDING,
    MessageState.SENT,
    MessageState.DELIVERED,
    MessageState.READ,
    MessageState.UNKNOWN,
)


@dataclass(frozen=True)
class Shown:
    """One message as the visitor sees it; `client` is the visitor's own number of it."""

    id: UUID
    is_mine: bool
    by: str
    text: str
    at: Any
    client: str
    is_read: bool
    files: list[dict[str, Any]]


def chat_of_token(channel: Channel, token: Any) -> Conversation:
    """The conversation a visitor's token is for. Raises OutOfReach for whatever is not exactly right, and for one that was ended."""
    pk, turn = read_visitor_token(channel.pk, token) or (None, 0)
    found = _chat(channel, pk)
    if found.details.get("turn", 0) != turn:
        raise OutOfReach
    return found


def chat_of_link(channel: Channel, token: str) -> Conversation:
    """The conversation a mailed link is for. Raises OutOfReach."""
    return _chat(channel, read_link_token(channel.pk, token))


def _chat(channel: Channel, pk: UUID | None) -> Conversation:
    rows = Conversation.objects.filter(pk__in=[pk], place=channel.pk).select_related("contact", "company")
    found = rows.first() if pk else None
    if found is None:
        raise OutOfReach
    return found


def shown_messages(channel: Channel, chat: Conversation, after: UUID | None = None) -> list[Shown]:
    """What was said since `after` (an id), with a little overlap; without it the newest. Notes and what is not due are nobody's business."""
    rows = Message.objects.filter(conversation=chat, kind=MessageKind.SAID)
    rows = rows.filter(
        Q(direction="in") | Q(state__in=_LEFT) | Q(state=MessageState.QUEUED, send_at__lte=timezone.now())
    )
    if after is not None and after.version == 7:
        since = time_of(after) - _OVERLAP
        rows = rows.filter(Q(at__gte=since) | Q(send_at__gte=since))
    latest = list(rows.order_by("-pk")[:MOST])[::-1]
    files = _files_of(
        channel, [one.pk for one in latest if one.details.get("files") or one.direction == "out"]
    )
    return [_shown(channel, one, files.get(one.pk, [])) for one in latest]


def file_of_chat(channel: Channel, token: str) -> StoredFile:
    """A file of a chat by its signed address. Raises OutOfReach."""
    pk = read_file_token(channel.pk, token)
    found = StoredFile.objects.filter(pk=pk, record_kind="message", deleted_at=None).first() if pk else None
    if found is None or not Message.objects.filter(pk=found.record_id, place=channel.pk).exists():
        raise OutOfReach
    return found


def _files_of(channel: Channel, ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = StoredFile.objects.filter(record_kind="message", record_id__in=ids, deleted_at=None).order_by("pk")
    for one in rows if ids else ():
        facts = {"name": one.name, "size": one.size, "token": file_token(channel.pk, one.pk)}
        found.setdefault(one.record_id, []).append(facts)
    return found


def _shown(channel: Channel, message: Message, files: list[dict[str, Any]]) -> Shown:
    is_mine = message.direction == "in"
    named = channel.settings.get("shows_names", True) and message.author_id is not None
    by = "" if is_mine else message.author_name if named else channel.settings.get("title") or channel.name
    client = message.external_id.rpartition(":")[2] if is_mine else ""
    return Shown(
        message.pk, is_mine, by, message.text, message.at, client, message.state == MessageState.READ, files
    )


def sees_conversation(user: Any, pk: UUID) -> bool:
    """Whether a colleague may watch a conversation."""
    return conversations(user).filter(pk=pk).exists()


def sees_message(user: Any, pk: UUID) -> bool:
    """Whether a colleague may open the files of a message."""
    return conversations(user).filter(messages=pk).exists()
