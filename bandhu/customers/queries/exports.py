"""Reading exports: each is shown to whoever asked for it, and to nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.customers.models import Export
from bandhu.identity.results import OutOfReach

PERMISSION = "customers.export_contacts"


def exports(user: Any) -> QuerySet[Export]:
    """The user's own, newest first."""
    return (
        Export.objects.visible_to(user, PERMISSION).filter(actor=user).select_related("file").order_by("-id")
    )


def export_for(user: Any, pk: UUID) -> Export:
    """One of them. Raises OutOfReach."""
    found = exports(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found
