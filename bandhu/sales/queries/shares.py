"""What of a sale is whose: all of it its owner's, or, where sellers share it, each one's part to the last minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from bandhu.identity.models import User
from bandhu.platform.money import parted
from bandhu.sales.models import Split

Parts = Sequence[tuple[UUID, Decimal]]
"""(seller, percent) of everybody who shares one sale, in the order in which the last units fall: the largest part first."""


@dataclass(frozen=True)
class Sellers:
    """Whose sales are counted: a person's, those of the people of teams, or (empty) everybody's."""

    user: User | None = None
    team_ids: tuple[UUID, ...] = ()

    @property
    def is_everybody(self) -> bool:
        return self.user is None and not self.team_ids

    @property
    def alone(self) -> Q:
        """What counts whole: what nobody shares, by its owner; for everybody all of it."""
        if self.is_everybody:
            return Q()
        nobody_shares = ~Q(Exists(Split.objects.filter(opportunity=OuterRef("pk"))))
        if self.user is not None:
            return Q(nobody_shares, owner=self.user)
        ownerless = Q(owner__isnull=True, team__in=self.team_ids)
        return Q(nobody_shares) & (Q(owner__team__in=self.team_ids) | ownerless)

    @property
    def sharing(self) -> Q:
        """What counts by its parts: what one of them shares; for everybody nothing, since the parts are the whole."""
        if self.is_everybody:
            return Q(pk__in=())
        mine = Split.objects.filter(opportunity=OuterRef("pk"), user__in=self.members)
        return Q(Exists(mine))

    @property
    def counted(self) -> Q:
        """Everything that counts, whole or by a part."""
        return Q() if self.is_everybody else self.alone | self.sharing

    @cached_property
    def members(self) -> frozenset[UUID]:
        """Who has a part for them."""
        if self.user is not None:
            return frozenset({self.user.pk})
        rows = User.objects.filter(team__in=self.team_ids) if self.team_ids else User.objects.none()
        return frozenset(rows.values_list("pk", flat=True))

    def share(self, value: int, parts: Parts) -> int:
        """What of a value (minor units) is theirs; all of it where nobody shares it."""
        if not parts or self.is_everybody:
            return value
        values = parted(value, [percent for _user, percent in parts])
        return sum(one for (user, _percent), one in zip(parts, values, strict=True) if user in self.members)

    def percent(self, parts: Parts) -> Decimal | None:
        """Their part in percent; None for what nobody shares."""
        if not parts or self.is_everybody:
            return None
        return sum((percent for user, percent in parts if user in self.members), Decimal(0))


def parts_of(ids: Iterable[Any]) -> dict[UUID, list[tuple[UUID, Decimal]]]:
    """Who shares each of these opportunities, in one statement; those nobody shares are left out."""
    found: dict[UUID, list[tuple[UUID, Decimal]]] = {}
    rows = Split.objects.filter(opportunity__in=list(ids)).order_by("-percent", "user_id")
    for sale, user, percent in rows.values_list("opportunity", "user", "percent"):
        found.setdefault(sale, []).append((user, percent))
    return found
