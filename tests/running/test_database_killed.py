"""PostgreSQL itself dies in the middle of an import and of a merge: what was begun is whole, or not there at all.

The server is an embedded one of these tests' own. A table that the work reaches late is locked until it waits for it:
then everything before is written, nothing is committed, and the server is stopped (`-m immediate`) or killed (SIGKILL).
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from bandhu.platform.embedded_postgres import Server, ensure_running
from bandhu.platform.postgres_binaries import client_program, programs_for

CHECKOUT = Path(__file__).resolve().parents[2]
ROWS, CHUNK, PATIENCE = 500, 100, 60
pytestmark = [pytest.mark.xdist_group("database-killed"), pytest.mark.django_db]
TABLES = ("contact", "emailaddress", "phone", "alternativename", "externalid", "contact_tags", "relation")

WORKER = """
import sys
import django
django.setup()
from bandhu.customers.actions import imports as actions, merge_records, undo_merge
from bandhu.customers.importing import chunks
from bandhu.customers.models import Contact, Import, Merge
from bandhu.customers.tests.cast import make_contact
from bandhu.customers.tests.importing import finish, set_up, take_back
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import log_interaction
chunks.CHUNK_ROWS = int(sys.argv[2])
rupa = User.objects.filter(full_name="Rupa").first() or make_user("Rupa", role="administrator")

def first_import(rows):
    lines = [f"{n},Person {n},p{n}@example.org,Firm {n % 7}" for n in range(int(rows))]
    finish(actions.start_import(set_up(rupa, "id,name,email,company\\n" + "\\n".join(lines) + "\\n"), actor=rupa))

def go_on():
    finish(Import.objects.get())

def undo():
    take_back(Import.objects.get(), rupa)

def first_merge():
    for name, phone in (("Rahima Khatun", "01712345678"), ("রহিমা খাতুন", "01812345678")):
        one = make_contact(name, by=rupa, phones=[phone], mails=[phone + "@example.com"], tags=["VIP " + phone])
        log_interaction(one, actor=rupa, kind="note", body="Likes tea.")
    merge_records(*Contact.objects.order_by("pk"), actor=rupa)

def merge_and_separate():
    merge = merge_records(*Contact.objects.order_by("pk"), actor=rupa)
    assert Contact.objects.filter(deleted_at=None).get().phones.count() == 2
    undo_merge(merge, actor=rupa)

