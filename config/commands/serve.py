"""`bandhu serve`, `web` and `worker`: the running product."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from time import monotonic
from typing import Any

import click

from bandhu.platform.embedded_postgres import Server
from config import serving, stamp
from config.commands.frame import Failure, database, embedded_server, say, set_up_django
from config.forking import name_process

PORT = 8000
START_SECONDS = 120
ANSWER_SECONDS = 5

host_option = click.option(
    "--host",
    envvar="BANDHU_HOST",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on (BANDHU_HOST).",
)
port_option = click.option(
    "--port",
    envvar="BANDHU_PORT",
    default=PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on (BANDHU_PORT).",
)
processes_option = click.option(
    "--processes",
    envvar="BANDHU_WEB_PROCESSES",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Web processes; one serves a small team, one per core a large one (BANDHU_WEB_PROCESSES).",
)
concurrency_option = click.option(
    "--concurrency",
    envvar="BANDHU_WORKER_CONCURRENCY",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Jobs worked on at once (BANDHU_WORKER_CONCURRENCY).",
)


@click.command()
@host_option
@port_option
@processes_option
@concurrency_option
@click.option(
    "--migrate/--no-migrate", default=True, help="Bring the database up to date first (the default)."
)
def serve(host: str, port: int, processes: int, concurrency: int, migrate: bool) -> None:
    """Run everything on this machine: embedded database, web server and worker.

    Stops cleanly on Ctrl C or SIGTERM: requests and jobs under way get 20 seconds to finish.
    """
    begun = monotonic()
    server = database()
    if migrate and not stamp.is_fresh(server):
        _migrate_first()
        stamp.remember(server)
    run_everything(host, port, processes, concurrency, server, begun)


def run_everything(
    host: str, port: int, processes: int, concurrency: int | None, server: Server | None, begun: float
) -> None:
    """Web server and worker (None: no worker) in the foreground; `begun` is when starting began (monotonic seconds)."""
    held = _hold_port(host, port)
    serving.load()
    group = serving.Group(
        partial(serving.serve_web, host, port, processes),
        partial(_work, concurrency) if concurrency else None,
        server=server,
        announce=_announcer(host, port, begun),
        say=say,
    )
    with held:
        code = group.run()
    if code:
        raise Failure(f"The web server ended with code {code}.")


@click.command()
@host_option
@port_option
@processes_option
def web(host: str, port: int, processes: int) -> None:
    """Run the web server alone. Any number of these can share one PostgreSQL."""
    begun = monotonic()
    run_everything(host, port, processes, None, database(), begun)


@click.command()
@concurrency_option
def worker(concurrency: int) -> None:
    """Run the worker for background jobs alone. Any number of these can share one PostgreSQL."""
    name_process("bandhu-worker")
    set_up_django()
    _work(concurrency)


def _work(concurrency: int) -> None:
    from bandhu.platform.queue import worker_app  # exists only once Django is set up

    # A share of its own: jobs that run when everything is killed still have a database to end in.
    with embedded_server() or nullcontext():
        serving.run_worker(worker_app(), concurrency)


def bandhu_command(*arguments: str) -> list[str]:
    """The command line that runs another `bandhu` with this very Python."""
    return [sys.executable, "-m", "config.commands", *arguments]


def _migrate_first() -> None:
    done = subprocess.run(bandhu_command("migrate", "--quiet"), stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode:
        raise Failure("The database could not be brought up to date, see above. Nothing was started.")


def _hold_port(host: str, port: int) -> socket.socket:
    """Raise Failure where somebody listens already, or another `bandhu` is about to; the server itself would share the port with it.

    What is returned keeps the port's name until it is closed: Linux frees it with its process.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(tried, (host, port), host, port)
    held = socket.socket(socket.AF_UNIX)
    if sys.platform == "linux":
        _bind(held, f"\0bandhu {host} {port}", host, port)
    return held


def _bind(tried: socket.socket, address: Any, host: str, port: int) -> None:
    try:
        tried.bind(address)
    except OSError as error:
        tried.close()
        raise Failure(
            f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port or BANDHU_PORT."
        ) from None


def _announcer(host: str, port: int, begun: float) -> Callable[[], bool]:
    """Asked again and again, says the address once the first page can be served; then, or when patience is at its end, True."""
    shown = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1") else host  # noqa: S104
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    asked = "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else host  # noqa: S104
    # What was filled or migrated before this takes nothing from the time the server has.
    patience = monotonic() + START_SECONDS

    def look() -> bool:
        try:
            with urllib.request.urlopen(f"http://{asked}:{port}/readyz", timeout=ANSWER_SECONDS):
                say(f"Bandhu is ready at {address} (after {monotonic() - begun:.1f} s). Ctrl C stops it.")
                return True
        except (urllib.error.URLError, OSError):
            if monotonic() < patience:
                return False
        say(f"Bandhu listens at {address} but is not ready; `bandhu doctor` says what is missing.")
        return True

    return look
