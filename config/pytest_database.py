"""pytest plugin (named in pyproject.toml): tests run on an embedded PostgreSQL of their own in `.test-data`.

It is loaded before pytest-django reads the settings, so the environment it sets is the one they see. The process
that starts the run starts the server once; xdist's workers inherit the environment and use it. The cluster stays
between runs, the server stops with the last run that uses it. `BANDHU_TEST_DATABASE_URL` takes another server.
"""

import os
from pathlib import Path

import pytest

from bandhu.platform.embedded_postgres import Server, ensure_running

TEST_DATA = Path(__file__).resolve().parents[1] / ".test-data"

os.environ["BANDHU_DATA"] = str(TEST_DATA)
os.environ["BANDHU_TESTING"] = "1"
os.environ["DATABASE_URL"] = os.environ.get("BANDHU_TEST_DATABASE_URL", "")

_server: list[Server] = []


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if not _is_worker() and not os.environ["DATABASE_URL"]:
        _server.append(ensure_running(TEST_DATA, durable=False))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    while _server:
        _server.pop().release()
