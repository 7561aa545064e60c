"""Anything in any order: people come, go, give back and take; the router keeps its promises after every step.

What somebody should get next is said here a second time, in Python over all rows, and compared.
"""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bandhu.contact_center import actions
from bandhu.contact_center.actions.giving import PASSED_FOR
from bandhu.contact_center.actions.routing import claim
from bandhu.contact_center.actions.sweeping import sweep
from bandhu.contact_center.fitting import PATIENCE
from bandhu.contact_center.models import Agent, Queue, Skill, WorkItem
from bandhu.contact_center.tests.cast import fresh, make_agent, make_queue, offer
from bandhu.contact_center.tests.invariants import broken
from bandhu.identity.ready_made import system_user

pytestmark = pytest.mark.django_db

AGENTS, QUEUES = 4, 3
agents = st.integers(0, AGENTS - 1)
queues = st.integers(0, QUEUES - 1)
draws = st.integers(0, 1_000)


def is_there(agent):
    return agent.state == "available" and agent.lease_until > timezone.now()


def held_by(agent):
    """What counts with them: what is put off does not."""
    return list(WorkItem.objects.filter(agent=agent, rests=False))


def room_of(agent):
    return agent.capacity - sum(one.weight for one in held_by(agent))


def is_able(agent, item):
    """Whether the router may give this waiting item to this agent now, had they the room."""
    queue, now = item.queue, timezone.now()
    if not is_there(agent):
        return False
    limit = agent.channel_limits.get(item.channel)
    speaks = not item.language or not agent.languages or item.language in agent.languages
    able = speaks and set(item.needs) <= set(agent.holdings)
    is_relaxed = queue.relax_after is not None and item.enqueued_at <= now - timedelta(
        seconds=queue.relax_after
    )
    return all(
        (
            not item.rests,
            queue.members.filter(agent=agent).exists(),
            queue.strategy != "manual",
            set(queue.needs) <= set(agent.holdings),
            item.weight <= agent.capacity,
            limit is None or sum(one.channel == item.channel for one in held_by(agent)) < limit,
            item.reserved_for_id in (None, agent.pk) or item.reserved_until <= now,
            agent.pk not in item.passed_by or item.passed_at <= now - PASSED_FOR,
            able or is_relaxed,
        )
    )


def waiting():
    return list(WorkItem.objects.filter(state="waiting").select_related("queue"))


def place(item):
    """Its place among all that waits: the smallest goes first."""
    return (-item.queue.priority, -item.priority, item.enqueued_at, item.pk)


def kept_for(agent):
    """What the agent's room is kept for: it has waited long, only room is missing, and nobody who could take it has more."""
    room, since = room_of(agent), timezone.now() - PATIENCE
    if not is_there(agent):
        return None
    heavy = [
        one
        for one in waiting()
        if one.weight > max(room, 1) and one.enqueued_at <= since and is_able(agent, one)
    ]
    first_of_queues = {}
    for one in sorted(heavy, key=place):
        first_of_queues.setdefault(one.queue_id, one)
    others = [one for one in Agent.objects.all() if one.pk != agent.pk]
    theirs = [
        one
        for one in first_of_queues.values()
        if not any(is_able(other, one) and (room_of(other), other.pk) > (room, agent.pk) for other in others)
    ]
    return min(theirs, key=place, default=None)


def can_take(agent, item):
    kept = kept_for(agent)
    return (
        item.weight <= room_of(agent)
        and is_able(agent, item)
        and (kept is None or place(item) <= place(kept))
    )


def first_for(agent):
    """What the agent should get next; None when nothing."""
    fitting = [one for one in waiting() if can_take(agent, one)]
    return min(
        fitting,
        key=lambda one: (
            -one.queue.priority, -one.priority, one.reserved_for_id != agent.pk, one.enqueued_at, one.pk
        ),
        default=None,
    )  # fmt: skip


