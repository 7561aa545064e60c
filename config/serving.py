"""The processes behind `bandhu serve`, `bandhu web` and `bandhu worker`.

`serve` is one process group. Its first process loads the whole product and forks the web server and the worker: what was loaded is
in memory once, and whoever died is back at once. It holds the embedded database, puts a worker that died in its place again,
and takes everything down in order: web, worker, database.

It never runs a thread: a forked process inherits every lock another thread holds at that moment, the import system's too, and
then hangs at its first look-up of a name.
"""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextvars import Context
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from procrastinate import App
from procrastinate.jobs import DeleteJobCondition

from bandhu.platform.embedded_postgres import Server
from bandhu.platform.postgres_binaries import PostgresError
from config.forking import begin, name_process

logger = logging.getLogger(__name__)

Say = Callable[[str], None]
# Says once that the product is ready; False as long as there is nothing to say yet.
Announce = Callable[[], bool]

# Open event streams count as requests in flight, so the ceiling must lie far above the number of open pages.
REQUESTS_IN_FLIGHT = 5000
GRACE_SECONDS = 20
WATCH_SECONDS = 1.0
# While it starts, somebody waits for the first page.
STARTING_SECONDS = 0.1
LONGEST_PAUSE = 30.0
LONG_LIFE_SECONDS = 60
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def load() -> None:
    """Import the whole product, every view included, for the processes forked afterwards to share.

    Raises RuntimeError where something that was imported runs a thread.
    """
    gc.disable()  # what it would free between two imports leaves holes, in pages which every process then writes for itself
    for module in ("config.wsgi", "config.live_events", "config.readiness"):
        import_module(module)
    gc.enable()
    if threading.active_count() > 1:
        raise RuntimeError(f"Threads run before processes are forked: {threading.enumerate()}")


class Group:
    """The web server and the worker of one machine, and the embedded database they need."""

    def __init__(
        self,
        web: Callable[[], None],
        worker: Callable[[], None] | None,
        *,
        server: Server | None,
        announce: Announce,
        say: Say,
    ) -> None:
        self._server = server
        self._announce = announce
        self._say = say
        self._web = self._process("bandhu-web", web)
        self._worker_runs = worker
        self._worker: ForkProcess | None = None
        self._pause = 1.0
        self._born = self._again_at = 0.0

    def run(self) -> int:
        """Serve until SIGTERM, Ctrl C or a closed terminal; 0 then, else the exit code the web server ended with."""
        name_process("bandhu")
        for number in STOP_SIGNALS:
            signal.signal(number, _stop)
        try:
            self._web.start()
            self._start_worker()
            ready = False
            while self._web.is_alive():
                wait(self._sentinels(), WATCH_SECONDS if ready else STARTING_SECONDS)
                ready = ready or self._announce()
                self._revive_database()
                self._keep_worker()
            return self._web.exitcode or 0
        except KeyboardInterrupt:
            return 0
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            # granian gives its own processes the same grace.
            _end(self._web, 2 * GRACE_SECONDS)
            _end(self._worker, GRACE_SECONDS)

    def _process(self, name: str, run: Callable[[], None]) -> ForkProcess:
        return multiprocessing.get_context("fork").Process(
            name=name, target=_live, args=(name, run, self._server)
        )

    def _sentinels(self) -> list[int]:
        return [one.sentinel for one in (self._web, self._worker) if one is not None and one.is_alive()]

    def _start_worker(self) -> None:
        if self._worker_runs is not None:
            self._worker = self._process("bandhu-worker", self._worker_runs)
            self._worker.start()
            self._born, self._again_at = time.monotonic(), 0.0

    def _keep_worker(self) -> None:
        """Start a worker that died again, after pauses that grow as long as it dies young."""
        if self._worker is None or self._worker.is_alive():
            return
        now = time.monotonic()
        if not self._again_at:
            self._say(f"The worker ended with code {self._worker.exitcode}; starting it again.")
            self._pause = 1.0 if now - self._born > LONG_LIFE_SECONDS else self._pause
            self._again_at, self._pause = now + self._pause, min(self._pause * 2, LONGEST_PAUSE)
        elif now >= self._again_at:
            self._start_worker()

    def _revive_database(self) -> None:
        if self._server is None or self._server.postmaster() is not None:
            return
        self._say("The database has died; starting it again.")
        try:
            self._server.revive()
        except PostgresError as error:
            self._say(str(error))


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _live(name: str, run: Callable[[], None], server: Server | None) -> None:
    """The life of a forked process."""
    begin(name)
    # A process group of its own: Ctrl C goes to the parent alone, which stops us in order.
    os.setpgid(0, 0)
    if server is not None:
        server.leave_to_parent()
    run()


def _end(process: ForkProcess | None, grace: float) -> None:
    """Ask a process to finish, and insist when it does not."""
    if process is None or process.pid is None:
        return
    process.terminate()
    process.join(grace)
    if process.is_alive():
        process.kill()
        process.join()


def serve_web(host: str, port: int, processes: int) -> None:
    """Run the web server in the foreground until SIGTERM or SIGINT."""
    # Requests start from nothing: the command's context says that changes come from a command.
    Context().run(_serve_web, host, port, processes)


def _serve_web(host: str, port: int, processes: int) -> None:
    # The one process of granian's that forks has no threads but those that wait for its children.
    multiprocessing.set_start_method("fork", force=True)
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
    # granian would take a closed terminal for a wish to reload.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    server.serve()


def run_worker(app: App, concurrency: int) -> None:
    """Work on background jobs until SIGTERM or SIGINT; jobs that run then get time to finish."""
    asyncio.run(_work(app, concurrency))


async def _work(app: App, concurrency: int) -> None:
    # Only a worker that runs listens to mail servers, in threads: nothing is forked from it.
    watcher = import_module("bandhu.channels.watching").Watcher()
    watcher.start()
    try:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                # Finished jobs would pile up to millions and slow the start; what happened is in the audit trail.
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                listen_notify=True,
                shutdown_graceful_timeout=GRACE_SECONDS,
                name=f"worker-{os.getpid()}",
            )
    finally:
        watcher.stop()
