"""REST: the forecast of a period, quotas, adjustments, what changed, and the trend."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.catalog.queries import base_currency
from bandhu.platform.money import MAX_MINOR, Money
from bandhu.platform.rest import Day, Given, answers
from bandhu.sales import actions, queries

router = Router()


class PeriodQuery(Schema):
    """`kind` is month, quarter or year (of the fiscal year), `begins` any day of it (ISO); without them the running quarter."""

    kind: str = Field("", max_length=10)
    begins: str = Field("", max_length=10)


class ChangesQuery(PeriodQuery):
    """Since a snapshot (without one: about a week ago), of a person or a team (without one: all), of a line (without one: all open)."""

    snapshot_id: UUID | None = None
    user_id: UUID | None = None
    team_id: UUID | None = None
    line: str = Field("", max_length=10)


class TrendQuery(PeriodQuery):
    """Of a person or a team (without one: everybody within reach); what sellers share counts by their part."""

    user_id: UUID | None = None
    team_id: UUID | None = None


class SubjectIn(Given):
    """A person or a team, and a period (`begins` is any day of it)."""

    user_id: UUID | None = None
    team_id: UUID | None = None
    kind: str = Field("quarter", max_length=10)
    begins: Day


class QuotaIn(SubjectIn):
    """In minor units of the base currency; null takes the quota back."""

    amount_minor: int | None = Field(ge=0, le=MAX_MINOR)


class AdjustmentIn(QuotaIn):
    """What is expected of one line instead of the sellers' figure; null goes back to it."""

    line: str = Field(max_length=10)
    note: str = Field(max_length=500)


class ForecastLineOut(Schema):
    """`value` is the sellers' figure, `expected` has the managers' adjustments."""

    line: str
    count: int
    value: int
    expected: int
    adjusted: bool


class ForecastRowOut(Schema):
    """A person or a team with everybody below it; neither: what belongs to nobody. `depth` in the tree.

    `quota_is_sum`: of those below; `quota_from_parts`: of the months or quarters of the period. `attained` is closed as a share of the quota.
    """

    user_id: UUID | None
    team_id: UUID | None
    depth: int
    quota: int | None
    quota_is_sum: bool
    quota_from_parts: bool
    attained: float | None
    expected: int
    lines: list[ForecastLineOut]


class ForecastOut(Schema):
    """Values are minor units of `currency`, the base currency."""

    kind: str
    begins: date
    ends: date
    currency: str
    total: ForecastRowOut
    rows: list[ForecastRowOut]
    past_close: int
    without_close: int


class QuotaOut(Schema):
    """As it stands now: what is set for this very period."""

    kind: str
    begins: date
    amount_minor: int | None


class AdjustmentOut(Schema):
    """`figure_minor` is what the sellers said at that moment."""

    kind: str
    begins: date
    line: str
    amount_minor: int | None
    figure_minor: int
    note: str


class ChangeOut(Schema):
    """How many opportunities changed in one way, and by how much the figure changed through them."""

    way: str
    count: int
    value: int


class ChangesOut(Schema):
    """`then` and all changes make `now`."""

    snapshot_id: UUID
    taken_on: date
    then: int
    now: int
    changes: list[ChangeOut]


class TrendOut(Schema):
    """The running period; mean absolute errors of ours and of repeating the last period. Null where the history is too short."""

    kind: str
    begins: date
    periods: int
    method: str
    forecast: float | None
    low: float | None
    high: float | None
    error: float | None
    repeat_error: float | None
    judged: int
    held: int


@router.get("/forecast", response=answers(ForecastOut), tags=["forecast"])
def get_forecast(request: HttpRequest, asked: Annotated[PeriodQuery, Query(...)]) -> Any:
    """By team and person, of the opportunities one may see."""
    period = queries.period_of(asked.kind, asked.begins)
    found = queries.forecast(request.user, period)
    return {
        **_of(period),
        "ends": period.ends,
        "currency": base_currency(),
        "total": _row(found.total),
        "rows": [_row(row) for row in found.rows],
        "past_close": found.undated.past,
        "without_close": found.undated.missing,
    }


