"""The product as people run it, on the database of the test: for what lives outside Django's request cycle (streams)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection

_CHECKOUT = Path(__file__).resolve().parents[2]
_PATIENCE = 120


@contextmanager
def running_web() -> Iterator[str]:
    """`bandhu web` as a process of its own; gives its address."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"DATABASE_URL": database_url(), "BANDHU_PORT": str(port), "BANDHU_URL": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "config.commands", "web", "--port", str(port)],
        cwd=_CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"http://localhost:{port}/healthz", process)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def database_url() -> str:
    """The database of the test, for a process of its own."""
    held = connection.settings_dict
    options = {"host": held["HOST"], "port": held["PORT"], **held.get("OPTIONS", {})}
    given = {name: str(value) for name, value in options.items() if value and isinstance(value, str | int)}
    person = quote(held["USER"], safe="") + (
        f":{quote(held['PASSWORD'], safe='')}" if held["PASSWORD"] else ""
    )
    return f"postgresql://{person}@/{held['NAME']}?{urlencode(given)}"


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
