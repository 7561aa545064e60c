"""Telling people what is known about them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bandhu.customers.models import Contact
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.registries import personal_data


@action("customers.export_personal_data")
def export_personal_data(contact: Contact, *, actor: Any) -> dict[str, Any]:
    """Everything every app knows about the contact, hidden values included; the trail remembers who took it.

    By handler ("contact", "consents", "interactions"…), each a list of records as plain values.
    """
    audit.record_change("exported", actor=actor, kind="contact", record_id=contact.pk, title=str(contact))
    return {
        "contact_id": contact.pk,
        "exported_at": timezone.now(),
        "data": {handler.name: handler.export(contact.pk) for handler in personal_data},
    }
