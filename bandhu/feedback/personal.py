"""What feedback knows about a person: told on request, and erased with the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.feedback.models import Asking


def askings_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every question put to the contact with the answer, oldest first."""
    rows = Asking.objects.filter(contact=contact_id).select_related("survey").order_by("pk")
    return [
        {
            "asked_at": row.sent_at,
            "survey": row.survey.name,
            "state": row.state,
            "score": row.score,
            "comment": row.comment,
            "answered_at": row.answered_at,
        }
        for row in rows
    ]


def erase_askings(contact_id: UUID) -> None:
    """All of them; figures of the past change with them."""
    Asking.objects.filter(contact=contact_id).delete()
