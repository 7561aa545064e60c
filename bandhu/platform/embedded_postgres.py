"""A small supervisor for the embedded PostgreSQL: create it, start it, share it between processes, stop it.

`ensure_running(data_dir)` may be called by any number of processes at once. Whoever comes first creates and starts
the server; everybody holds a shared lock while using it; the last one to let go stops it, also when another died
without saying so (the kernel drops a dead process's locks).
"""

import fcntl
import logging
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from bandhu.platform import postgres_tuning
from bandhu.platform.postgres_binaries import Account, PostgresError, programs_for, version
from bandhu.platform.postgres_home import DATABASE, PORT, ROLE, SUPERUSER, Home

logger = logging.getLogger(__name__)

# Replaying the log of a busy server after a power cut can take minutes; giving up early would only confuse.
START_SECONDS = 600
BRIEF_SECONDS = 10
# Taken from $LANG the locale would be C under systemd and cron, and trigrams would not see Bengali or Tamil.
INITDB = (
    *("-U", SUPERUSER, "--encoding=UTF8", "--data-checksums", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
    *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256"),
)
Report = Callable[[str], None]


def ensure_running(data_dir: Path | str, *, durable: bool = True, report: Report = logger.info) -> "Server":
    """Start the embedded PostgreSQL of `data_dir` unless it runs, and hold it until `release()`.

    `durable=False` is for tests only: a power cut may lose everything. `report` gets a sentence before anything
    slow. Raises PostgresError with what to do about it.
    """
    folder = Path(data_dir).expanduser().absolute()
    home = _prepare(folder)
    server = Server(home, durable=durable, report=report)
    server.hold()
    return server


class Server:
    """One process's share in a running embedded PostgreSQL."""

    def __init__(self, home: Home, *, durable: bool, report: Report) -> None:
        self.home = home
        self.durable = durable
        self.report = report
        self.started_here = False
        self._users: int | None = None

    @property
    def connection(self) -> dict[str, Any]:
        """Settings for Django's `DATABASES`."""
        return self.home.connection()

    def hold(self) -> None:
        """Take a share in the server, creating and starting it where needed."""
        with _locked(self.home.start_lock):
            if self._users is None:
                self._users = os.open(self.home.users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._start()
            except BaseException:
                self._let_go()
                raise

    def release(self) -> bool:
        """Give the share back and stop the server if nobody else uses it. Returns whether it was stopped."""
        if self._users is None:
            return False
        with _locked(self.home.start_lock):
            alone = _alone(self._users)
            if alone:
                self._stop()
            self._let_go()
        return alone

    def leave_to_parent(self) -> None:
        """In a forked process: drop its copy of the share, which stays the parent's."""
        self._let_go()

    def revive(self) -> bool:
        """Start the server again if it has died while we hold it. Returns whether that was needed."""
        if _answers(self.home):
            return False
        self.hold()
        return True

    def postmaster(self) -> int | None:
        """Process id of the running server."""
        return _live_postmaster(self.home.cluster)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _let_go(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def _start(self) -> None:
        if _answers(self.home):
            return
        account = self.home.account()
        programs = programs_for(account, self.home.folder)
        if not self.home.cluster.exists():
            self.report("Creating the database…")
            _create_cluster(self.home, account, programs, durable=self.durable)
        _check_version(self.home.cluster)
        if _live_postmaster(self.home.cluster) is None:
            self._launch(account, programs)
        _wait_until_it_answers(self.home, self.report)
        _ensure_role_and_database(self.home)

    def _launch(self, account: Account, programs: Path) -> None:
        home = self.home
        for folder in (home.socket, home.log):
            _private_folder(folder, account)
        _remove_stale_traces(home)
        postgres_tuning.write(home, account, durable=self.durable)
        start_log = home.log / "start.log"
        start_log.unlink(missing_ok=True)
        command = [str(programs / "pg_ctl"), "-D", str(home.cluster), "-l", str(start_log), "-s"]
        begun = time.monotonic()
        while _run([*command, "-w", "-t", str(START_SECONDS), "start"], account, home.cluster).returncode:
            # Children of a killed server need a moment to notice and go.
            if "shared memory block" in _last_words(home) and time.monotonic() - begun < BRIEF_SECONDS:
                time.sleep(0.2)
                continue
            raise PostgresError(f"PostgreSQL did not start.\n{_last_words(home)}\nIts log is in {home.log}")
        self.started_here = True

    def _stop(self) -> None:
        if _live_postmaster(self.home.cluster) is None:
            return
        account = self.home.account()
        programs = programs_for(account, self.home.folder)
        command = [str(programs / "pg_ctl"), "-D", str(self.home.cluster), "-s", "-m", "fast", "-w"]
        done = _run([*command, "-t", str(START_SECONDS), "stop"], account, self.home.cluster)
        if done.returncode != 0 and _live_postmaster(self.home.cluster) is not None:
            raise PostgresError(f"PostgreSQL did not stop: {done.stdout.strip()}")


def _prepare(data_dir: Path) -> Home:
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True, exist_ok=True)  # another process may be starting it too
            # The server's own account must be able to pass through root's folder, whatever the umask says.
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        home = Home(data_dir)
        _set_aside_what_was_left(home)
        home.folder.mkdir(parents=True, exist_ok=True)
        if home.account().stepped_down:
            home.folder.chmod(0o711)
        else:
            home.folder.chmod(0o700)
        return home
    except PermissionError as error:
        raise PostgresError(
            f"The data folder {data_dir} belongs to somebody else ({error.strerror}: {error.filename}). "
            "Run as its owner, or set BANDHU_DATA to a folder of your own."
        ) from None


def _set_aside_what_was_left(home: Home) -> None:
    """Removing the data folder must mean starting afresh, also where the cluster had to lie outside it."""
    if not home.lies_outside:
        return
    marker = home.data_dir / "postgres-lies-elsewhere"
    if marker.exists():
        return
    if home.cluster.exists() and _live_postmaster(home.cluster) is None:
        aside = home.folder.with_name(f"{home.folder.name}.set-aside-{int(time.time())}")
        home.folder.rename(aside)
        logger.warning("The data folder was removed; its old database was set aside in %s", aside)
    marker.write_text(f"{home.folder}\n")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_cluster(home: Home, account: Account, programs: Path, *, durable: bool) -> None:
    """Build the cluster beside its final name, so that a creation cut short leaves nothing half made."""
    half = home.folder / "cluster.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    account.owns(half)
    secret = secrets.token_urlsafe(32)
    password = home.folder / "first-password"
    password.unlink(missing_ok=True)
    _write_private(password, secret)
    account.owns(password)
    command = [str(programs / "initdb"), "-D", str(half), *INITDB, f"--pwfile={password}"]
    try:
        done = _run(command if durable else [*command, "--no-sync"], account, half)
    finally:
        password.unlink(missing_ok=True)
    if done.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        raise PostgresError(f"The database could not be created in {home.folder}:\n{done.stdout.strip()}")
    with (half / "postgresql.conf").open("a") as conf:
        conf.write("\n# Written anew at every start; put your own settings into local.conf beside it.\n")
        conf.write("include = 'bandhu.conf'\ninclude_if_exists = 'local.conf'\n")
    (half / "local.conf").write_text("# Your own settings for PostgreSQL; they win over bandhu.conf.\n")
    account.owns(half / "local.conf")
    _write_private(home.superuser_password, f"*:*:*:{SUPERUSER}:{secret}\n")
    half.rename(home.cluster)


def _check_version(cluster: Path) -> None:
    full, major = version()
    stands = (cluster / "PG_VERSION").read_text().strip()
    if stands != str(major):
        raise PostgresError(
            f"The data folder was made by PostgreSQL {stands}, the installed programs are {full}. "
            f"Install the version of Bandhu that came with PostgreSQL {stands}, run `bandhu backup FILE`, "
            "then restore that file with this version into an empty data folder."
        )


def _ensure_role_and_database(home: Home) -> None:
    """The application's own role is no superuser; it may create databases, because tests and restore drills do."""
    with psycopg.connect(**home.conninfo(superuser=True, database="postgres"), autocommit=True) as link:
        known = link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if not known or not home.password.exists():
            secret = secrets.token_urlsafe(32)
            verb = "ALTER" if known else "CREATE"
            link.execute(
                sql.SQL(verb + " ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                    sql.Identifier(ROLE), sql.Literal(secret)
                )  # type: ignore[arg-type]
            )
            home.password.unlink(missing_ok=True)
            _write_private(home.password, f"*:*:*:{ROLE}:{secret}\n")
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            link.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(ROLE))
            )


