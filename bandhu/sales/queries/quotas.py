"""What persons and teams are to close in a period, put together from what is set.

A quota is set for a month, a quarter or a year of the house's fiscal year. Of one person or team the quota of a period is

1. where every part of it has one (the months of a quarter, the quarters of a year), the sum of its parts;
2. else the one set for the period itself;
3. else the sum of those parts that have one.

A quarter of a year has one where it is set itself or its three months are: a year with two quarters and six months is whole.
Nothing is derived downwards: a year's quota says nothing of its months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.identity.models import Team, User
from bandhu.sales.models import Quota
from bandhu.sales.queries.periods import ForecastPeriod

# Whose: (is a person, the id). Set: (kind of period, its first day) to minor units of the base currency.
Whose = tuple[bool, UUID]
SetQuotas = dict[tuple[str, date], int]


@dataclass(frozen=True)
class QuotaOfPeriod:
    """In minor units of the base currency; `from_parts`: the sum of its months or quarters. `is_whole`: no part of it is missing."""

    minor: int
    from_parts: bool
    is_whole: bool


def quotas_by_subject(rows: QuerySet[Quota], period: ForecastPeriod) -> dict[Whose, QuotaOfPeriod]:
    """Of all of `rows` that say something of the period; one statement."""
    said: dict[Whose, SetQuotas] = {}
    within = rows.filter(begins__gte=period.begins, begins__lte=period.ends)
    for user, team, kind, begins, minor in within.values_list(
        "user", "team", "kind", "begins", "amount_minor"
    ):
        said.setdefault((user is not None, user or team), {})[kind, begins] = minor
    found = {whose: quota_from(given, period) for whose, given in said.items()}
    return {whose: quota for whose, quota in found.items() if quota is not None}


def quota_from(given: SetQuotas, period: ForecastPeriod) -> QuotaOfPeriod | None:
    """By the rule above; None where nothing is set for the period or a part of it."""
    own = given.get((period.kind, period.begins))
    parts = [quota_from(given, part) for part in period.parts]
    known = [part for part in parts if part is not None]
    total = sum(part.minor for part in known)
    if parts and all(part is not None and part.is_whole for part in parts):
        return QuotaOfPeriod(total, from_parts=True, is_whole=True)
    if own is not None:
        return QuotaOfPeriod(own, from_parts=False, is_whole=True)
    return QuotaOfPeriod(total, from_parts=True, is_whole=False) if known else None


def quota_in(rows: QuerySet[Quota], period: ForecastPeriod, subject: User | Team) -> QuotaOfPeriod | None:
    """Of one person or team, by the rule above."""
    found = quotas_by_subject(rows.filter(**_whose(subject)), period)
    return found.get((isinstance(subject, User), subject.pk))


def quota_set(rows: QuerySet[Quota], period: ForecastPeriod, subject: User | Team) -> int | None:
    """What is set for the period itself, in minor units of the base currency; None where nothing is."""
    own = rows.filter(kind=period.kind, begins=period.begins, **_whose(subject))
    return own.values_list("amount_minor", flat=True).first()


def _whose(subject: User | Team) -> dict[str, Any]:
    return {"user" if isinstance(subject, User) else "team": subject}
