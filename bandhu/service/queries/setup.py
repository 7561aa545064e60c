"""Reading what an administrator set up for service."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.service.days import all_days
from bandhu.service.models import Clock, Level, Priority, ServiceLevel, Ticket, TicketStatus, TicketType
from bandhu.service.priorities import priority_matrix

MANAGE = "service.manage_service"


def service_levels(user: Any) -> list[ServiceLevel]:
    """All policies in their order, with their steps."""
    require_anywhere(user, MANAGE)
    return list(ServiceLevel.objects.select_related("calendar").prefetch_related("steps__user"))


def service_level_for(user: Any, pk: UUID) -> ServiceLevel:
    """Raises OutOfReach (404)."""
    return _one(user, ServiceLevel.objects.prefetch_related("steps"), pk)


def type_for(user: Any, pk: UUID) -> TicketType:
    """Raises OutOfReach (404)."""
    return _one(user, TicketType.objects.all(), pk)


def status_for(user: Any, pk: UUID) -> TicketStatus:
    """Raises OutOfReach (404)."""
    return _one(user, TicketStatus.objects.all(), pk)


def matrix_rows() -> list[tuple[Level, list[tuple[Level, Priority]]]]:
    """The matrix of priorities, the highest impact first: (impact, [(urgency, priority)])."""
    matrix, levels = priority_matrix(), [Level.HIGH, Level.MEDIUM, Level.LOW]
    return [
        (impact, [(urgency, Priority(matrix[impact, urgency])) for urgency in levels]) for impact in levels
    ]


def open_clocks_of(tickets: list[Ticket]) -> dict[UUID, list[Clock]]:
    """The running clocks of tickets found within reach, by ticket."""
    found: dict[UUID, list[Clock]] = {}
    for clock in Clock.objects.filter(ticket__in=tickets, ended_at__isnull=True):
        found.setdefault(clock.ticket_id, []).append(clock)
    return found


def _one(user: Any, rows: Any, pk: UUID) -> Any:
    require_anywhere(user, MANAGE)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def service_days() -> dict[str, int]:
    """For how long what is over can be opened again, and when what is solved is closed."""
    return all_days()
