"""By which rule the other side of a conversation was recognised, and how sure that is: kept in `details["settled"]`, told beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KT

from bandhu.customers.models import Company, Contact
from bandhu.interactions.models import Conversation

# From 0 to 1. An address that a form or a forged mail merely names is likely theirs; what nobody proved says nothing either way.
SURE, LIKELY, UNPROVEN = 1.0, 0.9, 0.5
RULES = ("hand", "before", "proven", "address", "new")


def settled(rule: str, confidence: float = SURE, **more: Any) -> dict[str, Any]:
    """What a conversation keeps in its details. Rules: by a person, as this account's earlier exchanges, proven by the channel, an address or
    number of the book, a new contact.
    """
    assert rule in RULES
    return {"settled": {"by": rule, "confidence": confidence, **more}}


def filed_by_hand(place: UUID, keys: Iterable[str]) -> dict[str, Contact | Company]:
    """person_key → whom a person last filed a conversation of this account in this place with."""
    rows = Conversation.objects.filter(
        place=place, person_key__in=[key[:254] for key in keys if key], details__settled__has_key="by_hand_at"
    )
    rows = rows.select_related("contact__company", "contact__owner", "company")
    found: dict[str, Contact | Company] = {}
    for row in rows.order_by(KT("details__settled__by_hand_at"), "pk"):
        customer = row.contact or row.company
        if customer is not None and customer.deleted_at is None:
            found[row.person_key] = customer
    return found
