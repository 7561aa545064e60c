"""What the timeline knows about a person: told on request, and erased with the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.interactions.models import Conversation, FollowUp, Interaction, Message, Participant
from bandhu.platform.files import erase_files_of
from bandhu.platform.models import StoredFile

_AT_ONCE = 1_000


def interactions_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every exchange with the contact or in which the contact took part, oldest first, removed ones included."""
    took_part = Participant.objects.filter(contact=contact_id).values("interaction")
    rows = Interaction.objects.filter(Q(contact=contact_id) | Q(pk__in=took_part)).select_related("actor")
    return [
        {
            "at": row.occurred_at,
            "kind": row.kind,
            "channel": row.channel,
            "direction": row.direction,
            "with": str(row.actor or ""),
            "subject": row.subject,
            "text": row.body,
            "outcome": row.outcome,
            "department": row.department,
            "seconds": row.seconds,
            "details": row.details,
            "removed_at": row.deleted_at,
        }
        for row in rows.order_by("pk").iterator(chunk_size=2_000)
    ]


def erase_interactions(contact_id: UUID) -> None:
    """The contact's own timeline; in other people's, the contact is no longer named as a participant."""
    Participant.objects.filter(contact=contact_id).delete()
    Interaction.objects.filter(contact=contact_id).delete()


def follow_ups_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every next step planned for the contact, done ones included."""
    rows = FollowUp.objects.filter(contact=contact_id).select_related("owner").order_by("due_at", "pk")
    return [
        {
            "due_at": row.due_at,
            "kind": row.kind,
            "what": row.what,
            "owner": str(row.owner),
            "state": row.state,
            "note": row.note,
            "result": row.result,
            "done_at": row.done_at,
        }
        for row in rows
    ]


def erase_follow_ups(contact_id: UUID) -> None:
    """All of them, done or not, with the files in their own fields."""
    rows = FollowUp.objects.filter(contact=contact_id)
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), _AT_ONCE):
        erase_files_of(*ids[at : at + _AT_ONCE])
    rows.delete()


def conversations_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every message said in the contact's conversations, oldest first; what colleagues noted among themselves is about the contact too."""
    rows = (
        Message.objects.filter(conversation__contact=contact_id).select_related("conversation").order_by("pk")
    )
    files = _file_names(list(rows.values_list("pk", flat=True)))
    return [
        {
            "at": row.at,
            "channel": row.conversation.channel,
            "subject": row.conversation.subject,
            "kind": row.kind,
            "direction": row.direction,
            "by": row.author_name,
            "text": row.text,
            "files": files.get(row.pk, []),
        }
        for row in rows.iterator(chunk_size=2_000)
    ]


def _file_names(messages: list[UUID]) -> dict[UUID, list[str]]:
    """What was enclosed in each message; files of mails are told with the mails."""
    found: dict[UUID, list[str]] = {}
    for at in range(0, len(messages), _AT_ONCE):
        some = messages[at : at + _AT_ONCE]
        rows = StoredFile.objects.filter(record_kind="message", record_id__in=some, deleted_at__isnull=True)
        for record_id, name in rows.order_by("pk").values_list("record_id", "name"):
            found.setdefault(record_id, []).append(name)
    return found


def erase_conversations(contact_id: UUID) -> None:
    """The contact's conversations with everything said and enclosed in them."""
    said = list(Message.objects.filter(conversation__contact=contact_id).values_list("pk", flat=True))
    for at in range(0, len(said), _AT_ONCE):
        erase_files_of(*said[at : at + _AT_ONCE])
    Conversation.objects.filter(contact=contact_id).delete()
