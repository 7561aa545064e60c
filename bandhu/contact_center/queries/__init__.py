"""The read door of the contact center."""

from bandhu.contact_center.queries.agents import AgentLine, agent_for, agents, agents_for, my_agent
from bandhu.contact_center.queries.queues import queue_for, queue_for_place, queues_for, waiting_counts
from bandhu.contact_center.queries.work import item_for, items, my_work, work_of

__all__ = [
    "AgentLine",
    "agent_for",
    "agents",
    "agents_for",
    "item_for",
    "items",
    "my_agent",
    "my_work",
    "queue_for",
    "queue_for_place",
    "queues_for",
    "waiting_counts",
    "work_of",
]
