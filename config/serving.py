"""The processes behind `bandhu serve`, `bandhu web` and `bandhu worker`.

`serve` is one process group: this small process (no Django in it) holds the embedded database, runs the web server's
processes, keeps a worker process going and takes everything down in order: web, worker, database.
"""

import asyncio
import ctypes
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from procrastinate import App
from procrastinate.jobs import DeleteJobCondition

from bandhu.platform.embedded_postgres import Server
from bandhu.platform.postgres_binaries import PostgresError

logger = logging.getLogger(__name__)

Say = Callable[[str], None]

# Open event streams count as requests in flight, so the ceiling must lie far above the number of open pages.
REQUESTS_IN_FLIGHT = 5000
GRACE_SECONDS = 20
WATCH_SECONDS = 1.0
PR_SET_PDEATHSIG = 1


class Keeper:
    """Keeps the worker process and the embedded database alive beside the web server."""

    def __init__(self, command: Sequence[str], server: Server | None, say: Say) -> None:
        self._command = list(command)
        self._server = server
        self._say = say
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the worker process and watch it and the database."""
        if self._command:
            self._child = start_child(self._command)
        self._thread.start()

    def stop(self) -> None:
        """Let the worker finish its jobs for a while, then end it."""
        self._stopping.set()
        self._thread.join()
        end(self._child)

    def _watch(self) -> None:
        pause, born = 1.0, time.monotonic()
        while not self._stopping.wait(WATCH_SECONDS):
            self._revive_database()
            if self._child is None or self._child.poll() is None:
                if time.monotonic() - born > 60:
                    pause = 1.0
                continue
            self._say(f"The worker ended with code {self._child.returncode}; starting it again.")
            if self._stopping.wait(pause):
                return
            pause, born = min(pause * 2, 30), time.monotonic()
            self._child = start_child(self._command)

    def _revive_database(self) -> None:
        if self._server is None or self._server.postmaster() is not None:
            return
        self._say("The database has died; starting it again.")
        try:
            self._server.revive()
        except PostgresError as error:
            self._say(str(error))


def start_child(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that the kernel ends when we die, however we die.

    It has a process group of its own: Ctrl C goes to us alone, and we stop it when the web server has stopped.
    """
    return subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent, process_group=0
    )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end(child: subprocess.Popen[bytes] | None) -> None:
    """Ask a process to finish, and insist when it does not."""
    if child is None or child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def serve_web(
    host: str, port: int, processes: int, *, keeper: Keeper | None, ready: Callable[[], None]
) -> None:
    """Run the web server in the foreground until SIGTERM or SIGINT; `keeper` lives as long as it does."""
    # A forked process inherits every lock another thread holds at that moment, the import system's too: web processes that
    # hang at their first look-up of a name. Threads run here (keeper, announcer), so web processes begin from nothing.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        backlog=1024,
        backpressure=REQUESTS_IN_FLIGHT,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=128 * 1024),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )
    if keeper is not None:
        server.on_startup(keeper.start)
        server.on_shutdown(keeper.stop)
    server.on_startup(ready)
    # granian would take a closed terminal for a wish to reload.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    server.serve()


def run_worker(app: App, concurrency: int) -> None:
    """Work on background jobs until SIGTERM or SIGINT; jobs that run then get time to finish."""
    asyncio.run(_work(app, concurrency))


async def _work(app: App, concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=concurrency,
            # Finished jobs would pile up to millions and slow the start; what happened is in the audit trail.
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            listen_notify=True,
            shutdown_graceful_timeout=GRACE_SECONDS,
            name=f"worker-{os.getpid()}",
        )
