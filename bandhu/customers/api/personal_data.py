"""REST: what is known about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from bandhu.customers import actions, queries
from bandhu.platform.rest import answers

router = Router()


class PersonalDataOut(Schema):
    """`data` by where it is kept ("contact", "consents", "interactions"…), each a list of records as plain values."""

    contact_id: UUID
    exported_at: datetime
    data: dict[str, list[dict[str, Any]]]


@router.get("/contacts/{contact_id}/personal-data", response=answers(PersonalDataOut), tags=["contacts"])
def export_personal_data(request: HttpRequest, contact_id: UUID) -> Any:
    """Everything known about one person, hidden values included. The audit trail remembers who took it."""
    return actions.export_personal_data(queries.contact_for(request.user, contact_id), actor=request.user)
