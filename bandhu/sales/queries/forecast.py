"""The forecast of a period: what is closed, and what is expected to close, by person and rolled up the tree of teams.

Closed is what was won within the period; the other lines are open opportunities whose expected close lies in it. A figure belongs to
the owner of the opportunity, and through the owner to the owner's team; without an owner, to the opportunity's team. An opportunity
that sellers share belongs to each of them by the part, to the last minor unit, and is one opportunity in every sum above them.
Amounts are minor units of the base currency, by the rate of the day each amount was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.utils import timezone

from bandhu.identity.models import Reach, Team, User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.money import parted
from bandhu.sales.models import (
    Forecast,
    ForecastAdjustment,
    Opportunity,
    Quota,
    Split,
    Stage,
    StageKind,
    line_of,
)
from bandhu.sales.queries.periods import ForecastPeriod
from bandhu.sales.queries.pipelines import VIEW
from bandhu.sales.queries.quotas import QuotaOfPeriod, Whose, quota_in, quota_set, quotas_by_subject

SEE, MANAGE = "sales.view_forecast", "sales.manage_forecast"
LINES = (Forecast.CLOSED, Forecast.COMMIT, Forecast.BEST_CASE, Forecast.PIPELINE)
ADJUSTED = LINES[1:]
Sums = dict[str, int]


def _nothing() -> Sums:
    return dict.fromkeys(LINES, 0)


def _nobody() -> dict[str, set[UUID]]:
    return {line: set() for line in LINES}


@dataclass
class ForecastRow:
    """The forecast of a person or of a team with everybody below it.

    `values` and `counts` are the sellers' own (`shared` are the opportunities shared among several, each counted once); `expected_by_line` has a manager's adjustment where there is one. A team without a
    quota of its own shows the sum of those below it (`quota_is_sum`). A quota may be the sum of its months or quarters
    (`quota_from_parts`, by the rule of `quotas.py`).
    """

    user: User | None = None
    team: Team | None = None
    depth: int = 0
    values: Sums = field(default_factory=_nothing)
    unshared: Sums = field(default_factory=_nothing)
    shared: dict[str, set[UUID]] = field(default_factory=_nobody)
    expected_by_line: Sums = field(default_factory=_nothing)
    adjustments: dict[str, ForecastAdjustment] = field(default_factory=dict)
    quota: int | None = None
    quota_is_sum: bool = False
    quota_from_parts: bool = False
    may_manage: bool = False
    parts: list[ForecastRow] = field(default_factory=list)
    # The teams whose opportunities this row counts, for the list behind a number.
    team_ids: list[UUID] = field(default_factory=list)

    @property
    def counts(self) -> Sums:
        """How many opportunities, each once whoever shares it."""
        return {line: self.unshared[line] + len(self.shared[line]) for line in LINES}

    @property
    def expected(self) -> int:
        """Closed and commit, as the manager sees them."""
        return self.values[Forecast.CLOSED] + self.expected_by_line[Forecast.COMMIT]

    @property
    def attained(self) -> float | None:
        """Closed as a share of the quota."""
        return self.values[Forecast.CLOSED] / self.quota if self.quota else None

    @property
    def missing(self) -> int | None:
        """What must still be found beyond closed and commit; None without a quota."""
        return None if self.quota is None else max(self.quota - self.expected, 0)

    @property
    def is_empty(self) -> bool:
        return self.quota is None and not self.adjustments and not any(self.counts.values())


@dataclass
class Undated:
    """Open opportunities that stand in no period: their expected close is past, or missing."""

    past: int = 0
    past_value: int = 0
    missing: int = 0
    missing_value: int = 0


@dataclass
class PeriodForecast:
    """A period as one user may see it; `rows` are the tree from the top, parts after their team."""

    period: ForecastPeriod
    total: ForecastRow
    rows: list[ForecastRow]
    undated: Undated


def forecast(user: Any, period: ForecastPeriod) -> PeriodForecast:
    """Of the opportunities, quotas and adjustments within reach. Eight statements, whatever the number of opportunities."""
    require_anywhere(user, SEE)
    tree = _Tree(user, period)
    rows = Opportunity.objects.visible_to(user, VIEW).order_by()
    for owner, team, line, count, value in (*_open(rows, period), *_closed(rows, period)):
        tree.add(owner, team, line, count, value)
    for sale in _shared(rows, period):
        tree.share(sale)
    total = tree.grown()
    flat = [row for one in total.parts for row in _flat(one, 0)]
    return PeriodForecast(period, total, flat, _undated(rows))


def adjustments_of(user: Any, period: ForecastPeriod, subject: User | Team) -> list[ForecastAdjustment]:
    """The history of one person or team in a period, the newest first."""
    rows = _of_period(ForecastAdjustment.objects.visible_to(user, SEE), period)
    key = "user" if isinstance(subject, User) else "team"
    return list(rows.filter(**{key: subject}).select_related("actor").order_by("-at", "-pk"))


def own_figure(user: Any, period: ForecastPeriod, subject: User | Team, line: str) -> int:
    """The sellers' own figure of one line for a person, or for a team with those below it."""
    found = forecast(user, period)
    for row in found.rows:
        if subject in (row.user, row.team):
            return row.values[line]
    return 0


