"""What imports know about a person: told on request, and erased with the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.customers.models import ImportedRow, WarnedRow


def imports_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Each import that made or changed this contact, with the values it replaced."""
    rows = (
        ImportedRow.objects.filter(record_kind="contact", record_id=contact_id)
        .select_related("run")
        .order_by("pk")
    )
    return [
        {
            "file": row.run.file_name,
            "at": row.run.started_at,
            "row": row.number,
            "did": row.verb,
            "former_values": row.before.get("columns", {}),
        }
        for row in rows
    ]


def forget_imports_of(contact_id: UUID) -> None:
    """Erase the traces, which hold former values, and warnings, which quote the file; an undo passes such a contact over from then on."""
    ImportedRow.objects.filter(record_kind="contact", record_id=contact_id).delete()
    WarnedRow.objects.filter(record_id=contact_id).delete()
    ImportedRow.objects.filter(suspect_of=contact_id).update(
        suspect_of=None, suspect_score=None, suspect_reasons=[]
    )
