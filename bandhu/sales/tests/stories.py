"""Sales that were moved long ago, written at once: what the analysis counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bandhu.platform.ids import new_id
from bandhu.platform.sort_keys import sort_key
from bandhu.sales.models import Opportunity, StageMove


def moment(day: date) -> datetime:
    """Nine in the morning in Greenwich."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def tell(
    owner, firm, steps, *, taka=1000, team=None, reason=None, name="Sale"
) -> tuple[Opportunity, list[StageMove]]:
    """An opportunity with its moves: `steps` are (stage, day), the first is the creation."""
    stages = [(stage, moment(day)) for stage, day in steps]
    begun, (last, at) = stages[0][1], stages[-1]
    made = Opportunity(
        id=new_id(begun), name=name, sort_key=sort_key(name), company=firm, pipeline=last.pipeline, stage=last,
        state=last.kind, stage_entered_at=at, owner=owner, team=team, created_at=begun, amount_minor=taka, currency="BDT",
        base_amount_minor=taka, rate=1, rate_date=begun.date(), closed_at=None if last.kind == "open" else at,
        close_reason=reason,
    )  # fmt: skip
    moves = [
        StageMove(
            opportunity=made, pipeline=stage.pipeline, from_stage=former[0] if former else None, to_stage=stage, at=at,
            left_at=after[1] if after else None, amount_minor=taka, currency="BDT", base_amount_minor=taka,
            seconds=int((at - former[1]).total_seconds()) if former else None,
        )
        for former, (stage, at), after in zip(
            [None, *stages], stages, [*stages[1:], None], strict=False
        )
    ]  # fmt: skip
    return made, moves


def write(told: list[Any]) -> None:
    """Everything that was told, in two statements."""
    Opportunity.objects.bulk_create([made for made, _moves in told], batch_size=2000)
    StageMove.objects.bulk_create([move for _made, moves in told for move in moves], batch_size=4000)
