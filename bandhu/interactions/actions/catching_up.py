"""What conversations of earlier versions do not know yet, or know wrongly: looked up afterwards, batch by batch."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from bandhu.interactions.actions.conversations import tell
from bandhu.interactions.actions.waiting import answers_in, said_in
from bandhu.interactions.models import Conversation, Interaction

_FIRST = """
    UPDATE interactions_conversation AS talk SET first_incoming_at = said.at
    FROM (
        SELECT conversation_id, min(at) AS at FROM interactions_message
        WHERE id BETWEEN %s AND %s AND kind = 'said' AND direction = 'in' AND state <> 'withdrawn' GROUP BY conversation_id
    ) AS said
    WHERE talk.id = said.conversation_id AND talk.first_incoming_at IS NULL"""


def note_first_incoming(first: UUID, last: UUID) -> None:
    """When customers first wrote, of conversations that do not say; by the messages between these ids, which are asked for in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [first, last])


def count_answers_again(conversation: Conversation, by_programs: Collection[UUID] = ()) -> bool:
    """Of a locked row: when it was first answered, and since when somebody waits who was taken for answered. Returns whether that changed.

    Messages of the customer's side that programs wrote (`by_programs`, their ids) wait for nothing.
    """
    answers = answers_in(said_in(conversation))
    first, last = answers.first(), answers.last()
    answered_at, since = (first.at if first else None), conversation.waiting_since
    heard_at = conversation.last_incoming_at
    if conversation.is_open and since is None and heard_at and not (last and last.at >= heard_at):
        asked = said_in(conversation).filter(direction=Interaction.Direction.IN, at__lte=heard_at)
        asked = asked.filter(pk__gt=last.pk) if last else asked
        oldest = asked.exclude(pk__in=by_programs).first()
        since = oldest.at if oldest else None
    if (answered_at, since) == (conversation.first_answered_at, conversation.waiting_since):
        return False
    conversation.first_answered_at, conversation.waiting_since = answered_at, since
    conversation.version += 1
    conversation.save(update_fields=["first_answered_at", "waiting_since", "version"])
    tell(conversation)
    return True
