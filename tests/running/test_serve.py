"""`bandhu serve` as people run it: one process group with a database of its own, and no orphan afterwards."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from bandhu.platform.embedded_postgres import Server
from bandhu.platform.live import CHANNEL
from bandhu.platform.postgres_home import Home

CHECKOUT = Path(__file__).resolve().parents[2]
EMAIL, PASSWORD = "rupa@example.org", "a good long phrase"
PATIENCE = 120
# One product for all of them, in order: they must not be spread over processes.
pytestmark = pytest.mark.xdist_group("serve")


class Running:
    """A running product and the questions the tests ask it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        self.environment = environment | {
            "BANDHU_DATA": str(data),
            "BANDHU_PORT": str(self.port),
            "DATABASE_URL": "",
        }
        self.cookies: dict[str, str] = {}
        self.process: subprocess.Popen[str] | None = None

    def command(self, *arguments: str, give: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "config.commands", *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            input=give,
            text=True,
            capture_output=True,
            check=True,
        )

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.commands", "serve"],
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(lambda: self.status("/readyz") == 200)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def status(self, path: str) -> int:
        try:
            return self.ask("GET", path).status
        except OSError:
            return 0

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> http.client.HTTPResponse:
        link = http.client.HTTPConnection("localhost", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{self.port}",
            }
        link.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = link.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def sign_in(self) -> None:
        self.cookies.clear()
        page = self.ask("GET", "/accounts/login/").read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page[:500]
        form = {"csrfmiddlewaretoken": found[1], "login": EMAIL, "password": PASSWORD}
        assert self.ask("POST", "/accounts/login/", form).status == 302

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(**Home(self.data).conninfo(), autocommit=True)

    def workers(self) -> list[int]:
        """Process ids of this installation's worker."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                named = f"BANDHU_DATA={self.data}".encode() in (folder / "environ").read_bytes().split(b"\0")
                if (
                    (folder / "comm").read_text() == "bandhu-worker\n"
                    and named
                    and "Z" not in (folder / "stat").read_text().split()[2]
                ):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def wait_for(condition: object) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


@contextmanager
def product_in_a_folder() -> Iterator[Running]:
    """A running product with an administrator, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="bandhu-test-", dir="/tmp"))
    folder.chmod(0o711)
    product = Running(folder / "data")
    administrator = ["--email", EMAIL, "--role", "administrator", "--password-stdin"]
    product.command("user", "create", *administrator, give=PASSWORD + "\n")
    product.start()
    try:
        yield product
    finally:
        if product.process is not None and product.process.poll() is None:
            product.stop()
        shutil.rmtree(Home(product.data).folder, ignore_errors=True)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with product_in_a_folder() as product:
        yield product


def test_it_answers_and_lets_people_in(running: Running) -> None:
    assert running.status("/healthz") == 200
    assert running.ask("GET", "/events").status == 401
    running.sign_in()
    assert running.ask("POST", "/events", {}).status == 405


def test_a_hint_reaches_the_open_page_and_carries_no_data(running: Running) -> None:
    running.sign_in()
    with running.connect() as link:
        row = link.execute("SELECT id FROM identity_user WHERE email = %s", [EMAIL]).fetchone()
        assert row
        topic, other = f"user:{row[0]}", "user:00000000-0000-0000-0000-000000000000"
        stream = running.ask(
            "GET", f"/events?topic={topic}&topic={other}&topic=nonsense:1&topic=contact:broken"
        )
        assert stream.status == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.readline() == b"retry: 4000\n"
        stream.readline()
        link.execute("SELECT pg_notify(%s, %s)", [CHANNEL, other])
        link.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
        assert stream.readline() == b"event: hint\n"
        assert stream.readline() == f"data: {topic}\n".encode()
        stream.close()


def test_a_web_process_can_look_up_names(running: Running) -> None:
    """Beside threads of its parent: a forked one inherited the import system's lock, and hung here for ever."""
    token = running.command("token", "create", "--user", EMAIL).stdout.strip()
    link = http.client.HTTPConnection("localhost", running.port, timeout=30)
    body = json.dumps({"url": "https://no-such-name.invalid/h", "name": "Nowhere", "events": []})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    link.request("POST", "/api/v1/webhooks", body, headers)
    answer = link.getresponse()
    assert (answer.status, json.load(answer)["name"]) == (201, "Nowhere")


def test_a_worker_that_dies_is_replaced(running: Running) -> None:
    wait_for(lambda: len(running.workers()) == 1)
    first = running.workers()
    os.kill(first[0], signal.SIGKILL)
    wait_for(lambda: running.workers() and running.workers() != first)
    assert len(running.workers()) == 1 and first[0] not in running.workers()


def test_a_database_that_dies_is_started_again(running: Running) -> None:
    server = Server(Home(running.data), durable=True, report=print)
    first = server.postmaster()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: server.postmaster() not in (None, first))
    wait_for(lambda: running.status("/readyz") == 200)
    assert server.postmaster() not in (None, first)
    running.sign_in()


def test_stopping_leaves_nothing_behind(running: Running) -> None:
    assert running.stop() == 0
    assert running.workers() == []
    assert Server(Home(running.data), durable=True, report=print).postmaster() is None
