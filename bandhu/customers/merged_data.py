"""What merges know about a person: shown with the rest on request, and erased with the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.customers.models import Contact, Merge


def merges_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every record that was merged into this contact."""
    rows = Merge.objects.filter(kind="contact", winner_id=contact_id).order_by("at")
    return [{"at": row.at, "name": row.loser_title, "undone_at": row.undone_at} for row in rows]


def erase_merged_into(contact_id: UUID) -> None:
    """Erase the notes of merges and the records merged into this one, which are the same person."""
    for row in Contact.objects.filter(merged_into_id=contact_id):
        erase_merged_into(row.pk)
        row.delete()
    Merge.objects.filter(Q(winner_id=contact_id) | Q(loser_id=contact_id), kind="contact").delete()
