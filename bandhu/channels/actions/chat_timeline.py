"""A chat is one entry on the timeline, however much is said in it; what was said is found by the search once it is over."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.utils import translation

from bandhu.channels.models import Channel
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import log_interaction
from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind

_MOST_SEARCHED, _MOST_KEPT = 200_000, 500_000


def put_on_timeline(chat: Conversation) -> Conversation:
    """Its entry, where the customer is known and there is none yet."""
    customer = chat.contact or chat.company
    if customer is None or chat.interaction_id is not None:
        return chat
    entry = log_interaction(
        customer,
        actor=system_user(),
        kind="chat",
        channel="chat",
        direction=Interaction.Direction.IN,
        occurred_at=chat.created_at,
        subject=chat.subject or _channel_name(chat),
        details={"conversation_id": str(chat.pk)},
        source="chats",
        external_id=str(chat.pk),
    )
    chat.interaction = entry
    Conversation.objects.filter(pk=chat.pk).update(interaction=entry)
    return chat


def write_down(conversation_id: UUID) -> None:
    """What was said into its entry: when it is closed, and when it is put to a customer. Called by the subscribers."""
    chat = (
        Conversation.objects.select_related("contact", "company")
        .filter(pk=conversation_id, channel="chat")
        .first()
    )
    if chat is None:
        return
    chat = put_on_timeline(chat)
    if chat.interaction_id is None:
        return
    said = (
        Message.objects.filter(conversation=chat, kind=MessageKind.SAID)
        .exclude(state="withdrawn")
        .order_by("pk")
    )
    with translation.override(chat.language or "en"):
        lines = [f"{one.author_name or chat.person_words}: {one.text}" for one in said[:2_000]]
    text = "\n".join(lines)[:_MOST_KEPT]
    words = SearchVector(Value(f"{chat.subject}\n{text[:_MOST_SEARCHED]}"), config="simple")
    Interaction.objects.filter(pk=chat.interaction_id).update(body=text, words=words)


def _channel_name(chat: Conversation) -> str:
    return Channel.objects.filter(pk__in=[chat.place]).values_list("name", flat=True).first() or ""