@router.put("/forecast/quotas", response=answers(QuotaOut), tags=["forecast"])
def set_quota(request: HttpRequest, sent: QuotaIn) -> Any:
    """What a person or a team is to close in the period."""
    period, subject = queries.period_of(sent.kind, sent.begins), _subject(request, sent)
    amount = _money(sent.amount_minor)
    made = actions.set_quota(subject, actor=request.user, period=period, amount=amount)
    return {**_of(period), "amount_minor": made.amount_minor if made else None}


@router.post("/forecast/adjustments", response=answers(AdjustmentOut, 201), tags=["forecast"])
def adjust_forecast(request: HttpRequest, sent: AdjustmentIn) -> Any:
    """The manager's figure beside the sellers'; earlier ones are kept."""
    period, subject = queries.period_of(sent.kind, sent.begins), _subject(request, sent)
    made = actions.adjust_forecast(
        subject, actor=request.user, period=period, line=sent.line, amount=_money(sent.amount_minor), note=sent.note
    )  # fmt: skip
    names = ("line", "amount_minor", "figure_minor", "note")
    return Status(201, {**_of(period), **{name: getattr(made, name) for name in names}})


@router.get("/forecast/changes", response=answers(ChangesOut), tags=["forecast"])
def get_forecast_changes(request: HttpRequest, asked: Annotated[ChangesQuery, Query(...)]) -> Any:
    """What came, grew, shrank and left since a snapshot."""
    period = queries.period_of(asked.kind, asked.begins)
    if asked.line and asked.line not in queries.ADJUSTED:
        raise ValidationError({"line": _("Choose one of the list.")})
    sellers = _sellers(request, asked)
    part = queries.ChangesAsked(period, user=sellers.user, team_ids=sellers.team_ids, line=asked.line)
    snapshot = (
        queries.snapshot_for(request.user, asked.snapshot_id)
        if asked.snapshot_id
        else queries.latest_before(request.user, period)
    )
    if snapshot is None:
        raise ValidationError(_("There is no snapshot yet."))
    found = queries.forecast_changes(request.user, snapshot, part)
    return {
        "snapshot_id": snapshot.pk,
        "taken_on": snapshot.taken_at.date(),
        "then": found.then,
        "now": found.now,
        "changes": [{"way": one.way, "count": one.count, "value": one.value} for one in found.changes],
    }


@router.get("/forecast/trend", response=answers(TrendOut), tags=["forecast"])
def get_trend(request: HttpRequest, asked: Annotated[TrendQuery, Query(...)]) -> Any:
    """What the running period brings if things go on as they went, tried out on the past."""
    kind = queries.period_of(asked.kind).kind
    found = queries.won_trend(request.user, kind, _sellers(request, asked))
    names = ("periods", "method", "forecast", "low", "high", "error", "repeat_error", "judged", "held")
    return {**_of(found.period), **{name: getattr(found.trend, name) for name in names}}


def _sellers(request: HttpRequest, asked: Any) -> queries.Sellers:
    """A person before a team; neither is everybody."""
    if asked.user_id:
        return queries.Sellers(user=queries.subject_of(request.user, person=asked.user_id))
    if asked.team_id:
        team = queries.subject_of(request.user, team=asked.team_id)
        return queries.Sellers(team_ids=tuple(queries.teams_under(team)))
    return queries.Sellers()


def _row(row: queries.ForecastRow) -> dict[str, Any]:
    return {
        "user_id": row.user and row.user.pk,
        "team_id": row.team and row.team.pk,
        "depth": row.depth,
        "quota": row.quota,
        "quota_is_sum": row.quota_is_sum,
        "quota_from_parts": row.quota_from_parts,
        "attained": row.attained,
        "expected": row.expected,
        "lines": [
            {
                "line": line, "count": row.counts[line], "value": row.values[line],
                "expected": row.expected_by_line[line], "adjusted": line in row.adjustments,
            }
            for line in queries.LINES
        ],
    }  # fmt: skip


def _of(period: queries.ForecastPeriod) -> dict[str, Any]:
    return {"kind": period.kind, "begins": period.begins}


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, base_currency())


def _subject(request: HttpRequest, sent: SubjectIn) -> Any:
    if (sent.user_id is None) == (sent.team_id is None):
        raise ValidationError({"user_id": _("Say which person or which team.")})
    return queries.subject_of(request.user, person=sent.user_id or "", team=sent.team_id or "")
