"""Customers that are like those that bought: what is more frequent among buyers than among all, added up, and tried on later buyers.

Companies among companies, and persons who belong to no company among such persons. Each feature of a customer weighs
log(share among buyers ÷ share among all), smoothed (naive Bayes). Learned on the four fifths that bought first and tried on those that
bought later: where these are not placed above customers that never bought, nothing is selected. Features are what is known before a
sale; of a person neither age nor name, for they are nobody's reason to be chosen or left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import exp, log
from typing import Any, Literal

from django.db.models import Case, CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When

from bandhu.customers.models import Company, Contact
from bandhu.identity.scoping import require_anywhere
from bandhu.sales.learning.guards import auc_error, auc_of
from bandhu.sales.models import Opportunity, StageKind
from bandhu.sales.queries.pipelines import VIEW

SHOWN, REASONS, FEWEST_BUYERS = 50, 3, 30
_SIZES = ((10, "1–9"), (50, "10–49"), (250, "50–249"), (10**9, "250+"))
_SURE = 1.96
Features = tuple[str, ...]
LikenessKind = Literal["company", "contact"]


@dataclass(frozen=True)
class _Kind:
    """Who is compared: `to` is how a sale names them, `sold` which sales are theirs."""

    to: str
    sold: Q
    features: Features
    rows: Callable[[Any], QuerySet]


@dataclass(frozen=True)
class LikeCustomer:
    """A company or person nobody sells to yet; `times` as frequent among buyers as among all. Reasons are (feature, value, times)."""

    customer: Company | Contact
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
    found: list[LikeCustomer] = field(default_factory=list)


def likeness(user: Any, of: LikenessKind = "company") -> Likeness:
    """Of the companies, or the persons without a company, and the sales to them within reach. Five statements, whatever their number."""
    require_anywhere(user, VIEW)
    kind = _KINDS[of]
    won = Opportunity.objects.visible_to(user, VIEW).filter(kind.sold, state=StageKind.WON)
    firsts = sorted(
        won.order_by().values_list(kind.to).annotate(first=Min("closed_at")).values_list("first", flat=True)
    )
    result = Likeness(len(firsts))
    if len(firsts) * 0.2 < FEWEST_BUYERS:
        result.refusal = "too_little"
        return result
    cut = firsts[len(firsts) * 4 // 5]
    theirs = won.filter(**{kind.to: OuterRef("pk")})
    rows = kind.rows(user).annotate(early=Exists(theirs.filter(closed_at__lt=cut)), ever=Exists(theirs))
    counted = list(rows.order_by().values_list(*kind.features, "early", "ever").annotate(n=Count("*")))
    everybody = Counter[Features]()
    early, late = Counter[Features](), Counter[Features]()
    for *features, is_early, is_buyer, count in counted:
        everybody[tuple(features)] += count
        (early if is_early else late)[tuple(features)] += count if is_buyer else 0
    _try_out(result, _Weights(kind.features, early, everybody), everybody, early, late)
    if not result.refusal:
        weights = _Weights(kind.features, early + late, everybody)
        result.found = _best(kind, rows.filter(ever=False), weights, everybody)
    return result


class _Weights:
    """How much more frequent each value of each feature is among some than among all."""

    def __init__(self, names: Features, some: Counter[Features], everybody: Counter[Features]) -> None:
        self.names = names
        self.of: list[dict[str, float]] = []
        for place in range(len(names)):
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
            for name, own, value in zip(self.names, self.of, features, strict=True)
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
    """Later buyers beside customers that never bought; the earlier buyers, from whom it was learned, stay out."""
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


def _best(
    kind: _Kind, rows: QuerySet, weights: _Weights, everybody: Iterable[Features]
) -> list[LikeCustomer]:
    """The likest that never bought and have nothing open, from the likest group of features down."""
    busy = Opportunity.objects.filter(
        **{kind.to: OuterRef("pk")}, state=StageKind.OPEN, deleted_at__isnull=True
    )
    free = rows.filter(~Exists(busy))
    found: list[LikeCustomer] = []
    likest = sorted(everybody, key=lambda one: -weights.score(one))
    for start in range(0, len(likest), SHOWN):
        groups = [one for one in likest[start : start + SHOWN] if weights.score(one) > 0]
        if not groups or len(found) >= SHOWN:
            break
        wanted = Q()
        for group in groups:
            wanted |= Q(**dict(zip(kind.features, group, strict=True)))
        for customer in free.filter(wanted)[: SHOWN * 20]:
            features = tuple(getattr(customer, name) for name in kind.features)
            found.append(LikeCustomer(customer, exp(weights.score(features)), weights.reasons(features)))
    return sorted(found, key=lambda one: (-one.times, str(one.customer)))[:SHOWN]


def _companies(user: Any) -> QuerySet[Company]:
    bands = [When(employees__lt=most, then=Value(name)) for most, name in _SIZES]
    return Company.objects.visible_to(user).annotate(
        size=Case(*bands, default=Value(""), output_field=CharField())
    )


def _persons(user: Any) -> QuerySet[Contact]:
    return Contact.objects.visible_to(user).filter(company__isnull=True)


_KINDS: dict[str, _Kind] = {
    "company": _Kind(
        "company", Q(company__isnull=False), ("industry", "country", "language", "size"), _companies
    ),
    # Whoever belongs to a company now was sold to as one of its people, whatever the sale says.
    "contact": _Kind(
        "contact",
        Q(company__isnull=True, contact__isnull=False, contact__company__isnull=True),
        ("country", "city", "language", "source"),
        _persons,
    ),
}
