"""The read door of the contact center."""

from bandhu.contact_center.queries.agents import (
    AgentLine,
    agent_for,
    agent_line,
    agent_lines,
    agents,
    agents_for,
    my_agent,
    presence_of,
)
from bandhu.contact_center.queries.queues import (
    QueueNow,
    queue_for,
    queue_for_place,
    queues_for,
    queues_now,
    waiting_counts,
)
from bandhu.contact_center.queries.setup import away_reason_for, away_reasons, skill_for, skills
from bandhu.contact_center.queries.work import (
    WorkLine,
    history_of,
    item_for,
    items,
    lines_of,
    my_work,
    offered_item,
    work_in,
    work_of,
)

__all__ = [
    "AgentLine",
    "QueueNow",
    "WorkLine",
    "agent_for",
    "agent_line",
    "agent_lines",
    "agents",
    "agents_for",
    "away_reason_for",
    "away_reasons",
    "history_of",
    "item_for",
    "items",
    "lines_of",
    "my_agent",
    "my_work",
    "offered_item",
    "presence_of",
    "queue_for",
    "queue_for_place",
    "queues_for",
    "queues_now",
    "skill_for",
    "skills",
    "waiting_counts",
    "work_in",
    "work_of",
]
