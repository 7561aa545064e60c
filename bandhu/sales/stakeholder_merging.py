"""People with a say who turn out to be one: where both play the same part in a sale, one line of it stays, with the notes of both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.platform.merging import moved_rows
from bandhu.platform.registries import MergeHandler
from bandhu.sales.models import Stakeholder

_LONGEST_NOTE = 300


def _move(loser_id: UUID, winner_id: UUID) -> dict[str, Any]:
    rows = Stakeholder.objects.select_for_update().order_by("pk")
    kept = {(one.opportunity_id, one.role): one for one in rows.filter(contact=winner_id)}
    gone = []
    for one in rows.filter(contact=loser_id):
        twin = kept.get((one.opportunity_id, one.role))
        if twin is None:
            continue
        former = twin.note
        twin.note = " · ".join(dict.fromkeys(filter(None, (twin.note, one.note))))[:_LONGEST_NOTE]
        gone.append(
            {
                "id": str(one.pk), "opportunity": str(one.opportunity_id), "role": one.role, "note": one.note,
                "twin": str(twin.pk), "twin_note": former, "joined_note": twin.note,
            }
        )  # fmt: skip
        twin.save(update_fields=["note"])
        one.delete()
    moved = [str(pk) for pk in moved_rows(Stakeholder, "contact_id", loser_id, winner_id)]
    return {"moved": moved, "gone": gone}


def _restore(loser_id: UUID, winner_id: UUID, notes: Any) -> None:
    if isinstance(notes, list):  # of a merge before two of one part became one
        notes = {"moved": notes, "gone": []}
    Stakeholder.objects.filter(pk__in=notes["moved"], contact=winner_id).update(contact=loser_id)
    for one in notes["gone"]:
        twin = Stakeholder.objects.filter(pk=one["twin"], contact=winner_id)
        if not twin.exists():
            continue  # taken off the sale since
        twin.filter(note=one["joined_note"]).update(note=one["twin_note"])
        Stakeholder.objects.create(
            pk=UUID(one["id"]), opportunity_id=UUID(one["opportunity"]), contact_id=loser_id, role=one["role"],
            note=one["note"],
        )  # fmt: skip


STAKEHOLDERS = MergeHandler(kind="contact", name="sales.Stakeholder.contact", move=_move, restore=_restore)
