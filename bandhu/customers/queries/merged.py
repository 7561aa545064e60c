"""Addresses of records that were merged away point to the record that stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.customers.models import Company, Contact
from bandhu.identity.results import MergedInto, OutOfReach

# Merges of merges; nobody follows more, and a ring (there is none) would end.
MOST_STEPS = 50


def not_found(user: Any, model: type[Contact] | type[Company], record_id: UUID) -> OutOfReach:
    """What to raise for an id without a visible record: MergedInto when the record it became part of is in reach."""
    rows: Any = model._default_manager
    stays: UUID | None = None
    following: UUID | None = record_id
    for _step in range(MOST_STEPS):
        following = rows.filter(pk=following).values_list("merged_into_id", flat=True).first()
        if following is None:
            break
        stays = following
    if stays and model.objects.visible_to(user).filter(pk=stays).exists():
        return MergedInto(stays)
    return OutOfReach()
