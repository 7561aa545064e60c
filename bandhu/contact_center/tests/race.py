"""A process that works on everybody's queues at once, to be killed at any moment.

    python -m bandhu.contact_center.tests.race SEED SECONDS        (RACE_DATABASE: settings of the database, JSON)

Routes, answers, finishes, gives back and reassigns whatever it finds, until nothing is open or the time is over; every
answer of the machinery other than a refusal it may give ends it with an error.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
_SOME = 20


def start(database: dict[str, Any], seed: int, seconds: float) -> subprocess.Popen[bytes]:
    """Such a process; `database` are the settings of a connection."""
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    given = json.dumps({name: database[name] for name in names})
    environment = {**os.environ, "RACE_DATABASE": given, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "bandhu.contact_center.tests.race", str(seed), str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)


def main() -> None:
    """Work until nothing is open or the time is over."""
    from django.conf import settings

    import config.settings  # noqa: F401

    settings.DATABASES["default"].update(json.loads(os.environ["RACE_DATABASE"]))
    import django

    django.setup()
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    _Worker(random.Random(seed)).work(time.monotonic() + seconds)


def settle() -> int:
    """Everybody comes, takes and finishes until nothing more goes; how many pieces nobody could be found for.

    For afterwards, in one process: what a killed process left behind is found again by the sweep.
    """
    from bandhu.contact_center import actions
    from bandhu.contact_center.actions.sweeping import sweep
    from bandhu.contact_center.models import Agent, WorkItem
    from bandhu.identity.ready_made import system_user

    actor, open_work = system_user(), WorkItem.objects.exclude(state="finished")
    before = -1
    while (left := open_work.count()) and left != before:
        before = left
        open_work.update(passed_by=[], passed_at=None)  # as if a minute had passed
        sweep()
        for agent in Agent.objects.select_related("user"):
            actions.set_presence(agent.user, actor=agent.user, state="available")
            actions.drain_agent(agent.pk)
        for item in open_work.exclude(agent=None):
            actions.finish_work(item.kind, item.record_id, actor=actor)
    return left


class _Worker:
    """Chooses at random what it does next, the way a busy house would: mostly routing and finishing."""

    def __init__(self, chance: random.Random) -> None:
        from bandhu.contact_center.models import Agent, Queue
        from bandhu.identity.ready_made import system_user

        self.chance, self.actor = chance, system_user()
        self.agents = list(Agent.objects.select_related("user"))
        self.queues = list(Queue.objects.values_list("pk", flat=True))
        self.ways = [
            (self.drain, 40), (self.route, 12), (self.finish, 40), (self.answer, 10),
            (self.give_back, 3), (self.assign, 3), (self.come_or_go, 2), (self.stay, 8), (self.sweep, 1),
        ]  # fmt: skip

    def work(self, until: float) -> None:
        """Raises what nobody expected."""
        from django.core.exceptions import ValidationError
        from django.http import Http404

        from bandhu.contact_center.models import WorkItem
        from bandhu.platform.conflicts import EditConflict

        acts, weights = zip(*self.ways, strict=True)
        rounds = 0
        while time.monotonic() < until:
            rounds += 1
            if rounds % 50 == 0 and not WorkItem.objects.exclude(state="finished").exists():
                return
            try:
                self.chance.choices(acts, weights)[0]()
            except (EditConflict, ValidationError, Http404):
                continue

    def drain(self) -> None:
        from bandhu.contact_center import actions

        actions.drain_agent(self.chance.choice(self.agents).pk)

    def route(self) -> None:
        from bandhu.contact_center import actions

        actions.route_queue(self.chance.choice(self.queues))

    def some(self, state: str) -> list[Any]:
        """A few items of one agent in this state."""
        from bandhu.contact_center.models import WorkItem

        agent = self.chance.choice(self.agents)
        rows = WorkItem.objects.filter(agent=agent, state=state).select_related("agent__user")
        return list(rows[:_SOME])

    def finish(self) -> None:
        from bandhu.contact_center import actions

        for item in self.some("assigned"):
            actions.finish_work(item.kind, item.record_id, actor=self.actor)

    def answer(self) -> None:
        from bandhu.contact_center import actions

        for item in self.some("offered"):
            say = actions.decline_work if self.chance.random() < 0.1 else actions.accept_work
            say(item, actor=item.agent.user)

    def give_back(self) -> None:
        from bandhu.contact_center import actions

        for item in self.some("assigned")[:2]:
            actions.return_work(item, actor=self.actor, version=item.version)

    def assign(self) -> None:
        from bandhu.contact_center import actions

        for item in self.some("assigned")[:2]:
            actions.assign_work(item, actor=self.actor, agent=self.chance.choice(self.agents).user)

    def come_or_go(self) -> None:
        from bandhu.contact_center import actions

        user = self.chance.choice(self.agents).user
        state = "away" if self.chance.random() < 0.3 else "available"
        actions.set_presence(user, actor=user, state=state)

    def stay(self) -> None:
        """Who is there is heard of again, as by their page every half minute: in a long run everybody would go offline otherwise."""
        from bandhu.contact_center.actions.presence import beat

        for agent in self.chance.sample(self.agents, min(len(self.agents), 25)):
            beat(agent.user)

    def sweep(self) -> None:
        from bandhu.contact_center.actions.sweeping import sweep

        sweep()


if __name__ == "__main__":
    main()
