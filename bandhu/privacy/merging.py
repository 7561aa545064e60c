"""What becomes of consents when two contacts turn out to be one: the newest statement counts, every proof stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from bandhu.privacy.models import Consent, ConsentProof


def move_consents(loser_id: UUID, winner_id: UUID) -> dict[str, Any]:
    """Give the winner the loser's statements; the notes say exactly what was done."""
    known = {(one.purpose_id, one.channel): one for one in Consent.objects.filter(contact_id=winner_id)}
    notes: dict[str, Any] = {"moved": [], "clashed": []}
    for consent in Consent.objects.filter(contact_id=loser_id).order_by("pk"):
        other = known.get((consent.purpose_id, consent.channel))
        if other is None:
            Consent.objects.filter(pk=consent.pk).update(contact_id=winner_id)
            notes["moved"].append(str(consent.pk))
            continue
        proofs = [str(pk) for pk in consent.history.values_list("pk", flat=True)]
        ConsentProof.objects.filter(pk__in=proofs).update(consent=other)
        before = [str(other.pk), other.state, other.changed_at.isoformat()]
        notes["clashed"].append({"loser": str(consent.pk), "winner": before, "proofs": proofs})
        if consent.changed_at > other.changed_at:
            other.state, other.changed_at = consent.state, consent.changed_at
            other.save()
    return notes


def restore_consents(loser_id: UUID, winner_id: UUID, notes: dict[str, Any]) -> None:
    """Undo exactly what the notes say."""
    Consent.objects.filter(pk__in=notes["moved"]).update(contact_id=loser_id)
    for clash in notes["clashed"]:
        pk, state, changed_at = clash["winner"]
        Consent.objects.filter(pk=pk).update(state=state, changed_at=parse_datetime(changed_at))
        ConsentProof.objects.filter(pk__in=clash["proofs"]).update(consent_id=clash["loser"])


def export_consents(contact_id: UUID) -> list[dict[str, Any]]:
    """Every act of a contact, as plain values, for a subject's request."""
    rows = ConsentProof.objects.filter(consent__contact_id=contact_id).select_related("consent__purpose")
    return [
        {
            "purpose": row.consent.purpose.key,
            "channel": row.consent.channel,
            "state": row.state,
            "at": row.at.isoformat(),
            "method": row.method,
            "wording": row.wording,
            "note": row.note,
        }
        for row in rows
    ]


def erase_consents(contact_id: UUID) -> None:
    Consent.objects.filter(contact_id=contact_id).delete()