globals()[sys.argv[1]](*sys.argv[3:])
"""


class Place:
    """A server of its own with the schema of the tests' database, and processes that work on it."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.standing: dict[str, str] = {}
        self._copy_schema()

    def _copy_schema(self) -> None:
        """A dump takes a second where migrating takes half a minute."""
        theirs = connection.get_connection_params()
        dump = self._program("pg_dump", theirs, "--schema-only", "--no-owner", "--format=custom")
        self._program("pg_restore", self.server.home.conninfo(), "--no-owner", "--exit-on-error", give=dump)

    def _program(self, name: str, where: dict[str, Any], *arguments: str, give: bytes = b"") -> bytes:
        known = {
            "PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGPASSFILE": "passfile",
        }  # fmt: skip
        environment = {key: str(where[part]) for key, part in known.items() if where.get(part)}
        command = [str(client_program(name)), *arguments, f"--dbname={where['dbname']}"]
        done = subprocess.run(command, env=environment, input=give, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def begin(self, what: str, *more: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "BANDHU_DATA": str(self.folder),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [sys.executable, "-c", WORKER, what, str(CHUNK), *more]
        return subprocess.Popen(command, cwd=CHECKOUT, env=environment, stderr=subprocess.PIPE)

    def do(self, what: str, *more: str) -> None:
        process = self.begin(what, *more)
        _out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors.decode()

    def ask(self, sql: str) -> Any:
        with psycopg.connect(**self.server.home.conninfo(), autocommit=True) as link:
            row = link.execute(sql).fetchone()
            return row[0] if row and len(row) == 1 else row

    def die_at(self, table: str, when: str, process: subprocess.Popen[bytes], how: str) -> None:
        """Once `when` is true, lock `table`, wait until the work waits for it, and end the server."""
        until = time.monotonic() + PATIENCE
        with psycopg.connect(**self.server.home.conninfo()) as lock:
            while not self.ask(f"SELECT {when}"):
                assert time.monotonic() < until and process.poll() is None
            lock.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            while not self.ask(waiting):
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.02)
            self.standing = self.book()
            self.end(how)
            lock.close()
        _out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode != 0 and b"OperationalError" in errors
        assert self.server.revive()

    def end(self, how: str) -> None:
        if how == "SIGKILL":
            postmaster = self.server.postmaster()
            assert postmaster
            os.kill(postmaster, signal.SIGKILL)
            return
        home = self.server.home
        pg_ctl = programs_for(home.account(), home.folder) / "pg_ctl"
        options = home.account().popen_options()
        command = [str(pg_ctl), "-D", str(home.cluster), "-s", "-m", "immediate", "stop"]
        subprocess.run(command, cwd=home.cluster, check=True, **options)

    def book(self) -> dict[str, str]:
        """Everything the contacts are, but for versions and times of change."""
        rows = "(to_jsonb(one) - 'version' - 'updated_at' - 'sort_key')::text"
        tables = [f"customers_{table}" for table in TABLES] + ["interactions_interaction"]
        every = f"SELECT coalesce(string_agg({rows}, ' ' ORDER BY {rows}), '') FROM"
        return {table: self.ask(f"{every} {table} AS one") for table in tables}


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="bandhu-killed-", dir="/tmp"))
    folder.chmod(0o711)
    server = ensure_running(folder)
    try:
        with django_db_blocker.unblock():
            made = Place(folder, server)
        yield made
    finally:
        server.release()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty(place: Place) -> Place:
    with psycopg.connect(**place.server.home.conninfo(), autocommit=True) as link:
        link.execute(
            "TRUNCATE customers_import, customers_contact, customers_company, identity_user, platform_auditentry,"
            " platform_eventrecord, platform_searchentry CASCADE"
        )
    return place


def test_an_import_goes_on_where_the_last_whole_chunk_ended(empty: Place) -> None:
    process = empty.begin("first_import", str(ROWS))
    when = f"coalesce((SELECT done_rows >= {CHUNK} FROM customers_import), false)"
    empty.die_at("platform_auditentry", when, process, "immediate")

    counts = "(SELECT count(*) FROM customers_contact), (SELECT count(*) FROM customers_emailaddress)"
    state, done, created, people, mails = empty.ask(
        f"SELECT state, done_rows, created, {counts} FROM customers_import"
    )
    assert state == "running" and CHUNK <= done < ROWS and done % CHUNK == 0
    assert created == people == mails == done

    empty.do("go_on")
    audited = "(SELECT count(*) FROM platform_auditentry WHERE record_kind = 'contact' AND verb = 'created')"
    found = empty.ask(f"SELECT state, done_rows, created, {counts}, {audited} FROM customers_import")
    assert found == ("done", ROWS, ROWS, ROWS, ROWS, ROWS)

    empty.do("undo")
    left = "(SELECT count(*) FROM customers_company)"
    found = empty.ask(f"SELECT state, undone, kept, {counts}, {left} FROM customers_import")
    assert found == ("undone", ROWS + 7, 0, 0, 0, 0)


def test_a_merge_is_there_whole_or_not_at_all_and_can_be_undone(empty: Place) -> None:
    empty.die_at("customers_merge", "true", empty.begin("first_merge"), "SIGKILL")
    before = empty.standing
    assert before["customers_contact"] and before["interactions_interaction"]
    assert empty.book() == before and empty.ask("SELECT count(*) FROM customers_merge") == 0

    empty.do("merge_and_separate")
    assert empty.ask("SELECT count(*) FROM customers_merge WHERE undone_at IS NOT NULL") == 1
    assert empty.book() == before
