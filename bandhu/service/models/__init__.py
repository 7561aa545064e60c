"""Tables of service."""

from bandhu.service.models.rules import AT_ONCE, TIMED, RuleRun, RuleVersion, TicketRule, Trigger
from bandhu.service.models.service_levels import Clock, EscalationStep, Measure, ServiceLevel, StepTaken
from bandhu.service.models.setup import (
    FINISHED,
    UNFINISHED,
    Level,
    Nature,
    Priority,
    Stage,
    TicketStatus,
    TicketType,
)
from bandhu.service.models.tickets import (
    Joining,
    LinkKind,
    StatusMove,
    Ticket,
    TicketConversation,
    TicketLink,
    TicketNote,
)

__all__ = [
    "AT_ONCE",
    "FINISHED",
    "TIMED",
    "UNFINISHED",
    "Clock",
    "EscalationStep",
    "Joining",
    "Level",
    "LinkKind",
    "Measure",
    "Nature",
    "Priority",
    "RuleRun",
    "RuleVersion",
    "ServiceLevel",
    "Stage",
    "StatusMove",
    "StepTaken",
    "Ticket",
    "TicketConversation",
    "TicketLink",
    "TicketNote",
    "TicketRule",
    "TicketStatus",
    "TicketType",
    "Trigger",
]