def subject_of(user: Any, *, person: UUID | str = "", team: UUID | str = "") -> User | Team:
    """A person or team whose forecast is within reach; raises OutOfReach (404)."""
    model: Any = User if person else Team
    try:
        found = model.objects.filter(pk=UUID(str(person or team))).first()
    except ValueError:
        found = None
    if found is None or not within_subject_reach(user, SEE, found):
        raise OutOfReach
    return found


def teams_under(team: Team) -> list[UUID]:
    """The team and every team below it."""
    below: dict[UUID | None, list[UUID]] = defaultdict(list)
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        below[parent].append(pk)
    found, waiting = [], [team.pk]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(below[one])
    return found


def quota_of(user: Any, period: ForecastPeriod, subject: User | Team) -> int | None:
    """The quota set for a person or team and this very period, in minor units of the base currency; None without one."""
    return quota_set(Quota.objects.visible_to(user, SEE), period, subject)


def quota_counting(user: Any, period: ForecastPeriod, subject: User | Team) -> QuotaOfPeriod | None:
    """The quota that counts for a person or a team by the rule of `quotas.py`, parts and all; without those below a team."""
    return quota_in(Quota.objects.visible_to(user, SEE), period, subject)


def may_manage(user: Any, subject: User | Team) -> bool:
    """Whether `user` may set the quota of this person or team, and adjust its figures."""
    return within_subject_reach(user, MANAGE, subject)


def within_subject_reach(user: Any, permission: str, subject: User | Team) -> bool:
    """Whether a permission about forecasts reaches this person or this team: the rule of `scoping`, for what has no row yet."""
    reach = user.reaches.get(permission)
    own = isinstance(subject, User) and user.pk == subject.pk
    team_id = subject.team_id if isinstance(subject, User) else subject.pk
    if reach is None or reach == Reach.EVERYONE or own or team_id is None:
        return reach == Reach.EVERYONE or (own and reach is not None)
    if reach == Reach.BRANCH:
        return team_id in user.branch_ids()
    return bool(reach == Reach.TEAM and team_id == user.team_id)


def _open(rows: QuerySet, period: ForecastPeriod) -> Iterator[tuple[Any, Any, str, int, int]]:
    """(owner, team, line, count, value) of what is expected to close in the period; an index answers it alone."""
    stages = dict(Stage.objects.values_list("pk", "forecast"))
    counted = _expected_within(rows, period).values_list("owner", "team", "stage", "forecast")
    for owner, team, stage, own, count, value in counted.annotate(
        n=Count("*"), value=Sum("base_amount_minor")
    ):
        line = line_of(StageKind.OPEN, own, stages[stage])
        if line != Forecast.OMITTED:
            yield owner, team, line, count, int(value or 0)


def _closed(rows: QuerySet, period: ForecastPeriod) -> Iterator[tuple[Any, Any, str, int, int]]:
    won = _won_within(rows, period)
    counted = won.values_list("owner", "team").annotate(n=Count("*"), value=Sum("base_amount_minor"))
    for owner, team, count, value in counted:
        yield owner, team, Forecast.CLOSED, count, int(value or 0)


