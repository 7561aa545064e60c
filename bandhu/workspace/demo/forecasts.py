"""What the sellers of the demonstration say will close, what they are to close, and how it all stood a week and two weeks ago."""

from __future__ import annotations

from datetime import timedelta

from bandhu.identity.models import User
from bandhu.sales.models import (
    Forecast,
    ForecastAdjustment,
    ForecastSnapshot,
    Opportunity,
    PeriodKind,
    Quota,
    SnapshotLine,
    StageKind,
)
from bandhu.sales.queries import ForecastPeriod, period_of
from bandhu.workspace.demo.customers import Book

QUOTAS = {PeriodKind.MONTH: 250_000_000, PeriodKind.QUARTER: 700_000_000, PeriodKind.YEAR: 2_800_000_000}
WEEKS = (2, 1)
_NOTE = "Two of these wait for the harvest; I count on half."


def tell_forecasts(book: Book) -> None:
    """Rows of the forecast over the opportunities that stand in the database."""
    open_ones = list(
        Opportunity.objects.filter(state=StageKind.OPEN).select_related("stage").order_by("created_at", "pk")
    )
    if not open_ones:
        return
    for one in open_ones:
        if book.rng.random() < 0.15:
            one.forecast = book.rng.choice((Forecast.COMMIT, Forecast.BEST_CASE, Forecast.OMITTED))
    Opportunity.objects.bulk_update(open_ones, ["forecast"])
    for weeks in WEEKS:
        _snapshot(book, open_ones, weeks)
    sellers = list(User.objects.filter(pk__in={one.owner_id for one in open_ones if one.owner_id}))
    manager = User.objects.filter(roles__key="manager").order_by("email").first()
    for kind in PeriodKind.values:
        _expect(book, period_of(kind, book.now.date()), sellers, manager)


def _snapshot(book: Book, open_ones: list[Opportunity], weeks: int) -> None:
    """As they stood so many weeks ago: some were smaller, larger or expected at another time, the younger ones not there."""
    at, rng = book.now - timedelta(weeks=weeks), book.rng
    snapshot = ForecastSnapshot.objects.create(week=(at - timedelta(days=at.weekday())).date(), taken_at=at)
    SnapshotLine.objects.bulk_create(
        SnapshotLine(
            snapshot=snapshot,
            opportunity=one,
            line=one.forecast_line,
            expected_close=one.expected_close
            and one.expected_close + timedelta(days=rng.choice((0, 0, 0, -21, 30))),
            base_amount_minor=one.base_amount_minor
            and round(one.base_amount_minor * rng.choice((1, 1, 1, 0.8, 1.25))),
        )
        for one in open_ones
        if one.created_at < at
    )


def _expect(book: Book, period: ForecastPeriod, sellers: list[User], manager: User | None) -> None:
    """Quotas of the running period, and a manager's doubt about one seller."""
    key = {"kind": period.kind, "begins": period.begins}
    for seller in sellers:
        amount = round(QUOTAS[PeriodKind(period.kind)] * book.rng.uniform(0.6, 1.4), -5)
        Quota.objects.create(user=seller, amount_minor=amount, **key)
    under = [one for one in sellers if manager and one.team_id in manager.branch_ids() and one != manager]
    if under:
        ForecastAdjustment.objects.create(
            user=under[0], line=Forecast.COMMIT, amount_minor=QUOTAS[PeriodKind(period.kind)] // 10,
            figure_minor=QUOTAS[PeriodKind(period.kind)] // 5, note=_NOTE, actor=manager, at=book.now - timedelta(days=3), **key,
        )  # fmt: skip
