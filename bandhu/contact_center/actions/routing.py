"""The router: who is free gets the first piece of work they can take.

Every claim locks the agent, so that what they have is counted while nobody else gives them more; then the first fitting
item that no other claim holds. It looks past what the agent cannot take, so nothing waits behind what nobody can take.
"""

from __future__ import annotations

import heapq
import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from bandhu.contact_center.actions.giving import PASSED_FOR, give, offer
from bandhu.contact_center.actions.holding import agent_of, change
from bandhu.contact_center.actions.work import finish
from bandhu.contact_center.fitting import CANDIDATES, LOCK_ONE, PATIENCE, first_for_agent
from bandhu.contact_center.models import Agent, Queue, WorkEvent, WorkItem
from bandhu.contact_center.work_kinds import RecordGone
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.prepared import rows_of
from bandhu.platform.together import nothing_kept_on_failure, written_together

TAKE = "contact_center.take_work"
HELD_BACK_FOR = timedelta(minutes=5)
_AT_ONCE = 16
"""More than there are workers: of so many items one is not held by another claim."""
_ATTEMPTS = 3
_log = logging.getLogger(__name__)


class AgentHeld(Exception):
    """Another transaction holds the agent just now."""


def route_queue(queue_id: UUID) -> int:
    """Give what waits in the queue to whoever is free for it, by the queue's strategy; returns how many pieces were given.

    Agents another worker is giving something to are passed over first, and waited for at the end: none is forgotten.
    """
    queue = Queue.objects.filter(pk=queue_id).first()
    if queue is None:
        return 0
    actor = system_user()
    given, held = _serve(queue, actor, wait=False)
    return given + _serve(queue, actor, wait=True)[0] if held else given


def drain_agent(agent_id: UUID) -> int:
    """Give the agent what they can take of all their queues; returns how many pieces."""
    actor, given = system_user(), 0
    while claim(agent_id, actor=actor) is not None:
        given += 1
    return given


def claim_next(agent_user: User) -> WorkItem | None:
    """“Give me the next”: the first they can take, of queues that give nothing by themselves too; None when there is none.

    Whoever asks is there, whatever their presence says; more than their capacity they do not get.
    """
    require_anywhere(agent_user, TAKE)
    return claim(agent_of(agent_user).pk, actor=agent_user, by_hand=True)


def claim(agent_id: UUID, *, actor: Any, by_hand: bool = False, wait: bool = True) -> WorkItem | None:
    """The first item the agent can take is theirs, or offered to them; None when there is none or they are not there.

    Raises AgentHeld where another transaction holds the agent and `wait` is off.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic(), written_together():
                return _claim(agent_id, actor, by_hand, wait)
        except OperationalError as problem:
            # Whoever writes a record first and its work afterwards can meet a claim half-way: one of both begins anew.
            if attempt == _ATTEMPTS or not isinstance(problem.__cause__, DeadlockDetected):
                raise
    return None


def _claim(agent_id: UUID, actor: Any, by_hand: bool, wait: bool) -> WorkItem | None:
    rows = Agent.objects.select_for_update(of=("self",), no_key=True, skip_locked=not wait)
    agent = rows.select_related("user").filter(pk=agent_id).first()
    if agent is None and not wait:
        raise AgentHeld
    if agent is None:
        return None
    now = timezone.now()
    if not agent.user.is_active or not (by_hand or _is_there(agent, now)):
        return None
    while (item := _first_for(agent, now, by_hand)) is not None:
        if _hand(item, agent, actor, by_hand):
            return item
    return None


def _is_there(agent: Agent, now: datetime) -> bool:
    return agent.state == Agent.State.AVAILABLE and agent.lease_until is not None and agent.lease_until > now


def _first_for(agent: Agent, now: datetime, by_hand: bool) -> WorkItem | None:
    """The first item the held agent can take, held too; None when there is none that no other claim holds."""
    given: dict[str, Any] = {
        "agent": agent.pk,
        "now": now,
        "passed_since": now - PASSED_FOR,
        "patient_since": now - PATIENCE,
        "by_hand": by_hand,
    }
    some = _AT_ONCE
    while True:
        found = rows_of(first_for_agent(some), given)
        with connection.cursor() as cursor:
            cursor.execute(
                LOCK_ONE, {"ids": [pk for pk, _version in found], "versions": [v for _pk, v in found]}
            )
            row = cursor.fetchone()
        if row is not None:
            return WorkItem.objects.select_related("queue").get(pk=row[0])
        if len(found) < some:
            return None
        some *= 4


def _hand(item: WorkItem, agent: Agent, actor: Any, by_hand: bool) -> bool:
    """Give or offer it; what cannot be handed over is put aside, so that it stands in nobody's way."""
    try:
        with transaction.atomic(), nothing_kept_on_failure():
            if item.queue.acceptance_seconds and not by_hand:
                offer(item, agent, actor=actor)
            else:
                give(item, agent, actor=actor, by_router=not by_hand)
        return True
    except RecordGone:
        item.refresh_from_db()
        finish(item, actor=actor)
    except OperationalError:
        raise
    except Exception as problem:
        _log.exception("work %s could not be handed over", item.pk)
        item.refresh_from_db()
        change(
            item, WorkEvent.Verb.HELD_BACK, actor=actor, about=agent, not_before=timezone.now() + HELD_BACK_FOR,
            problem=str(problem)[:300],
        )  # fmt: skip
    return False


def _serve(queue: Queue, actor: Any, *, wait: bool) -> tuple[int, bool]:
    """How many pieces were given, and whether an agent was passed over because somebody held them."""
    turns = _turns_of(queue)
    given, passed_over = 0, False
    while turns:
        _at, agent_id, room = heapq.heappop(turns)
        try:
            item = claim(agent_id, actor=actor, wait=wait)
        except AgentHeld:
            passed_over = True
            continue
        if item is None:
            continue
        given += 1
        if (room := room - item.weight) > 0:
            heapq.heappush(turns, (_turn(queue, room, timezone.now()), agent_id, room))
        if not WorkItem.objects.filter(queue=queue, state=WorkItem.State.WAITING).exists():
            break
    return given, passed_over


def _turns_of(queue: Queue) -> list[tuple[tuple[int, float], UUID, int]]:
    """Who is there and free for something of the queue: (turn, agent, room), the first turn first."""
    now = timezone.now()
    asked = {"queue": queue.pk, "now": now, "passed_since": now - PASSED_FOR, "by_hand": False}
    found = rows_of(CANDIDATES, asked)
    turns = []
    for agent_id, room, last_given_at, idle_since in found:
        since = last_given_at if queue.strategy == Queue.Strategy.ROUND_ROBIN else idle_since
        turns.append((_turn(queue, room, since), agent_id, room))
    heapq.heapify(turns)
    return turns


def _turn(queue: Queue, room: int, since: datetime | None) -> tuple[int, float]:
    """The smallest goes first: the most room where that counts, then who got something longest ago."""
    last = since.timestamp() if since else 0.0
    return (-room if queue.strategy == Queue.Strategy.LEAST_LOADED else 0, last)