def _expected_within(rows: QuerySet, period: ForecastPeriod) -> QuerySet:
    return rows.filter(
        state=StageKind.OPEN, expected_close__gte=period.begins, expected_close__lte=period.ends
    )


def _won_within(rows: QuerySet, period: ForecastPeriod) -> QuerySet:
    begin, end = period.span.moments
    return rows.filter(state=StageKind.WON, closed_at__gte=begin, closed_at__lt=end)


@dataclass
class _SharedSale:
    """An opportunity several sellers share: whom the sums counted it for, and whom it belongs to by which part."""

    id: UUID
    owner: UUID | None
    team: UUID | None
    line: str
    value: int
    percents: dict[UUID, Decimal] = field(default_factory=dict)


def _shared(rows: QuerySet, period: ForecastPeriod) -> list[_SharedSale]:
    """Those of the period that have parts; one statement, which begins at the parts."""
    within = Q(opportunity__in=_expected_within(rows, period).values("pk")) | Q(
        opportunity__in=_won_within(rows, period).values("pk")
    )
    found: dict[UUID, _SharedSale] = {}
    parts = Split.objects.filter(within).select_related("opportunity__stage").order_by("-percent", "user_id")
    for part in parts:
        sale = part.opportunity
        line = sale.forecast_line
        if line == Forecast.OMITTED:
            continue
        if sale.pk not in found:
            value = sale.base_amount_minor or 0
            found[sale.pk] = _SharedSale(sale.pk, sale.owner_id, sale.team_id, line, value)
        found[sale.pk].percents[part.user_id] = part.percent
    return list(found.values())


def _undated(rows: QuerySet) -> Undated:
    past = Q(expected_close__lt=timezone.localdate())
    missing = Q(expected_close__isnull=True)
    lost_sight = rows.filter(past | missing, state=StageKind.OPEN)
    found = lost_sight.aggregate(
        past=Count(Value(1), filter=past),
        past_value=Sum("base_amount_minor", filter=past),
        missing=Count(Value(1), filter=missing),
        missing_value=Sum("base_amount_minor", filter=missing),
    )
    return Undated(**{name: int(value or 0) for name, value in found.items()})


def _of_period(rows: QuerySet, period: ForecastPeriod) -> QuerySet:
    return rows.filter(kind=period.kind, begins=period.begins)


def _flat(row: ForecastRow, depth: int) -> Iterable[ForecastRow]:
    row.depth = depth
    yield row
    for part in row.parts:
        yield from _flat(part, depth + 1)


