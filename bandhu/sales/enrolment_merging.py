"""Sequences of two contacts who turn out to be one: where both are in one, the merged contact's stops, so that nobody gets a letter twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.platform.merging import moved_rows
from bandhu.platform.registries import MergeHandler
from bandhu.sales.models import Enrolment

_UNDER_WAY = (Enrolment.State.RUNNING, Enrolment.State.PAUSED)


def _move(loser_id: UUID, winner_id: UUID) -> dict[str, Any]:
    kept = Enrolment.objects.filter(contact=winner_id, state__in=_UNDER_WAY).values("sequence")
    doubled = Enrolment.objects.filter(contact=loser_id, state__in=_UNDER_WAY, sequence__in=kept)
    stopped = {str(one.pk): one.state for one in doubled.select_for_update()}
    Enrolment.objects.filter(pk__in=stopped).update(
        state=Enrolment.State.STOPPED, reason=Enrolment.Reason.BY_HAND
    )
    return {
        "moved": [str(pk) for pk in moved_rows(Enrolment, "contact_id", loser_id, winner_id)],
        "stopped": stopped,
    }


def _restore(loser_id: UUID, winner_id: UUID, notes: Any) -> None:
    Enrolment.objects.filter(pk__in=notes["moved"], contact=winner_id).update(contact=loser_id)
    for pk, state in notes["stopped"].items():
        Enrolment.objects.filter(pk=pk).update(state=state, reason="")


ENROLMENTS = MergeHandler(kind="contact", name="sales.Enrolment.contact", move=_move, restore=_restore)
