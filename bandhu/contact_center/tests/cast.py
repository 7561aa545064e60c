"""Builders of the contact center: agents who are there, queues with members, work that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from bandhu.contact_center import actions
from bandhu.contact_center.models import Agent, AgentSkill, Queue, QueueMember, Skill, WorkItem
from bandhu.contact_center.skill_levels import holdings_of
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_user
from bandhu.platform.ids import new_id

KIND = "errand"
"""No app registers it: only the routing is looked at."""


def make_agent(
    name: str = "Rupa",
    *,
    role: str = "service",
    skills: dict[Skill, int] | None = None,
    state: str = Agent.State.AVAILABLE,
    **fields: Any,
) -> Agent:
    """Somebody who is there for a day, unless told otherwise."""
    user = make_user(name, role=role)
    until = None if state == Agent.State.OFFLINE else timezone.now() + timedelta(days=1)
    agent = Agent.objects.create(user=user, state=state, lease_until=until, **fields)
    return set_skills(agent, skills or {})


def set_skills(agent: Agent, skills: dict[Skill, int]) -> Agent:
    AgentSkill.objects.bulk_create(
        AgentSkill(agent=agent, skill=one, level=level) for one, level in skills.items()
    )
    agent.holdings = holdings_of((one.pk, level) for one, level in skills.items())
    agent.save()
    return agent


def make_queue(name: str = "Support", members: Sequence[Agent] = (), **fields: Any) -> Queue:
    queue = Queue.objects.create(name=name, **fields)
    QueueMember.objects.bulk_create(QueueMember(queue=queue, agent=one) for one in members)
    return queue


def offer(queue: Queue, record_id: UUID | None = None, *, minutes_ago: float = 0, **values: Any) -> WorkItem:
    """A record waits, since so many minutes."""
    since = timezone.now() - timedelta(minutes=minutes_ago)
    return actions.offer_work(
        KIND, record_id or new_id(), queue=queue, actor=system_user(), **{"enqueued_at": since, **values}
    )  # fmt: skip


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def who_has(item: WorkItem) -> User | None:
    agent = fresh(item).agent
    return agent.user if agent else None