class _Tree:
    """Persons under their teams under the teams above them, as far as the reader's reach goes."""

    def __init__(self, user: Any, period: ForecastPeriod) -> None:
        self.user = user
        self.period = period
        self.teams = {team.pk: team for team in Team.objects.all()}
        self.of_user: dict[UUID, ForecastRow] = {}
        self.of_team: dict[UUID, ForecastRow] = {}
        self.ownerless: dict[UUID | None, ForecastRow] = {}

    def add(self, owner: UUID | None, team: UUID | None, line: str, count: int, value: int) -> None:
        row = self._row_of(owner, team)
        row.values[line] += value
        row.unshared[line] += count

    def _row_of(self, owner: UUID | None, team: UUID | None) -> ForecastRow:
        if owner is not None:
            return self.of_user.setdefault(owner, ForecastRow())
        return self.ownerless.setdefault(team, ForecastRow())

    def share(self, sale: _SharedSale) -> None:
        """Take a sale from whom the sums counted it for, and give it to those who share it."""
        self.add(sale.owner, sale.team, sale.line, -1, -sale.value)
        for user, value in zip(sale.percents, parted(sale.value, sale.percents.values()), strict=True):
            row = self._row_of(user, None)
            row.values[sale.line] += value
            row.shared[sale.line].add(sale.id)

    def grown(self) -> ForecastRow:
        """The whole tree under one row, with quotas, adjustments and sums."""
        # Whose only opportunities belong to others by the parts stands nowhere.
        self.of_user = {key: row for key, row in self.of_user.items() if any(row.counts.values())}
        self.ownerless = {key: row for key, row in self.ownerless.items() if any(row.counts.values())}
        quotas = quotas_by_subject(Quota.objects.visible_to(self.user, SEE), self.period)
        latest = self._adjustments()
        for user_id in {key for (is_user, key) in (*quotas, *latest) if is_user}:
            self.of_user.setdefault(user_id, ForecastRow())
        self._name_users()
        said_of_teams = {key for (is_user, key) in (*quotas, *latest) if not is_user}
        tops = self._under_teams(said_of_teams)
        total = ForecastRow(parts=tops)
        self._settle(total, quotas, latest)
        return total

    def _adjustments(self) -> dict[tuple[bool, UUID], dict[str, ForecastAdjustment]]:
        """The latest of each line that was not taken back."""
        rows = _of_period(ForecastAdjustment.objects.visible_to(self.user, SEE), self.period)
        found: dict[tuple[bool, UUID], dict[str, ForecastAdjustment]] = defaultdict(dict)
        for one in rows.select_related("actor").order_by("at", "pk"):
            key = (one.user_id is not None, one.user_id or one.team_id)
            found[key].pop(one.line, None)
            if one.amount_minor is not None:
                found[key][one.line] = one
        return found

    def _name_users(self) -> None:
        for user in User.objects.filter(pk__in=self.of_user):
            self.of_user[user.pk].user = user

    def _under_teams(self, said_of: set[UUID]) -> list[ForecastRow]:
        tops: list[ForecastRow] = []
        for row in sorted(self.of_user.values(), key=lambda one: str(one.user)):
            self._place(row, row.user.team_id if row.user else None, tops)
        for team_id, row in self.ownerless.items():
            self._place(row, team_id, tops)
        for team_id in said_of:
            self._team_row(team_id, tops)
        for team_row in self.of_team.values():
            team_row.parts.sort(key=lambda one: (one.team is not None, str(one.user or one.team or "")))
        return sorted(tops, key=lambda one: (one.team is None, str(one.team or one.user or "")))

    def _place(self, row: ForecastRow, team_id: UUID | None, tops: list[ForecastRow]) -> None:
        above = self._team_row(team_id, tops) if team_id is not None and self._reaches(team_id) else None
        (above.parts if above else tops).append(row)

    def _team_row(self, team_id: UUID, tops: list[ForecastRow]) -> ForecastRow:
        if team_id not in self.of_team:
            team = self.teams[team_id]
            self.of_team[team_id] = row = ForecastRow(team=team)
            self._place(row, team.parent_id, tops)
        return self.of_team[team_id]

    def _reaches(self, team_id: UUID) -> bool:
        return within_subject_reach(self.user, SEE, self.teams[team_id])

    def _settle(self, row: ForecastRow, quotas: dict[Whose, QuotaOfPeriod], latest: dict) -> None:
        """Sums from the leaves up; an adjustment takes the place of the sum below it."""
        own = (True, row.user.pk) if row.user else (False, row.team.pk) if row.team else None
        row.expected_by_line = dict(row.values)
        for part in row.parts:
            self._settle(part, quotas, latest)
            for line in LINES:
                row.values[line] += part.values[line]
                row.unshared[line] += part.unshared[line]
                row.shared[line] |= part.shared[line]
                row.expected_by_line[line] += part.expected_by_line[line]
            row.team_ids += part.team_ids
        if row.team is not None:
            row.team_ids.append(row.team.pk)
        below = [part.quota for part in row.parts if part.quota is not None]
        row.quota, row.quota_is_sum = (sum(below), True) if below else (None, False)
        if own is None:
            return
        if own in quotas:
            row.quota, row.quota_is_sum = quotas[own].minor, False
            row.quota_from_parts = quotas[own].from_parts
        row.adjustments = latest.get(own, {})
        for name, one in row.adjustments.items():
            row.expected_by_line[name] = one.amount_minor or 0
        row.may_manage = may_manage(self.user, row.user or row.team)  # type: ignore[arg-type]
