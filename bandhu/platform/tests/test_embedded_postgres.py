"""The supervisor of the embedded PostgreSQL, against real servers in folders of their own."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bandhu.platform.embedded_postgres import Server, ensure_running
from bandhu.platform.postgres_binaries import PostgresError
from bandhu.platform.postgres_home import Home

CHECKOUT = Path(__file__).resolve().parents[3]


def remove(data_dir: Path) -> None:
    folder = Home(data_dir).folder
    shutil.rmtree(data_dir, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A folder that other accounts may pass through, as /srv or /var/lib are."""
    folder = Path(tempfile.mkdtemp(prefix="bandhu-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    remove(folder / "data")
    shutil.rmtree(folder)


@pytest.fixture
def closed_dir() -> Iterator[Path]:
    """A folder only its owner may enter, as /root is."""
    folder = Path(tempfile.mkdtemp(prefix="bandhu-test-", dir="/tmp"))
    yield folder
    remove(folder / "data")
    shutil.rmtree(folder)


def connect(server: Server) -> psycopg.Connection:
    return psycopg.connect(**server.home.conninfo(), autocommit=True)


def start_elsewhere(data_dir: Path, then: str) -> subprocess.Popen[str]:
    """Another process that holds the server and then runs `then`."""
    program = (
        "import psycopg, sys\n"
        "from bandhu.platform.embedded_postgres import ensure_running\n"
        f"server = ensure_running({str(data_dir)!r}, durable=False)\n"
        "link = psycopg.connect(**server.home.conninfo(), autocommit=True)\n"
        f"{then}\nlink.close()\nserver.release()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def is_running(data_dir: Path) -> bool:
    return Server(Home(data_dir), durable=False, report=print).postmaster() is not None


def test_a_fresh_database_sees_bengali_and_tamil_whatever_the_locale_says(
    open_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PGPORT", "1")
    with ensure_running(open_dir / "data") as server, connect(server) as link:
        link.execute("CREATE EXTENSION pg_trgm")
        assert link.execute("SELECT show_trgm('ক') <> '{}' AND show_trgm('க') <> '{}'").fetchone() == (True,)
        assert link.execute("SELECT similarity('মুহাম্মদ', 'মুহম্মদ') > 0.4").fetchone() == (True,)
        settings = "SELECT current_setting('fsync'), current_setting('data_checksums'), current_setting('server_encoding')"
        assert link.execute(settings).fetchone() == ("on", "on", "UTF8")


def test_the_server_is_private(open_dir: Path) -> None:
    with ensure_running(open_dir / "data", durable=False) as server, connect(server) as link:
        assert link.execute("SELECT current_setting('listen_addresses')").fetchone() == ("",)
        assert link.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (
            False,
        )
        for folder in (server.home.socket, server.home.cluster, server.home.log):
            assert folder.stat().st_mode & 0o077 == 0
        for file in (server.home.password, server.home.superuser_password):
            assert file.stat().st_mode & 0o777 == 0o600
        without_password = server.home.conninfo() | {"passfile": "/dev/null"}
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**without_password)


def test_root_steps_down_and_changes_no_rights_but_its_own(open_dir: Path) -> None:
    before = [(path, path.stat().st_mode) for path in (open_dir, *open_dir.parents)]
    with ensure_running(open_dir / "data", durable=False) as server:
        runs_as = Path(f"/proc/{server.postmaster()}").stat().st_uid
        expected = os.getuid() or pwd.getpwnam("nobody").pw_uid
        assert runs_as == expected
    assert [(path, path.stat().st_mode) for path, _mode in before] == before


def test_a_folder_that_only_root_may_enter_stays_closed(closed_dir: Path) -> None:
    with ensure_running(closed_dir / "data", durable=False) as server, connect(server) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)
        assert server.home.lies_outside == (os.getuid() == 0)
    assert closed_dir.stat().st_mode & 0o777 == 0o700


def test_removing_the_data_folder_means_starting_afresh(closed_dir: Path) -> None:
    data = closed_dir / "data"
    with ensure_running(data, durable=False) as server, connect(server) as link:
        link.execute("CREATE TABLE kept (id int)")
        folder = server.home.folder
    shutil.rmtree(data)
    with ensure_running(data, durable=False) as server, connect(server) as link:
        assert link.execute("SELECT to_regclass('kept')").fetchone() == (None,)
    for aside in folder.parent.glob(f"{folder.name}.set-aside-*"):
        shutil.rmtree(aside)


def test_what_was_committed_survives_the_death_of_the_server(open_dir: Path) -> None:
    server = ensure_running(open_dir / "data")
    with connect(server) as link:
        link.execute("CREATE TABLE kept AS SELECT 'রহমান' AS name")
    first = server.postmaster()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    while server.postmaster() is not None:
        time.sleep(0.01)
    assert server.revive()
    assert server.postmaster() != first
    with connect(server) as link:
        assert link.execute("SELECT name FROM kept").fetchone() == ("রহমান",)
    assert not server.revive()
    assert server.release()
    assert not is_running(open_dir / "data")


def test_many_may_start_it_at_once_and_the_last_one_stops_it(open_dir: Path) -> None:
    data = open_dir / "data"
    note = (
        "link.execute('SELECT pg_advisory_lock(1)')\n"
        "link.execute('CREATE TABLE IF NOT EXISTS notes (pid int)')\n"
        "link.execute('INSERT INTO notes VALUES (pg_backend_pid())')\n"
        "link.execute('SELECT pg_advisory_unlock(1)')"
    )
    started = [start_elsewhere(data, note) for _ in range(4)]
    assert [process.wait(120) for process in started] == [0, 0, 0, 0]
    assert not is_running(data)
    with ensure_running(data, durable=False) as server, connect(server) as link:
        assert link.execute("SELECT count(*) FROM notes").fetchone() == (4,)


def test_it_keeps_running_while_another_process_uses_it(open_dir: Path) -> None:
    data = open_dir / "data"
    server = ensure_running(data, durable=False)
    other = start_elsewhere(data, "print('here', flush=True)\nsys.stdin.readline()")
    assert other.stdout is not None
    assert other.stdout.readline() == "here\n"
    assert server.release() is False
    assert is_running(data)
    other.communicate("\n", timeout=60)
    assert not is_running(data)


def test_a_dead_process_does_not_hold_it(open_dir: Path) -> None:
    data = open_dir / "data"
    other = start_elsewhere(data, "print('here', flush=True)\nsys.stdin.readline()")
    assert other.stdout is not None
    assert other.stdout.readline() == "here\n"
    other.kill()
    other.wait()
    assert is_running(data)
    with ensure_running(data, durable=False):
        pass
    assert not is_running(data)


def test_a_lock_file_that_names_a_stranger_is_no_obstacle(open_dir: Path) -> None:
    data = open_dir / "data"
    with ensure_running(data, durable=False) as server:
        cluster = server.home.cluster
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n")
    with ensure_running(data, durable=False) as server, connect(server) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)


def test_a_creation_cut_short_is_begun_again(open_dir: Path) -> None:
    half = open_dir / "data" / "postgres" / "cluster.half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with ensure_running(open_dir / "data", durable=False) as server, connect(server) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)
    assert not half.exists()


def test_another_major_version_is_refused_with_a_way_out(open_dir: Path) -> None:
    with ensure_running(open_dir / "data", durable=False) as server:
        marker = server.home.cluster / "PG_VERSION"
    marker.write_text("17\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 17"):
        ensure_running(open_dir / "data", durable=False)
    assert not is_running(open_dir / "data")


def test_a_server_that_cannot_start_says_why(open_dir: Path) -> None:
    with ensure_running(open_dir / "data", durable=False) as server:
        (server.home.cluster / "local.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(PostgresError, match="nonsense"):
        ensure_running(open_dir / "data", durable=False)


def test_a_path_too_long_for_a_socket_works(open_dir: Path) -> None:
    data = open_dir / ("long-" * 20) / "data"
    try:
        with ensure_running(data, durable=False) as server, connect(server) as link:
            assert link.execute("SELECT 1").fetchone() == (1,)
            assert not server.home.socket.is_relative_to(open_dir)
            assert server.home.socket.stat().st_mode & 0o077 == 0
            socket = server.home.socket
        shutil.rmtree(socket)
    finally:
        remove(data)


def test_a_socket_folder_of_somebody_else_is_refused(open_dir: Path) -> None:
    data = open_dir / ("long-" * 20) / "data"
    trap = Home(data).socket
    trap.symlink_to(open_dir)
    try:
        with pytest.raises(PostgresError, match="belongs to somebody else"):
            ensure_running(data, durable=False)
    finally:
        trap.unlink()
        remove(data)
