"""Tables of the contact center."""

from bandhu.contact_center.models.agents import Agent, AgentSkill, AwayReason, PresenceChange, Skill
from bandhu.contact_center.models.queues import Queue, QueueMember, QueuePlace
from bandhu.contact_center.models.work import WorkEvent, WorkItem

__all__ = [
    "Agent",
    "AgentSkill",
    "AwayReason",
    "PresenceChange",
    "Queue",
    "QueueMember",
    "QueuePlace",
    "Skill",
    "WorkEvent",
    "WorkItem",
]
