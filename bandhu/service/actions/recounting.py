"""Counting clocks anew after a calendar, a status or a service level changed."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from bandhu.identity.results import OutOfReach
from bandhu.service.actions.changes import locked_ticket
from bandhu.service.actions.clocks import settle_clocks
from bandhu.service.models import UNFINISHED, Ticket

logger = logging.getLogger(__name__)


def settle_open_tickets() -> int:
    """Settle the clocks of every open ticket, each in a transaction of its own; returns how many."""
    count = 0
    rows = Ticket.objects.filter(stage__in=UNFINISHED, deleted_at__isnull=True).order_by("pk")
    for pk in rows.values_list("pk", flat=True).iterator(chunk_size=2_000):
        count += _settle(pk)
    return count


def _settle(pk: UUID) -> bool:
    try:
        with transaction.atomic():
            settle_clocks(locked_ticket(pk))
    except OutOfReach:
        return False
    return True
