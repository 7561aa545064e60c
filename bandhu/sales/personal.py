"""What sales knows about a person: to tell them, and to forget it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.platform.search.indexing import index_records
from bandhu.sales.models import Enrolment, Lead, Opportunity, Stakeholder, StatusChange

_ERASED = "–"


def opportunities_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every opportunity of the contact, and the parts they play in others."""
    own = (
        Opportunity.objects.filter(contact=contact_id).select_related("stage", "close_reason").order_by("pk")
    )
    found: list[dict[str, Any]] = [
        {
            "name": one.name,
            "stage": one.stage.name,
            "amount": str(one.amount) if one.amount else None,
            "created_at": one.created_at.isoformat(),
            "closed_at": one.closed_at.isoformat() if one.closed_at else None,
            "note": one.note,
        }
        for one in own
    ]
    parts = Stakeholder.objects.filter(contact=contact_id).select_related("opportunity").order_by("pk")
    return found + [{"name": part.opportunity.name, "role": part.role, "note": part.note} for part in parts]


def forget_contact(contact_id: UUID) -> None:
    """Amounts and moves stay for the figures; whatever was written about the person goes."""
    Stakeholder.objects.filter(contact=contact_id).delete()
    rows = Opportunity.objects.filter(contact=contact_id)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(contact=None, name=_ERASED, note="", close_note="", custom={})
    index_records("opportunity", ids)


def leads_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every enquiry of the contact, as it came in."""
    rows = Lead.objects.filter(contact=contact_id).select_related("source").order_by("pk")
    return [
        {
            "title": one.title,
            "message": one.message,
            "answers": one.answers,
            "source": str(one.source or ""),
            "campaign": one.campaign,
            "referrer": one.referrer,
            "status": one.status,
            "received_at": one.received_at.isoformat(),
        }
        for one in rows
    ]


def forget_leads(contact_id: UUID) -> None:
    """Sources and dates stay for the figures; whatever the person wrote, and where they came from, goes."""
    rows = Lead.objects.filter(contact=contact_id)
    ids = list(rows.values_list("pk", flat=True))
    StatusChange.objects.filter(lead__in=ids).update(note="")
    rows.update(
        contact=None,
        title=_ERASED,
        message="",
        answers={},
        close_note="",
        custom={},
        landing_page="",
        referrer="",
    )
    index_records("lead", ids)


def sequences_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """The sequences the contact was put into; they go when the contact does."""
    rows = Enrolment.objects.filter(contact=contact_id).select_related("sequence").order_by("pk")
    return [
        {
            "sequence": one.sequence.name,
            "state": one.state,
            "reason": one.reason,
            "since": one.created_at.isoformat(),
        }
        for one in rows
    ]
