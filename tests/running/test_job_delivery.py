"""A worker killed between two breaths: every event reaches its subscriber all the same, and nothing half done is left."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.platform import queue
from bandhu.platform.models import EventRecord, Setting
from bandhu.platform.stalled_jobs import MOST_ATTEMPTS, take_up_stalled
from tests.running import job_delivery_events as ringing

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
EVENTS, CUSTOMERS, PATIENCE = 40, 4, 60
# A worker whose only subscriber takes its time, so that a kill finds it at work.
WORKER = """
import json, os, sys, time
from django.conf import settings
import config.settings
settings.DATABASES["default"].update(json.loads(os.environ["WORKER_DATABASE"]))
import django
django.setup()
from bandhu.platform import events, queue
from bandhu.platform.models import Setting
from config.serving import run_worker
from tests.running.job_delivery_events import install
install(pause=float(sys.argv[1]))
run_worker(queue.worker_app(), 2)
"""


def worker(pause):
    """Another process that works on the jobs of the test's database."""
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    given = {name: connection.settings_dict[name] for name in names}
    environment = {
        **os.environ,
        "WORKER_DATABASE": json.dumps(given),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", WORKER, str(pause)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=tempfile.TemporaryFile())


def wait_until(condition, process):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if condition():
            return
        time.sleep(0.05)
    assert process.poll() is None, "the worker ended"
    raise AssertionError("nothing came of waiting")


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def forget_heartbeats():
    """As if half a minute had passed since the workers were last heard of."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


def taken_up():
    async def within():
        app = queue.worker_app()
        async with app.open_async():
            return await take_up_stalled(app)

    # In a thread of its own: a browser of another test may keep a loop running in this one.
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, within()).result()


def rung():
    return dict(Setting.objects.filter(name__startswith="rung-").values_list("name", "value"))


@pytest.fixture(autouse=True)
def no_jobs_of_others(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def published():
    with ringing.installed(pause=0):
        for number in range(EVENTS):
            ringing.publish_rung(number, customer=str(number % CUSTOMERS))
    assert ProcrastinateJob.objects.filter(task_name="platform.deliver_event").count() == EVENTS


def test_killed_workers_lose_no_delivery_and_keep_the_order_of_a_customer(published):
    for done in (3, 12):
        process = worker(0.4)  # long enough that the kill finds a delivery under way
        wait_until(lambda least=done: len(rung()) >= least, process)
        kill(process)
        assert len(rung()) < EVENTS
        forget_heartbeats()
        assert taken_up() >= 1
    process = worker(0)
    wait_until(lambda: len(rung()) == EVENTS, process)
    kill(process)
    for customer in range(CUSTOMERS):
        turns = [rung()[f"rung-{number}"]["turn"] for number in range(customer, EVENTS, CUSTOMERS)]
        assert turns == sorted(turns)


def test_what_a_job_publishes_goes_with_it_when_it_fails():
    queue.enqueue("tests.publish_and_fail")
    process = worker(0)
    wait_until(
        lambda: ProcrastinateJob.objects.filter(task_name="tests.publish_and_fail", attempts=1).exists(),
        process,
    )
    kill(process)
    assert not EventRecord.objects.filter(name="rung").exists()
    assert not ProcrastinateJob.objects.filter(task_name="platform.deliver_event").exists()


def test_a_job_that_ends_every_worker_is_given_up():
    job = queue.enqueue("tests.publish_and_fail")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s",
            [MOST_ATTEMPTS, job],
        )
    assert taken_up() == 0
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"
