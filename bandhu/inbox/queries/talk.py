"""One conversation as its page shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from bandhu.channels.queries import picture_states
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.masking import may_see
from bandhu.identity.models import User
from bandhu.identity.scoping import view_permission
from bandhu.inbox.models import Draft, Mention
from bandhu.inbox.queries.invitations import add_invitations
from bandhu.interactions.models import Conversation, Message
from bandhu.interactions.queries import conversation_for, messages_of, messages_since
from bandhu.platform.models import StoredFile

PAGE = 40
MOST_FILES_OFFERED = 60


@dataclass
class Talk:
    """A conversation with a stretch of its messages, oldest first; `has_older` says whether more stand before them."""

    conversation: Conversation
    messages: list[Message] = field(default_factory=list)
    has_older: bool = False

    @property
    def first(self) -> UUID | None:
        return self.messages[0].pk if self.messages else None


def conversation_shown(user: Any, pk: UUID) -> Conversation:
    """One conversation without its messages; a customer out of reach is left out. Raises OutOfReach."""
    conversation = conversation_for(user, pk)
    hide_unseen_customers(user, [conversation])
    return conversation


def talk_for(user: Any, pk: UUID, *, before: UUID | None = None, since: UUID | None = None) -> Talk:
    """The conversation with its latest messages; those `before` one, or all `since` one. Raises OutOfReach.

    Each message has `files` and the `invitations` in them; one with pictures from outside has `pictures`: whether they are shown (None for every other message).
    """
    conversation = conversation_shown(user, pk)
    if since is not None:
        talk = Talk(conversation, messages_since(user, conversation, since))
    else:
        found = messages_of(user, conversation, limit=PAGE + 1, before=before)
        talk = Talk(conversation, found[-PAGE:], has_older=len(found) > PAGE)
    add_files(talk.messages)
    _add_pictures(user, talk.messages)
    add_invitations(talk.messages)
    return talk


def draft_for(user: Any, conversation: Conversation) -> dict[str, Draft]:
    """What the user is writing in it, by kind."""
    drafts = Draft.objects.filter(user=user, conversation=conversation)
    return {one.kind: one for one in drafts}


def own_replies(user: Any, conversations: Collection[UUID]) -> dict[UUID, Draft]:
    """The answers the user is writing in these conversations, by conversation."""
    rows = Draft.objects.filter(user=user, conversation__in=conversations, kind=Draft.Kind.REPLY)
    return {one.conversation_id: one for one in rows} if conversations else {}


def mark_mentions_seen(user: Any, conversation: Conversation) -> None:
    """The user has read where they were named."""
    Mention.objects.filter(user=user, conversation=conversation, seen_at__isnull=True).update(
        seen_at=timezone.now()
    )


def colleagues_named(user: Any, text: str, limit: int = 8) -> list[User]:
    """People who can be named in a note, by how their name begins."""
    rows = User.objects.filter(is_active=True, is_system=False).exclude(pk=user.pk)
    if text:
        rows = rows.filter(full_name__icontains=text)
    return list(rows.order_by("full_name")[:limit])


def files_to_send(user: Any, conversation: Conversation | None, customer: Any, kind: str) -> list[StoredFile]:
    """Files somebody may put above the words of a template of this `kind` (image, video, document): the customer's, as far as the user sees
    them, and those said in the conversation; the newest first."""
    owners = Q(pk__in=[])
    if customer is not None and may_see(user, view_permission(type(customer)), customer):
        owners |= Q(record_id=customer.pk, record_kind__in=("contact", "company"))
    if conversation is not None:
        said = Message.objects.filter(conversation=conversation, kind="said").values("pk")
        owners |= Q(record_id__in=said, record_kind="message")
    rows = StoredFile.objects.filter(owners, deleted_at__isnull=True)
    if kind != "document":
        rows = rows.filter(media_type__startswith=f"{kind}/")
    return list(rows.order_by("-pk")[:MOST_FILES_OFFERED])


def add_files(messages: Sequence[Message]) -> None:
    """`files` of each message, in one statement: kept for it, or named in its details (a mail's own files)."""
    named = {pk: one.pk for one in messages for pk in _named_files(one)}
    by_message = defaultdict(list)
    own = Q(record_id__in=[one.pk for one in messages], record_kind="message")
    rows = StoredFile.objects.filter(own | Q(pk__in=list(named)), deleted_at__isnull=True)
    for stored in rows.order_by("pk"):
        by_message[named.get(stored.pk, stored.record_id)].append(stored)
    for message in messages:
        message.files = by_message[message.pk]  # type: ignore[attr-defined]


def _add_pictures(user: Any, messages: Sequence[Message]) -> None:
    mails = {one.pk: UUID(one.details["mail_id"]) for one in messages if one.details.get("remote_pictures")}
    states = picture_states(user, mails.values()) if mails else {}
    for message in messages:
        message.pictures = states.get(mails.get(message.pk))  # type: ignore[attr-defined, arg-type]


def _named_files(message: Message) -> list[UUID]:
    files = message.details.get("files")
    return [UUID(one["id"]) for one in files] if isinstance(files, list) else []
