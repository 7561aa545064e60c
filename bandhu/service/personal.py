"""What service knows about a person: to tell them, and to forget it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.platform.search.indexing import index_records
from bandhu.service.models import Ticket, TicketNote

_ERASED = "–"


def tickets_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every ticket of the contact."""
    rows = Ticket.objects.filter(contact=contact_id).select_related("status", "type").order_by("pk")
    return [
        {
            "number": one.code,
            "title": one.title,
            "description": one.description,
            "type": one.type.name,
            "status": one.status.name,
            "resolution": one.resolution,
            "opened_at": one.created_at.isoformat(),
            "solved_at": one.solved_at.isoformat() if one.solved_at else None,
        }
        for one in rows
    ]


def forget_tickets(contact_id: UUID) -> None:
    """Times and statuses stay for the figures; whatever was written about the person goes."""
    rows = Ticket.objects.filter(contact=contact_id)
    ids = list(rows.values_list("pk", flat=True))
    TicketNote.objects.filter(ticket__in=ids).delete()
    rows.update(contact=None, title=_ERASED, description="", resolution="", custom={})
    index_records("ticket", ids)
