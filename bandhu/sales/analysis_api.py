"""REST: the analysis of a pipeline."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandhu.platform.list_pages import filter_of
from bandhu.platform.listing import listing_for
from bandhu.platform.rest import answers
from bandhu.sales import queries

router = Router()


class AnalysisQuery(Schema):
    """Days as ISO dates, both included; without them the last 90. `filter` is a JSON tree as in views."""

    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)
    filter: str = Field("", max_length=20_000)


class StageFlowOut(Schema):
    """Counts of moves; `conversion` is passed ÷ left, 0 to 1. Half of those that left had stayed `median_seconds`, nine of ten
    `slowest_seconds` at most."""

    stage_id: UUID
    entered: int
    left: int
    passed: int
    lost: int
    back: int
    conversion: float | None
    conversion_before: float | None
    narrows: bool
    median_seconds: float | None
    slowest_seconds: float | None


class LossOut(Schema):
    """What was lost for one reason."""

    reason_id: UUID | None
    number: int
    value: int


class CohortOut(Schema):
    """What was created in one month (its first day), and what has become of it."""

    month: date
    open: int
    won: int
    lost: int
    won_value: int


class AnalysisOut(Schema):
    """Values are minor units of the base currency; `velocity` is a value a day."""

    since: date
    until: date
    stages: list[StageFlowOut]
    won: int
    won_value: int
    lost: int
    lost_value: int
    open: int
    open_value: int
    win_rate: float | None
    velocity: int | None
    losses: list[LossOut]
    cohorts: list[CohortOut]


@router.get("/pipelines/{pipeline_id}/analysis", response=answers(AnalysisOut), tags=["opportunities"])
def get_analysis(request: HttpRequest, pipeline_id: UUID, asked: Annotated[AnalysisQuery, Query(...)]) -> Any:
    """How the pipeline did over a period, of the opportunities one may see."""
    pipeline = queries.pipeline_for(request.user, pipeline_id)
    listing = listing_for(request.user, "opportunity", {"filter": filter_of(asked.filter)})
    found = queries.analysis(pipeline, listing, queries.span_of(asked.since, asked.until))
    results = ("won", "won_value", "lost", "lost_value", "open", "open_value", "win_rate", "velocity")
    return {
        "since": found.span.since,
        "until": found.span.until,
        "stages": [_flow(flow) for flow in found.flows],
        **{name: getattr(found.results, name) for name in results},
        "losses": [
            {"reason_id": one.reason and one.reason.pk, "number": one.count, "value": one.value}
            for one in found.losses
        ],
        "cohorts": [{"month": one.month, "won_value": one.won_value, **one.counts} for one in found.cohorts],
    }


def _flow(flow: Any) -> dict[str, Any]:
    return {
        "stage_id": flow.stage.pk,
        **flow.counts,
        "conversion": flow.conversion,
        "conversion_before": flow.before.conversion,
        "narrows": flow.narrows,
        "median_seconds": None if flow.median is None else flow.median.total_seconds(),
        "slowest_seconds": None if flow.slowest is None else flow.slowest.total_seconds(),
    }