def _answers(home: Home) -> bool:
    if not home.superuser_password.exists():
        return False
    try:
        psycopg.connect(**home.conninfo(superuser=True, database="postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_until_it_answers(home: Home, report: Report) -> None:
    begun, said = time.monotonic(), False
    while not _answers(home):
        waited = time.monotonic() - begun
        alive = _live_postmaster(home.cluster) is not None
        if waited > (START_SECONDS if alive else BRIEF_SECONDS):
            raise PostgresError(f"PostgreSQL does not answer.\n{_last_words(home)}\nIts log is in {home.log}")
        if waited > 2 and not said:
            report("PostgreSQL is putting its data in order after an unclean stop; this can take minutes…")
            said = True
        time.sleep(0.05)


def _live_postmaster(cluster: Path) -> int | None:
    """The server's process id if that process really lives and is this cluster's server."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    proc = Path(f"/proc/{pid}")
    if not proc.parent.joinpath("self").exists():
        return pid
    try:
        # A dead server whose parent never asked for its end still has a number but does nothing.
        if (proc / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return None
        # After a restart of the machine or the container the number may belong to somebody else.
        command = (proc / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return pid if os.fsencode(cluster) in command else None


def _remove_stale_traces(home: Home) -> None:
    """Drop the lock files of a server that is gone: PostgreSQL itself keeps them when the number was given to another
    process or the dead one was never reaped. Its check of shared memory still guards against surviving children."""
    socket = home.socket / f".s.PGSQL.{PORT}"
    for file in (home.cluster / "postmaster.pid", socket.with_name(f"{socket.name}.lock"), socket):
        if file.exists():
            logger.info("Removing what a PostgreSQL that is gone left behind: %s", file)
            file.unlink()


def _private_folder(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    stands = folder.lstat()
    # Below /tmp somebody else could have been first.
    if folder.is_symlink() or stands.st_uid not in (os.geteuid(), account.uid):
        raise PostgresError(
            f"The folder {folder} belongs to somebody else; remove it or choose another BANDHU_DATA."
        )
    folder.chmod(0o700)
    account.owns(folder)


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _run(command: list[str], account: Account, folder: Path) -> subprocess.CompletedProcess[str]:
    # Output goes to files: a pipe would stay open in the server that pg_ctl leaves behind. Our own environment stays
    # out, so that PGPORT, PGDATA or LC_ALL cannot change what is started.
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
    with (folder.parent / "last-command.log").open("w+") as output:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            check=False,
            **account.popen_options(),
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read())


def _last_words(home: Home, lines: int = 12) -> str:
    """The end of the newest log: PostgreSQL says there why it would not start."""
    logs = sorted(home.log.glob("*.log"), key=lambda log: log.stat().st_mtime)
    said = [line for log in logs[-2:] for line in log.read_text(errors="replace").splitlines()]
    return "\n".join(said[-lines:])
