"""A real browser for the journeys: Debian's Chromium, driven by Playwright."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from bandhu.channels.tests.dovecot import dovecot_server  # noqa: F401
from bandhu.channels.tests.post_office import smtp_server  # noqa: F401
from tests.journeys.worker import worker  # noqa: F401

# Playwright's own loop runs in this thread; Django would take the test's database calls for calls from async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; a script error in it fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: _note_refusal(message.text, faults))
    yield opened
    context.close()
    assert not faults, faults


@pytest.fixture(autouse=True)
def quiet_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nobody is left asking the server when Django empties the database: a request still under way would lock against that."""
    if "live_server" not in request.fixturenames:
        yield
        return
    for needed in ("transactional_db", "browser"):
        request.getfixturevalue(needed)
    yield
    for context in request.getfixturevalue("browser").contexts:
        context.close()
    _wait_for_others()


def _wait_for_others(*, seconds: float = 20) -> None:
    """Wait until no other session of this database is at work, seen twice; fails with what they ask when they go on for `seconds`."""
    until, calm = time.monotonic() + seconds, 0
    while calm < 2:
        busy = _at_work()
        calm = 0 if busy else calm + 1
        assert time.monotonic() < until, f"still at work after the test: {busy}"
        time.sleep(0.03)


def _at_work() -> list[str]:
    """What other sessions of this database are asking or have left open in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return [query for (query,) in cursor.fetchall()]


def _note_refusal(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text:
        faults.append(text)


class _ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the test says what is wrong."""


@pytest.fixture(scope="session")
def bare_site() -> Iterator[str]:
    """The product's address for pages that ask the database nothing: no flush after each test."""
    from config.wsgi import application

    server = make_server("127.0.0.1", 0, application, _ThreadedServer, _QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the test says what is wrong."""


@pytest.fixture
def foreign_site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another website, whose pages the test writes into a folder: the folder, and the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietFiles, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
