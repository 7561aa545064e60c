"""pytest plugin (named in pyproject.toml): tests run on an embedded PostgreSQL of their own in `.test-data`.

It is loaded before pytest-django reads the settings, so the environment it sets is the one they see. The process
that starts the run starts the server once; xdist's workers inherit the environment and use it. The cluster stays
between runs, the server stops with the last run that uses it. `BANDHU_TEST_DATABASE_URL` takes another server.

Several hundred migrations take longer than most runs. They are applied once to a database that every test database is a copy of;
it is known by the text of the migrations, so that another text makes another one, and the former goes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

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


def migrated_database(connection: Any) -> str:
    """The name of a database that has all migrations; made now where there is none. Runs beside this one wait for it."""
    name = f"migrated_{_migrations_digest()}"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('bandhu_migrated'))")
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'migrated_%'")
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for former in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{former}"')
            cursor.execute('CREATE DATABASE "migrated_soon"')
            with _connected_to("migrated_soon", connection):
                from django.core.management import call_command

                call_command("migrate", verbosity=0, interactive=False)
            cursor.execute(f'ALTER DATABASE "migrated_soon" RENAME TO "{name}"')
        cursor.execute("SELECT pg_advisory_unlock(hashtext('bandhu_migrated'))")
    return name


def _migrations_digest() -> str:
    from django.apps import apps

    digest = sha256()
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _connected_to(name: str, connection: Any) -> Iterator[None]:
    former = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = former