class Desk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.within = transaction.atomic()
        self.within.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.time = self.clock.start()
        self.solar, self.actor, self.agents, self.queues = self.cast

    @staticmethod
    def set_up():
        """The cast of every run: each begins with it as it is here."""
        solar = Skill.objects.create(name="Solar")
        agents = [
            make_agent("All", skills={solar: 4}, capacity=3),
            make_agent("Bengali", languages=["bn"], capacity=2),
            make_agent("Tamil", languages=["ta"], skills={solar: 1}, capacity=4, channel_limits={"chat": 1}),
            make_agent("Gone", state=Agent.State.OFFLINE, capacity=2),
        ]
        a, b, c, d = agents
        queues = [
            make_queue("Calm", agents, relax_after=900),
            make_queue("Chats", [a, b, c], priority=5, acceptance_seconds=30, return_after=300),
            make_queue(
                "Masters", [a, c, d], needs=[f"{solar.pk}:1"], strategy="longest_idle", overflow_after=1200
            ),
        ]
        Queue.objects.filter(pk=queues[2].pk).update(overflow_queue=queues[0])
        queues[2].refresh_from_db()
        Desk.cast = (solar, system_user(), agents, queues)

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.within.__exit__(None, None, None)

    def some(self, draw, *states):
        found = list(WorkItem.objects.filter(state__in=states).order_by("pk"))
        return found[draw % len(found)] if found else None

    @rule(queue=queues, weight=st.integers(1, 3), priority=st.integers(-1, 1), language=st.sampled_from(["", "bn", "ta", "en"]),
          channel=st.sampled_from(["mail", "chat"]), level=st.integers(0, 4), sticky=st.none() | agents)  # fmt: skip
    def comes(self, queue, weight, priority, language, channel, level, sticky):
        offer(
            self.queues[queue], weight=weight, priority=priority, language=language, channel=channel,
            skills=[(self.solar, level)] if level else [],
            sticky_to=None if sticky is None else self.agents[sticky].user,
        )  # fmt: skip

    @rule(agent=agents)
    def claims(self, agent):
        expected = first_for(fresh(self.agents[agent]))
        assert claim(self.agents[agent].pk, actor=self.actor) == expected

    @rule()
    def all_are_routed(self):
        for queue in self.queues:
            actions.route_queue(queue.pk)
        for item in WorkItem.objects.filter(state="waiting").select_related("queue"):
            able = [one for one in Agent.objects.all() if can_take(one, item)]
            assert able == [], f"{item} waits although {able} could take it"

    @rule(agent=agents, draw=draws)
    def is_given_by_hand(self, agent, draw):
        if item := self.some(draw, "waiting", "offered", "assigned"):
            actions.assign_work(item, actor=self.actor, agent=self.agents[agent].user)

    @rule(draw=draws)
    def comes_back(self, draw):
        if item := self.some(draw, "offered", "assigned"):
            since = item.enqueued_at
            actions.return_work(item, actor=self.actor)
            assert fresh(item).enqueued_at == since

    @rule(draw=draws, accepts=st.booleans())
    def is_answered(self, draw, accepts):
        if item := self.some(draw, "offered"):
            answer = actions.accept_work if accepts else actions.decline_work
            answer(item, actor=item.agent.user)

    @rule(draw=draws, queue=queues)
    def moves(self, draw, queue):
        if item := self.some(draw, "waiting", "offered", "assigned"):
            actions.move_work(item, actor=self.actor, queue=self.queues[queue])

    @rule(draw=draws)
    def is_put_off(self, draw):
        if item := self.some(draw, "waiting", "offered", "assigned"):
            had = item.agent_id if item.state == "assigned" else None
            actions.rest_work(item.kind, item.record_id, actor=self.actor)
            assert (fresh(item).agent_id, fresh(item).rests) == (had, True)

    @rule(draw=draws)
    def its_time_comes(self, draw):
        resting = list(WorkItem.objects.filter(rests=True).order_by("pk"))
        if resting:
            item = resting[draw % len(resting)]
            actions.resume_work(item.kind, item.record_id, actor=self.actor)
            assert (fresh(item).agent_id, fresh(item).rests) == (item.agent_id, False)

    @rule(draw=draws)
    def ends(self, draw):
        if item := self.some(draw, "waiting", "offered", "assigned"):
            actions.finish_work(item.kind, item.record_id, actor=self.actor)

    @rule(draw=draws, queue=queues)
    def opens_again(self, draw, queue):
        if item := self.some(draw, "finished"):
            offer(self.queues[queue], item.record_id)

    @rule(agent=agents, state=st.sampled_from(["available", "available", "away", "offline"]))
    def comes_or_goes(self, agent, state):
        user = self.agents[agent].user
        actions.set_presence(user, actor=user, state=state)

    @precondition(lambda self: WorkItem.objects.exists())
    @rule(seconds=st.sampled_from([20, 61, 160, 1000]), beats=st.booleans())
    def time_passes(self, seconds, beats):
        self.time.shift(timedelta(seconds=seconds))
        for agent in self.agents if beats else ():
            actions.beat(agent.user)
        sweep()

    @invariant()
    def holds(self):
        assert broken() == []
        assert not WorkItem.objects.filter(state__in=["offered", "finished"], rests=True).exists()
        gone = WorkItem.objects.filter(state="offered").exclude(agent__state="available")
        assert not gone.exists(), "something is offered to somebody who is not there"


@pytest.mark.parametrize("steps", [25])
def test_the_router_keeps_its_promises(steps):
    Desk.set_up()
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=12,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
