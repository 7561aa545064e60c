"""A worker killed in the middle of an import, and a database stopped under it: exact totals all the same."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from bandhu.customers.actions import imports as actions
from bandhu.customers.models import Company, Contact, ExternalId, FailedRow, Import, ImportedRow
from bandhu.customers.tests.importing import finish, set_up, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry, EventRecord

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
ROWS, CHUNK = 1_000, 100
WORKER = """
import json, os, sys
from django.conf import settings
import config.settings
settings.DATABASES["default"].update(json.loads(os.environ["IMPORT_DATABASE"]))
import django
django.setup()
from bandhu.customers.importing import chunks
from bandhu.customers.actions.import_runs import run_import, run_undo
chunks.CHUNK_ROWS = int(sys.argv[2])
(run_undo if sys.argv[3:] == ["undo"] else run_import)(sys.argv[1])
"""


def worker(run, *more):
    """Another process that carries the import on."""
    given = {
        name: connection.settings_dict[name]
        for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    }
    environment = {
        **os.environ,
        "IMPORT_DATABASE": json.dumps(given),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", WORKER, str(run.pk), str(CHUNK), *more]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


@pytest.fixture
def started(db):
    rupa = make_user("Rupa", role="administrator")
    lines = [
        f"{n},Person {n},p{n}@example.org,Firm {n % 7},{'bad' if n % 100 == 50 else ''}" for n in range(ROWS)
    ]
    file = "id,name,email,company,birthday\n" + "\n".join(lines) + "\n"
    return rupa, actions.start_import(set_up(rupa, file), actor=rupa)


def wait_until(run, condition, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        run.refresh_from_db()
        if condition(run):
            return
        time.sleep(0.01)
    assert process.poll() is None, process.stderr.read().decode()


def totals_are_exact(run):
    run.refresh_from_db()
    bad = ROWS // 100
    good = ROWS - bad
    assert (run.state, run.done_rows, run.created, run.failed) == ("done", ROWS, good, bad)
    assert Contact.objects.count() == ExternalId.objects.filter(contact__isnull=False).count() == good
    assert Company.objects.count() == run.companies_created == 7
    assert FailedRow.objects.count() == bad
    assert ImportedRow.objects.count() == good + 7
    assert AuditEntry.objects.filter(verb="created", record_kind="contact").count() == good
    batches = EventRecord.objects.filter(name="records_imported").order_by("id")
    edges = [(one.payload["first_row"], one.payload["last_row"]) for one in batches]
    assert edges[0][0] == 1 and edges[-1][1] == ROWS
    assert all(edges[n][1] + 1 == edges[n + 1][0] for n in range(len(edges) - 1))


def test_a_worker_killed_at_random_moments_loses_and_doubles_nothing(started):
    _rupa, run = started
    chance = random.Random(20261122)
    for kill in range(3):
        process = worker(run)
        wait_until(
            run,
            lambda one, least=(kill + 1) * 2 * CHUNK: one.done_rows >= least or one.state == "done",
            process,
        )
        time.sleep(chance.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        run.refresh_from_db()
        assert Contact.objects.count() == run.created
    finish(run)
    totals_are_exact(run)


def test_connections_cut_by_the_database_leave_whole_chunks(started):
    _rupa, run = started
    process = worker(run)
    wait_until(run, lambda one: one.done_rows >= 2 * CHUNK, process)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    process.wait(30)
    process.stderr.close()
    run.refresh_from_db()
    assert run.state == "running" and Contact.objects.count() == run.created
    finish(run)
    totals_are_exact(run)


def test_two_workers_at_once_write_every_row_once(started):
    _rupa, run = started
    both = [worker(run), worker(run)]
    for process in both:
        assert process.wait(90) == 0, "neither trips over the other"
        process.stderr.close()
    assert Contact.objects.count() == Import.objects.get(pk=run.pk).created
    finish(run)
    totals_are_exact(run)


def test_an_undo_killed_in_the_middle_goes_on(started, monkeypatch):
    rupa, run = started
    finish(run)
    process = worker(actions.undo_import(run, actor=rupa), "undo")
    wait_until(run, lambda one: one.undone > 0 or one.state == "undone", process)
    process.kill()
    process.wait()
    process.stderr.close()
    if Import.objects.get(pk=run.pk).state != "undone":
        Import.objects.filter(pk=run.pk).update(state="done")
        take_back(run, rupa)
    run.refresh_from_db()
    assert (run.state, run.undone, run.kept) == ("undone", run.created + 7, 0)
    assert not Contact.objects.exists() and not Company.objects.exists()
