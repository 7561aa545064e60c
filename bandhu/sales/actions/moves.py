"""Through the stages: one move at a time, each written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.whole_rows import insert_row, update_row
from bandhu.sales import events
from bandhu.sales.actions.changes import (
    Changes,
    announce,
    clean_opportunity,
    locked,
    text_of,
    write_given,
)
from bandhu.sales.models import CloseReason, Opportunity, Stage, StageKind, StageMove
from bandhu.sales.queries.pipelines import missing_fields
from bandhu.sales.stage_conditions import may_enter, refusal_of

# What a move without further values writes.
_MOVED = (
    "pipeline", "stage", "state", "stage_entered_at", "closed_at", "close_reason", "close_note", "version", "updated_at",
)  # fmt: skip
_LEFT = f"UPDATE {StageMove._meta.db_table} SET left_at = %s WHERE opportunity_id = %s AND left_at IS NULL"  # noqa: S608 (our own table)


class MissingFields(ValidationError):
    """The stage wants values first: `fields` are their names, "condition" where the opportunity does not fit the stage's.

    The problems stand by field, so any form can show them.
    """

    def __init__(self, problems: dict[str, Any]) -> None:
        super().__init__(problems)
        self.fields = list(problems)


@action("sales.change_opportunity")
def move_opportunity(
    opportunity: Opportunity,
    *,
    actor: Any,
    stage: Stage,
    from_stage: Stage | None = None,
    values: Mapping[str, Any] | None = None,
    reason: CloseReason | None = None,
    note: str = "",
) -> Opportunity:
    """Into `stage`, of this or another pipeline; a closed opportunity moved into an open stage is opened again.

    With `from_stage`, a card that stands elsewhere by now raises EditConflict (base, theirs and yours hold "stage") and nothing
    moves. `values` (as in change_opportunity) are written with the move. Raises MissingFields while a required field of
    the stage, or the reason of a loss, is empty, or where the opportunity does not fit the condition of the stage. Moving to where
    it stands changes nothing.
    """
    fresh = locked(opportunity)
    if fresh.stage_id == stage.pk:
        return fresh
    if from_stage is not None and fresh.stage_id != from_stage.pk:
        raise EditConflict(
            fresh.version, {"stage": from_stage.label}, {"stage": fresh.stage.label}, {"stage": stage.label}
        )
    changes = write_given(fresh, clean_opportunity(values, actor=actor, record=fresh)) if values else {}
    if values and stage.condition:
        fresh.save()  # the condition is asked of the row
    _require(fresh, stage, reason)
    former, now = from_stage or fresh.stage, timezone.now()
    move = _move(fresh, stage, actor, now)
    changes |= _close_or_open(fresh, former, stage, reason, note, now)
    fresh.version += 1
    fresh.updated_at = now
    # Values asked for on entering may stand in any column; a mere move writes what moves.
    if values:
        fresh.save()
    else:
        update_row(fresh, _MOVED)
    changes["stage"] = (former.label, stage.label)
    announce(fresh, "moved", _events(fresh, former, move), actor=actor, changes=changes)
    return fresh


def _require(opportunity: Opportunity, stage: Stage, reason: CloseReason | None) -> None:
    problems: dict[str, Any] = {
        name: ValidationError(_("This stage needs it."), code="required")
        for name in missing_fields(opportunity, stage)
    }
    if reason is not None and reason.kind != stage.kind:
        problems["reason"] = ValidationError(_("This reason does not fit."), code="no_choice")
    if (
        stage.kind == StageKind.LOST
        and reason is None
        and CloseReason.objects.filter(kind=stage.kind, is_active=True).exists()
    ):
        problems["reason"] = ValidationError(_("Say why it was lost."), code="required")
    if not problems and not may_enter(opportunity, stage):
        problems["condition"] = ValidationError(refusal_of(stage), code="condition")
    if problems:
        raise MissingFields(problems)


def _move(opportunity: Opportunity, stage: Stage, actor: Any, now: datetime) -> StageMove:
    """Note the entering, close the stay before it, and put the card there."""
    seconds = max(int((now - opportunity.stage_entered_at).total_seconds()), 0)
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [now, opportunity.pk])
    move = StageMove(
        opportunity=opportunity, pipeline_id=stage.pipeline_id, from_stage_id=opportunity.stage_id, to_stage=stage,
        at=now, actor=None if actor.is_system else actor, amount_minor=opportunity.amount_minor,
        currency=opportunity.currency, base_amount_minor=opportunity.base_amount_minor, seconds=seconds,
    )  # fmt: skip
    insert_row(move)
    opportunity.stage, opportunity.pipeline_id = stage, stage.pipeline_id
    opportunity.state, opportunity.stage_entered_at = stage.kind, now
    return move


def _close_or_open(
    opportunity: Opportunity,
    former: Stage,
    stage: Stage,
    reason: CloseReason | None,
    note: str,
    now: datetime,
) -> Changes:
    if stage.kind == former.kind == StageKind.OPEN:
        return {}
    before = opportunity.close_reason
    opportunity.closed_at = None if stage.kind == StageKind.OPEN else now
    opportunity.close_reason = reason if stage.kind != StageKind.OPEN else None
    opportunity.close_note = note.strip()[:5000] if stage.kind != StageKind.OPEN else ""
    if before == opportunity.close_reason:
        return {}
    return {
        "close_reason": tuple(str(one) if one else None for one in (before, opportunity.close_reason))  # type: ignore[dict-item]
    }


def _events(opportunity: Opportunity, former: Stage, move: StageMove) -> list[events.Event]:
    stage = opportunity.stage
    facts: dict[str, Any] = {
        "opportunity_id": str(opportunity.pk),
        "move_id": str(move.pk),
        "contact_id": text_of(opportunity.contact_id),
        "company_id": text_of(opportunity.company_id),
        "title": opportunity.name,
        "pipeline_id": str(stage.pipeline_id),
        "from_stage_id": str(former.pk),
        "from_stage": former.name,
        "to_stage_id": str(stage.pk),
        "to_stage": stage.name,
        "to_kind": stage.kind,
        "amount_minor": opportunity.amount_minor,
        "currency": opportunity.currency,
        "base_amount_minor": opportunity.base_amount_minor,
        "owner_id": text_of(opportunity.owner_id),
        "seconds_in_stage": move.seconds,
    }
    found: list[events.Event] = [events.OpportunityMoved(**facts)]
    reason = opportunity.close_reason.name if opportunity.close_reason else ""
    if stage.kind == StageKind.WON:
        found.append(events.OpportunityWon(**facts, reason=reason))
    elif stage.kind == StageKind.LOST:
        found.append(events.OpportunityLost(**facts, reason=reason))
    elif former.kind != StageKind.OPEN:
        found.append(events.OpportunityReopened(**facts))
    return found
