"""Skills and reasons to be away: lists of the house, known to everybody who is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.contact_center.models import AwayReason, Skill
from bandhu.identity.results import OutOfReach


def skills(user: Any, *, retired: bool = False) -> QuerySet[Skill]:
    """By name."""
    return Skill.objects.all() if retired else Skill.objects.filter(is_active=True)


def skill_for(user: Any, pk: UUID) -> Skill:
    """Raises OutOfReach."""
    found = Skill.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def away_reasons(user: Any, *, retired: bool = False) -> list[AwayReason]:
    """In their order. The one that is set by itself is not offered."""
    rows = AwayReason.objects.all()
    return list(rows if retired else rows.filter(is_active=True).exclude(key="missed"))


def away_reason_for(user: Any, pk: UUID) -> AwayReason:
    """Raises OutOfReach."""
    found = AwayReason.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found
