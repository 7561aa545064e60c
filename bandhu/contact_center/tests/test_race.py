"""Several processes at once on one database, some of them killed in the middle of anything."""

import random
import signal
import time

import pytest
from django.db import connection

from bandhu.contact_center.models import WorkEvent, WorkItem
from bandhu.contact_center.tests import race
from bandhu.contact_center.tests.cast import make_agent, make_queue, offer
from bandhu.contact_center.tests.invariants import broken

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, KILLS, ITEMS, AGENTS, PATIENCE = 3, 3, 240, 8, 300


def test_nothing_is_lost_or_given_twice_whoever_dies():
    people = [make_agent(f"Agent {n}", capacity=3) for n in range(AGENTS)]
    queues = [
        make_queue("One", people),
        make_queue("Two", people[:4], priority=3, acceptance_seconds=60),
        make_queue("Three", people[4:], strategy="least_loaded"),
    ]
    for n in range(ITEMS):
        offer(queues[n % 3], minutes_ago=ITEMS - n, weight=1 + n % 2)
    chance, deadline = random.Random(7), time.monotonic() + PATIENCE
    running = [race.start(connection.settings_dict, seed, PATIENCE) for seed in range(WORKERS)]
    kills, finished = 0, 0
    while finished < ITEMS * 3 // 4 and time.monotonic() < deadline:
        time.sleep(chance.uniform(0.1, 0.3))
        finished = WorkItem.objects.filter(state="finished").count()
        assert [one.stderr.read().decode() for one in running if one.poll()] == []
        if kills < KILLS and finished >= (kills + 1) * ITEMS // 10:
            kill(running.pop(chance.randrange(len(running))))
            running.append(race.start(connection.settings_dict, WORKERS + kills, PATIENCE))
            kills += 1
    for one in running:
        kill(one)
    assert (kills, finished >= ITEMS * 3 // 4) == (KILLS, True)
    assert broken() == []
    assert race.settle() == 0, "somebody was forgotten"
    assert WorkEvent.objects.filter(verb="finished").count() == ITEMS, "something was done twice"
    assert broken() == []


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
