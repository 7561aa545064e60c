"""Work for many agents given out by several processes, some of them killed: how much a second, and whether anything broke.

    python -m tests.bench.routing [--items 200000] [--agents 500] [--workers 8] [--kills 16] [--seconds 3600]

Over a fresh embedded PostgreSQL that is durable as in production. The workers route, accept, finish, give back and reassign conversations at
random (`bandhu.contact_center.tests.race`); one is killed with SIGKILL now and then and another begins. Afterwards one process finishes
what is left, and the tables and the whole history are asked whether anybody ever had too much by the router, two had one, or one was forgotten.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import time
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from tests.bench.report import keep, table
from tests.bench.server import running_database

QUEUES, CAPACITY = 20, 10
_LANGUAGES = ("bn", "ta", "en")


@dataclass
class Run:
    """What came of a run: assignments and finished items while the workers ran, seconds of clock and of processor."""

    assigned: int
    finished: int
    seconds: float
    processor: float
    kills: int
    left: int
    settled: int
    broken: list[str]


def main() -> None:
    """Work, check, print, and keep the section of the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3_600)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder, running_database(folder, migrate=True):
        _fill(asked.items, asked.agents)
        run = _race(asked.workers, asked.kills, asked.seconds)
    rows = [
        ["assignments while the workers ran", f"{run.assigned:,}"],
        ["assignments a second", f"{run.assigned / run.seconds:.0f}"],
        ["finished while the workers ran", f"{run.finished:,}"],
        ["seconds", f"{run.seconds:.0f}"],
        ["processor milliseconds an assignment, all it takes until it is finished", f"{run.processor * 1_000 / max(run.assigned, 1):.1f}"],
        ["workers killed with SIGKILL", run.kills],
        ["open when the workers ended, then finished by one process", f"{run.left:,}"],
        ["forgotten", run.settled],
        ["items with two agents, changes past the compare-and-set, agents over capacity by the router", len(run.broken)],
    ]  # fmt: skip
    name = f"{asked.items:,} conversations, {asked.agents} agents, {asked.workers} workers"
    text = table([name, ""], rows)
    print(text)
    keep("routing", "Routing under kills", text)
    if run.settled or run.broken:
        raise SystemExit("\n".join([f"{run.settled} forgotten", *run.broken]))


def _fill(items: int, people: int) -> None:
    """Agents in some of twenty queues each, conversations that wait in them; every third language, some priorities and weights."""
    # Django must be set up first.
    from django.utils import timezone

    from bandhu.contact_center.models import Agent, Queue, QueueMember, WorkEvent, WorkItem
    from bandhu.identity.models import Role, User
    from bandhu.identity.ready_made import ensure_ready_made
    from bandhu.interactions.models import Conversation
    from bandhu.platform.copying import copy_in

    ensure_ready_made()
    chance, now = random.Random(5), timezone.now()
    users = [User(email=f"agent{n}@example.com", full_name=f"Agent {n}", password="!") for n in range(people)]
    User.objects.bulk_create(users)
    Role.objects.get(key="service").users.set(users)
    agents = [
        Agent(
            user=user, state="available", capacity=CAPACITY, lease_until=now + timedelta(days=1),
            languages=chance.sample(_LANGUAGES, 2),
        )
        for user in users
    ]  # fmt: skip
    Agent.objects.bulk_create(agents)
    strategies = ("round_robin", "least_loaded", "longest_idle")
    queues = [
        Queue(name=f"Queue {n}", strategy=strategies[n % 3], priority=n % 4, acceptance_seconds=60 if n % 10 == 0 else None)
        for n in range(QUEUES)
    ]  # fmt: skip
    Queue.objects.bulk_create(queues)
    QueueMember.objects.bulk_create(
        QueueMember(queue=queue, agent=agent) for agent in agents for queue in chance.sample(queues, 3)
    )
    moments = [now - timedelta(seconds=items - n) for n in range(items)]
    told = [
        Conversation(channel="mail", subject=f"Question {n}", last_message_at=at, active_at=at, created_at=at)
        for n, at in enumerate(moments)
    ]
    work = [
        WorkItem(
            kind="conversation", record_id=one.pk, queue=chance.choice(queues), channel="mail", weight=1 + n % 2,
            priority=n % 3, language=chance.choice(("", *_LANGUAGES)), enqueued_at=one.created_at, in_queue_since=one.created_at,
        )
        for n, one in enumerate(told)
    ]  # fmt: skip
    copy_in(told)
    copy_in(work)
    copy_in(
        WorkEvent(item=one, at=one.enqueued_at, verb="queued", queue_id=one.queue_id, version=1)
        for one in work
    )
    _analyze()


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _race(workers: int, kills: int, most: float) -> Run:
    from django.db import connection

    from bandhu.contact_center.models import WorkEvent, WorkItem
    from bandhu.contact_center.tests import race
    from bandhu.contact_center.tests.invariants import broken

    chance, begun = random.Random(11), time.monotonic()
    open_work, total = WorkItem.objects.exclude(state="finished"), WorkItem.objects.count()
    running = [race.start(connection.settings_dict, seed, most) for seed in range(workers)]
    processor, killed = _processor(), 0
    while running and time.monotonic() < begun + most:
        time.sleep(10)  # counting what is open costs more than a claim
        share = 1 - open_work.count() / total
        due = max(share, (time.monotonic() - begun) / most) * (kills + 1)
        if killed < kills and due >= killed + 1:
            victim = running.pop(chance.randrange(len(running)))
            _end(victim)
            killed += 1
            running.append(race.start(connection.settings_dict, workers + killed, most))
        running = [one for one in running if not _has_ended(one)]
    seconds = time.monotonic() - begun
    for one in running:
        _end(one)
    processor = _processor() - processor
    verbs = WorkEvent.objects.filter
    assigned = verbs(verb__in=["routed", "accepted", "assigned"]).count()
    finished, left = verbs(verb="finished").count(), open_work.count()
    faults = broken()
    settled = race.settle()
    return Run(assigned, finished, seconds, processor, killed, left, settled, [*faults, *broken()])


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether nothing was left for it to do. Raises when it ended with an error."""
    if process.poll():
        raise SystemExit((process.stderr.read() if process.stderr else b"").decode())
    return process.returncode is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stderr:
        process.stderr.close()


def _processor() -> float:
    """Seconds of processor of the workers that ended, and of PostgreSQL with all its processes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    found: list[Any] = [server.cpu_times()] if server else []
    living = [one.cpu_times() for one in server.children()] if server else []
    ended = sum(one.children_user + one.children_system for one in found)
    return (
        workers.ru_utime + workers.ru_stime + ended + sum(one.user + one.system for one in [*found, *living])
    )


if __name__ == "__main__":
    main()
