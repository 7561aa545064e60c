"""Agents: who is there, and how much they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bandhu.contact_center.models import Agent, PresenceChange, Queue, WorkItem
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach

VIEW = "contact_center.view_agent"


@dataclass(frozen=True)
class AgentLine:
    """An agent in a list: what they have in units (`load`) and pieces, without what is put off, and whether the router would ask them now."""

    agent: Agent
    load: int
    pieces: int

    @property
    def user(self) -> User:
        return self.agent.user

    @property
    def room(self) -> int:
        """Units they have left; nought when somebody gave them more by hand."""
        return max(0, self.agent.capacity - self.load)

    @property
    def is_available(self) -> bool:
        """There, whether or not they have room."""
        until = self.agent.lease_until
        return self.agent.state == Agent.State.AVAILABLE and until is not None and until > timezone.now()


def agents_for(user: Any, queue: Queue | None = None) -> list[AgentLine]:
    """Agents who may sign in, of the queue or all: for choosing who gets work. Those who are there and have most room first.

    Any user may ask: like colleagues, agents are known to everybody.
    """
    rows = Agent.objects.filter(user__is_active=True, user__is_system=False).select_related(
        "user__team", "reason"
    )
    if queue is not None:
        rows = rows.filter(memberships__queue=queue)
    lines = lines_of(rows)
    return sorted(lines, key=lambda one: (not one.is_available, -one.room, one.user.full_name))


def agents(user: Any) -> QuerySet[Agent]:
    """Agents within reach, by name; their skills come along."""
    rows = Agent.objects.visible_to(user, VIEW).filter(user__is_active=True)
    return rows.select_related("user__team", "reason").prefetch_related("skills__skill", "memberships__queue")


def agent_for(user: Any, pk: UUID) -> Agent:
    """One within reach. Raises OutOfReach."""
    found = agents(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def my_agent(user: User) -> Agent | None:
    """The user as an agent; None for who never was one."""
    return Agent.objects.filter(user=user).select_related("reason").first()


def lines_of(rows: QuerySet[Agent]) -> list[AgentLine]:
    """These agents with what they have."""
    held = WorkItem.objects.filter(agent=OuterRef("pk"), rests=False).order_by().values("agent")
    rows = rows.annotate(
        load=Coalesce(Subquery(held.annotate(n=Sum("weight")).values("n"), output_field=IntegerField()), 0),
        pieces=Coalesce(Subquery(held.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0),
    )
    return [AgentLine(one, one.load, one.pieces) for one in rows]  # type: ignore[attr-defined]


def agent_lines(user: Any) -> list[AgentLine]:
    """Agents within reach with what they have and what they can do, by name."""
    return lines_of(agents(user))


def presence_of(user: Any, agent: Agent) -> QuerySet[PresenceChange]:
    """When an agent within reach came and went, the newest fifty."""
    return agent.presence_changes.select_related("reason", "by")[:50]


def agent_line(user: Any, pk: UUID) -> AgentLine:
    """One within reach with what they have. Raises OutOfReach."""
    found = lines_of(agents(user).filter(pk=pk))
    if not found:
        raise OutOfReach
    return found[0]
