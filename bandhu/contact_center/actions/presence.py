"""Whether agents are there. Somebody is available for as long as their page says so again and again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.contact_center.actions.giving import put_back
from bandhu.contact_center.actions.holding import agent_of, hold, lock_agents
from bandhu.contact_center.actions.routing import TAKE
from bandhu.contact_center.actions.waking import wake_agent, wake_queue
from bandhu.contact_center.models import Agent, AwayReason, PresenceChange, WorkEvent, WorkItem
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.audit import record_change
from bandhu.platform.live import hint

LEASE = timedelta(seconds=150)
"""A page in the background says once a minute that it is open; after two missed ones nobody is there."""
CHANGE = "contact_center.change_agent"


@transaction.atomic
def set_presence(user: User, *, actor: User, state: str, reason: AwayReason | None = None) -> Agent:
    """Say whether `user` is there: the actor of themselves, or who may change agents of others.

    Whoever is not available is offered nothing; what was offered goes back. What they have they keep, as the queue says.
    """
    if state not in Agent.State.values:
        raise ValidationError({"state": _("Choose one of the list.")})
    require_anywhere(actor, TAKE if actor == user else CHANGE)
    agent = agent_of(user)
    if actor != user:
        require(actor, CHANGE, agent)
        record_change(
            "changed", actor=actor, kind="agent", record_id=agent.pk, title=str(agent), changes={"state": (agent.state, state)}
        )  # fmt: skip
    held = lock_agents([agent.pk])[agent.pk]
    _enter(held, state, reason if state == Agent.State.AWAY else None, actor=actor)
    return held


def beat(user: User) -> str:
    """The user's page is open: whoever is not offline stays for another lease. Their presence."""
    rows = Agent.objects.filter(user=user).exclude(state=Agent.State.OFFLINE)
    rows.update(lease_until=timezone.now() + LEASE)
    return Agent.objects.filter(user=user).values_list("state", flat=True).first() or Agent.State.OFFLINE


@transaction.atomic
def end_lease(agent_id: UUID) -> bool:
    """Offline, if their page has said nothing for a whole lease; whether that was so."""
    agent = lock_agents([agent_id]).get(agent_id)
    if agent is None or agent.state == Agent.State.OFFLINE:
        return False
    if agent.lease_until is not None and agent.lease_until > timezone.now():
        return False
    _enter(agent, Agent.State.OFFLINE, None, actor=system_user())
    return True


@transaction.atomic
def leave(user: User) -> None:
    """Whoever may no longer sign in is not there, and what they have goes back to its queues."""
    agent = Agent.objects.filter(user=user).first()
    if agent is None:
        return
    actor = system_user()
    _enter(lock_agents([agent.pk])[agent.pk], Agent.State.OFFLINE, None, actor=actor)
    for pk in WorkItem.objects.filter(agent=agent).values_list("pk", flat=True):
        item = hold(pk)
        if item.agent_id == agent.pk:
            put_back(item, actor=actor, verb=WorkEvent.Verb.RETURNED, reason="gone")


def set_away_for_missing(agent: Agent, *, actor: Any) -> None:
    """Of a held agent who let an offer pass: away until they say otherwise, so that nothing rings at an empty desk."""
    if agent.state == Agent.State.AVAILABLE:
        _enter(agent, Agent.State.AWAY, AwayReason.objects.filter(key="missed").first(), actor=actor)


def _enter(agent: Agent, state: str, reason: AwayReason | None, *, actor: Any) -> None:
    """Of a held agent."""
    now = timezone.now()
    was, agent.lease_until = agent.state, None if state == Agent.State.OFFLINE else now + LEASE
    if (was, agent.reason_id) == (state, reason.pk if reason else None):
        agent.save(update_fields=["lease_until"])
        return
    agent.state, agent.reason, agent.state_since = state, reason, now
    if state == Agent.State.AVAILABLE:
        agent.idle_since = now
    agent.save(update_fields=["state", "reason", "state_since", "lease_until", "idle_since"])
    PresenceChange.objects.create(agent=agent, at=now, state=state, reason=reason, by=actor)
    queues = list(agent.memberships.values_list("queue_id", flat=True))
    hint(f"agent:{agent.user_id}", *(f"queue:{pk}" for pk in queues))
    if state == Agent.State.AVAILABLE:
        wake_agent(agent.pk)
    else:
        _let_go(agent, actor)


def _let_go(agent: Agent, actor: Any) -> None:
    """What is offered to them or kept for them is others' now."""
    for pk in WorkItem.objects.filter(agent=agent, state=WorkItem.State.OFFERED).values_list("pk", flat=True):
        item = hold(pk)
        if item.agent_id == agent.pk and item.state == WorkItem.State.OFFERED:
            put_back(item, actor=actor, verb=WorkEvent.Verb.MISSED, reason="gone")
    kept = WorkItem.objects.filter(reserved_for=agent, state=WorkItem.State.WAITING)
    queues = set(kept.values_list("queue_id", flat=True))
    kept.update(reserved_for=None, reserved_until=None)
    for queue_id in queues:
        wake_queue(queue_id)
