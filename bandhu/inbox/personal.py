"""What the inbox knows about a person: what colleagues were about to write to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.inbox.models import Draft


def drafts_about_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Unsent texts in the contact's conversations; they go with the conversations when the contact is erased."""
    rows = Draft.objects.filter(conversation__contact=contact_id).select_related("user").order_by("pk")
    return [
        {"changed_at": row.changed_at, "kind": row.kind, "by": str(row.user), "text": row.text}
        for row in rows
    ]
