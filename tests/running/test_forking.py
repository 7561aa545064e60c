"""One process loads the product and forks the others: what must hold for that, and that nobody outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from bandhu.platform.embedded_postgres import Server
from bandhu.platform.postgres_home import Home
from tests.running.test_serve import CHECKOUT, Running, product_in_a_folder, wait_for

pytestmark = pytest.mark.xdist_group("serve")

# What threads hold when a process is forked stays held in the child; a connection would be spoken over by both.
LOADED = """
import os
from config import serving
serving.load()
from django.db import connections
print(len(os.listdir("/proc/self/task")), [one.connection for one in connections.all()])
"""


def test_what_is_loaded_before_forking_runs_no_thread_and_is_not_connected() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=CHECKOUT, text=True, capture_output=True, check=True
    )
    assert done.stdout.split("\n")[0] == "1 [None]"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with product_in_a_folder() as product:
        yield product


def test_a_port_that_is_taken_is_said_before_anything_is_loaded(running: Running) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.commands", "serve"],
        cwd=CHECKOUT,
        env=running.environment,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: Cannot listen on 127.0.0.1, port {running.port}: ")
    assert running.status("/readyz") == 200


def test_a_web_process_that_dies_is_replaced_and_nobody_outlives_the_first_process(running: Running) -> None:
    assert running.process is not None
    whole = psutil.Process(running.process.pid)
    web = [one for one in whole.children(recursive=True) if one.name() == "bandhu-web"]
    granian, serving = sorted(web, key=lambda one: one.pid)
    assert serving.ppid() == granian.pid
    serving.kill()
    wait_for(lambda: serving.pid not in _pids(granian.children()) and granian.children())
    wait_for(lambda: running.status("/readyz") == 200)

    others = whole.children(recursive=True)
    assert {one.name() for one in others} == {"bandhu-web", "bandhu-worker"}
    os.kill(whole.pid, signal.SIGKILL)
    wait_for(lambda: not any(one.is_running() and one.status() != "zombie" for one in others))
    assert running.status("/healthz") == 0
    # The worker had a share in the database, and was the last to let it go.
    wait_for(lambda: Server(Home(running.data), durable=True, report=print).postmaster() is None)


def _pids(processes: list[psutil.Process]) -> list[int]:
    return [one.pid for one in processes]
