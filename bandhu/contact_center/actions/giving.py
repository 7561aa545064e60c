"""Giving a held item to a held agent, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.contact_center.actions.holding import change, facts_of, hand_over, note_busy, note_turn
from bandhu.contact_center.actions.waking import end_offer_at, wake_agent, wake_queue
from bandhu.contact_center.events import WorkAssigned, WorkReturned
from bandhu.contact_center.models import Agent, WorkEvent, WorkItem
from bandhu.contact_center.work_kinds import work_kinds
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.notifications import notify

PASSED_FOR = timedelta(seconds=60)
"""Whoever gave something back or did not answer is not asked again at once; after this, better they than nobody."""
_TOLD = gettext_noop("New work for you from “%(queue)s”")
_NO_RESERVATION: dict[str, Any] = {"reserved_for": None, "reserved_until": None}
_NOT_PASSED: dict[str, Any] = {"passed_by": [], "passed_at": None}
CLEAN: dict[str, Any] = {**_NO_RESERVATION, **_NOT_PASSED, "not_before": None, "problem": ""}
"""What an item forgets when somebody has it or it is over."""


def give(
    item: WorkItem, agent: Agent, *, actor: Any, by_router: bool, accepted: bool = False, is_told: bool = True
) -> None:
    """It is theirs from now on, and the record says so; they are told of it unless they did it themselves or know already."""
    now = timezone.now()
    verb = WorkEvent.Verb.ROUTED if by_router else WorkEvent.Verb.ASSIGNED
    if accepted:
        verb = WorkEvent.Verb.ACCEPTED
    before = item.agent if item.agent_id != agent.pk else None
    last = before.pk if before else item.last_agent_id
    change(
        item, verb, actor=actor, at=now, state=WorkItem.State.ASSIGNED, agent=agent, last_agent_id=last, assigned_at=now,
        offered_until=None, **CLEAN,
    )  # fmt: skip
    hand_over(item, agent.user, actor=actor)
    note_turn(item, agent, now)
    if before is not None:
        wake_agent(before.pk)
        hint(f"agent:{before.user_id}")
    publish(WorkAssigned(**facts_of(item), user_id=str(agent.user_id), by_router=by_router), actor=actor)
    if is_told and actor != agent.user:
        notify(agent.user, _TOLD, url=address_of(item), icon="inbox", queue=item.queue.name)


def offer(item: WorkItem, agent: Agent, *, actor: Any) -> None:
    """Theirs to accept; it takes of their capacity meanwhile."""
    now = timezone.now()
    until = now + timedelta(seconds=item.queue.acceptance_seconds or 0)
    change(
        item, WorkEvent.Verb.OFFERED, actor=actor, at=now, state=WorkItem.State.OFFERED, agent=agent, offered_until=until
    )  # fmt: skip
    note_turn(item, agent, now)
    end_offer_at(item.pk, until)


def put_back(item: WorkItem, *, actor: Any, verb: WorkEvent.Verb, reason: str) -> None:
    """Back to its queue from whoever has it or was offered it, with the place it had there."""
    agent, was_theirs, now = item.agent, item.state == WorkItem.State.ASSIGNED, timezone.now()
    assert agent is not None
    change(
        item, verb, actor=actor, about=agent, at=now, state=WorkItem.State.WAITING, agent=None, last_agent=agent,
        assigned_at=None, offered_until=None, **passed(item, agent), **_NO_RESERVATION,
    )  # fmt: skip
    if was_theirs:
        hand_over(item, None, actor=actor)
    note_busy(agent, now)
    publish(WorkReturned(**facts_of(item), user_id=str(agent.user_id), reason=reason), actor=actor)
    wake_queue(item.queue_id)
    wake_agent(agent.pk)


def passed(item: WorkItem, agent: Agent) -> dict[str, Any]:
    """The columns that say who passed it by a moment ago, this agent now too."""
    now = timezone.now()
    recent = item.passed_by if item.passed_at and item.passed_at > now - PASSED_FOR else []
    return {"passed_by": [*(one for one in recent if one != agent.pk), agent.pk], "passed_at": now}


def address_of(item: WorkItem) -> str:
    """The page of the record; empty where its kind has none."""
    kind = work_kinds.get(item.kind)
    return reverse(kind.url_name, args=[item.record_id]) if kind and kind.url_name else ""
