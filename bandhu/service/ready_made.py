"""The types, statuses and the service level every installation starts with; an administrator changes them on a screen."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bandhu.contact_center.models import Queue, QueuePlace
from bandhu.service.models import EscalationStep, Nature, ServiceLevel, Stage, TicketStatus, TicketType

_TYPES = (
    (gettext_noop("Question"), Nature.REQUEST),
    (gettext_noop("Request"), Nature.REQUEST),
    (gettext_noop("Incident"), Nature.INCIDENT),
    (gettext_noop("Problem"), Nature.PROBLEM),
    (gettext_noop("Complaint"), Nature.REQUEST),
)
# Name, what it means, whether clocks stand still.
_STATUSES = (
    (gettext_noop("New"), Stage.NEW, False),
    (gettext_noop("In work"), Stage.OPEN, False),
    (gettext_noop("Waiting for the customer"), Stage.WAITING, True),
    (gettext_noop("Waiting for a supplier"), Stage.HOLD, True),
    (gettext_noop("Solved"), Stage.SOLVED, True),
    (gettext_noop("Closed"), Stage.CLOSED, True),
)
# Business minutes by priority: first answer, next answer, solution.
_TARGETS = {
    "urgent": (30, 60, 4 * 60),
    "high": (60, 2 * 60, 8 * 60),
    "normal": (4 * 60, 8 * 60, 3 * 8 * 60),
    "low": (8 * 60, 16 * 60, 5 * 8 * 60),
}


def ensure_ticket_setup() -> None:
    """Make types, statuses and one service level where there are none. Safe to repeat."""
    if not TicketType.objects.exists():
        TicketType.objects.bulk_create(
            TicketType(name=name, nature=nature, position=place, is_public=nature != Nature.PROBLEM)
            for place, (name, nature) in enumerate(_TYPES)
        )
    if not TicketStatus.objects.exists():
        TicketStatus.objects.bulk_create(
            TicketStatus(name=name, stage=stage, pauses=pauses, is_usual=True, position=place)
            for place, (name, stage, pauses) in enumerate(_STATUSES)
        )
    if not ServiceLevel.objects.exists():
        measures = ("first", "next", "resolution")
        level = ServiceLevel.objects.create(
            name=gettext_noop("Everybody"),
            targets={one: dict(zip(measures, minutes, strict=True)) for one, minutes in _TARGETS.items()},
        )
        for percent in (75, 100):
            EscalationStep.objects.create(level=level, percent=percent)
    if not QueuePlace.objects.filter(channel="ticket").exists():
        queue, _made = Queue.objects.get_or_create(
            name=gettext_noop("Tickets"), defaults={"strategy": Queue.Strategy.MANUAL}
        )
        QueuePlace.objects.create(queue=queue, channel="ticket")
