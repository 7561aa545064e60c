"""Companies that are like those that bought: what is more frequent among buyers than among all, added up, and tried on later buyers.

Each feature of a company weighs log(share among buyers ÷ share among all), smoothed (naive Bayes). Learned on the four fifths that
bought first and tried on those that bought later: where these are not placed above companies that never bought, nothing is selected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

from django.db.models import Case, CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When

from bandhu.customers.models import Company
from bandhu.identity.scoping import require_anywhere
from bandhu.sales.learning.guards import auc_error, auc_of
from bandhu.sales.models import Opportunity, StageKind
from bandhu.sales.queries.pipelines import VIEW

FEATURES = ("industry", "country", "language", "size")
SHOWN, REASONS, FEWEST_BUYERS = 50, 3, 30
_SIZES = ((10, "1–9"), (50, "10–49"), (250, "50–249"), (10**9, "250+"))
_SURE = 1.96
Features = tuple[str, ...]


@dataclass(frozen=True)
class LikeCompany:
    """A company nobody sells to yet; `times` as frequent among buyers as among all. Reasons are (feature, value, times)."""

    company: Company
    times: float
    reasons: list[tuple[str, str, float]]


@dataclass
class Likeness:
    """`refusal` is "", "too_little" or "no_signal"; the figures are of the buyers it was tried on."""

    buyers: int = 0
    tried: int = 0
    auc: float | None = None
    error: float | None = None
    refusal: str = ""
    found: list[LikeCompany] = field(default_factory=list)


def likeness(user: Any) -> Likeness:
    """Of the companies and sales within reach. Five statements, whatever their number."""
    require_anywhere(user, VIEW)
    won = Opportunity.objects.visible_to(user, VIEW).filter(state=StageKind.WON, company__isnull=False)
    firsts = sorted(
        won.order_by().values_list("company").annotate(first=Min("closed_at")).values_list("first", flat=True)
    )
    result = Likeness(len(firsts))
    if len(firsts) * 0.2 < FEWEST_BUYERS:
        result.refusal = "too_little"
        return result
    cut = firsts[len(firsts) * 4 // 5]
    of_company = won.filter(company=OuterRef("pk"))
    rows = _with_size(Company.objects.visible_to(user)).annotate(
        early=Exists(of_company.filter(closed_at__lt=cut)), ever=Exists(of_company)
    )
    counted = list(rows.order_by().values_list(*FEATURES, "early", "ever").annotate(n=Count("*")))
    everybody = Counter[Features]()
    early, late = Counter[Features](), Counter[Features]()
    for *features, is_early, is_buyer, count in counted:
        everybody[tuple(features)] += count
        (early if is_early else late)[tuple(features)] += count if is_buyer else 0
    _try_out(result, _Weights(early, everybody), everybody, early, late)
    if not result.refusal:
        weights = _Weights(early + late, everybody)
        result.found = _best(user, rows.filter(ever=False), weights, everybody)
    return result


class _Weights:
    """How much more frequent each value of each feature is among some than among all."""

    def __init__(self, some: Counter[Features], everybody: Counter[Features]) -> None:
        self.of: list[dict[str, float]] = []
        for place in range(len(FEATURES)):
            all_values, their_values = _by_value(everybody, place), _by_value(some, place)
            total, theirs, kinds = sum(all_values.values()), sum(their_values.values()), len(all_values)
            self.of.append({
                value: log((their_values[value] + 1) / (theirs + kinds)) - log((count + 1) / (total + kinds))
                for value, count in all_values.items()
            })  # fmt: skip

    def score(self, features: Features) -> float:
        return sum(own.get(value, 0.0) for own, value in zip(self.of, features, strict=True))

    def reasons(self, features: Features) -> list[tuple[str, str, float]]:
        found = [
            (name, value, exp(own[value]))
            for name, own, value in zip(FEATURES, self.of, features, strict=True)
            if value and own.get(value, 0) > 0
        ]
        return sorted(found, key=lambda one: -one[2])[:REASONS]


def _by_value(counts: Counter[Features], place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for features, count in counts.items():
        found[features[place]] += count
    return found


def _try_out(
    result: Likeness,
    weights: _Weights,
    everybody: Counter[Features],
    early: Counter[Features],
    late: Counter[Features],
) -> None:
    """Later buyers beside companies that never bought; the earlier buyers, from whom it was learned, stay out."""
    scores: list[float] = []
    outcomes: list[bool] = []
    for features, count in everybody.items():
        bought, never = late[features], count - early[features] - late[features]
        scores += [weights.score(features)] * (bought + never)
        outcomes += [True] * bought + [False] * never
    well = sum(outcomes)
    result.tried = well
    if not well or well == len(outcomes):
        result.refusal = "too_little"
        return
    result.auc = auc_of(scores, outcomes)
    result.error = auc_error(result.auc, well, len(outcomes) - well)
    if result.auc - _SURE * result.error <= 0.5:
        result.refusal = "no_signal"


def _best(user: Any, rows: QuerySet, weights: _Weights, everybody: Iterable[Features]) -> list[LikeCompany]:
    """The likest that never bought and have nothing open, from the likest group of features down."""
    busy = Opportunity.objects.filter(company=OuterRef("pk"), state=StageKind.OPEN, deleted_at__isnull=True)
    free = rows.filter(~Exists(busy))
    found: list[LikeCompany] = []
    likest = sorted(everybody, key=lambda one: -weights.score(one))
    for start in range(0, len(likest), SHOWN):
        groups = [one for one in likest[start : start + SHOWN] if weights.score(one) > 0]
        if not groups or len(found) >= SHOWN:
            break
        wanted = Q()
        for group in groups:
            wanted |= Q(**dict(zip(FEATURES, group, strict=True)))
        for company in free.filter(wanted)[: SHOWN * 20]:
            features = tuple(getattr(company, name) for name in FEATURES)
            found.append(LikeCompany(company, exp(weights.score(features)), weights.reasons(features)))
    return sorted(found, key=lambda one: (-one.times, str(one.company)))[:SHOWN]


def _with_size(rows: QuerySet[Company]) -> QuerySet[Company]:
    bands = [When(employees__lt=most, then=Value(name)) for most, name in _SIZES]
    return rows.annotate(size=Case(*bands, default=Value(""), output_field=CharField()))
