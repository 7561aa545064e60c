"""The folders and files of one embedded database; computed without touching the disk more than to look.

BANDHU_DATA/postgres/
    cluster/          PostgreSQL's own folder, 0700
    socket/           where it listens, 0700 (a short folder under /tmp where this path is too long for a socket)
    log/              the server's log, one file per weekday
    password          libpq's password file for the application's role, 0600
    superuser         the same for the role that only the supervisor uses, 0600
    start.lock        held while starting or stopping
    users.lock        held shared by everybody who uses the server: the last one stops it
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from bandhu.platform.postgres_binaries import Account, account_for, reachable

# sockaddr_un.sun_path has 108 bytes on Linux, one of them the closing zero.
SOCKET_PATH_BYTES = 107
PORT = 5432
ROLE = "bandhu"
DATABASE = "bandhu"
SUPERUSER = "postgres"
OUTSIDE = Path("/var/lib/bandhu")


class Home:
    """Everything that belongs to the embedded database of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.folder = self._folder()
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "log"
        self.socket = self._socket()
        self.password = self.folder / "password"
        self.superuser_password = self.folder / "superuser"
        self.start_lock = self.folder / "start.lock"
        self.users_lock = self.folder / "users.lock"

    def account(self) -> Account:
        """The account the server runs under (the data folder must exist)."""
        return account_for(self.data_dir)

    def connection(self, *, superuser: bool = False, database: str = DATABASE) -> dict[str, Any]:
        """Django's settings for the server, valid before it runs."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database,
            "USER": SUPERUSER if superuser else ROLE,
            "PASSWORD": "",
            "HOST": str(self.socket),
            "PORT": str(PORT),
            "OPTIONS": {"passfile": str(self.superuser_password if superuser else self.password)},
        }

    def conninfo(self, *, superuser: bool = False, database: str = DATABASE) -> dict[str, Any]:
        """The same as keyword arguments of `psycopg.connect`."""
        settings = self.connection(superuser=superuser, database=database)
        return {
            "dbname": settings["NAME"],
            "user": settings["USER"],
            "host": settings["HOST"],
            "port": settings["PORT"],
            **settings["OPTIONS"],
        }

    @property
    def lies_outside(self) -> bool:
        """True where root's data folder is closed to the unprivileged account and the cluster lies elsewhere."""
        return self.folder.is_relative_to(OUTSIDE) and not self.data_dir.is_relative_to(OUTSIDE)

    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]

    def _folder(self) -> Path:
        inside = self.data_dir / "postgres"
        if os.geteuid() != 0 or (inside / "cluster").exists():
            return inside
        there = self.data_dir
        while not there.exists():
            there = there.parent
        # For root the server runs as `nobody`, who cannot pass a folder such as /root. Opening that folder to the
        # world is out of the question, so the cluster goes to a place of its own.
        if reachable(there, account_for(there)):
            return inside
        return OUTSIDE / self._digest()

    def _socket(self) -> Path:
        socket = self.folder / "socket"
        if len(os.fsencode(socket / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES:
            return socket
        return Path("/tmp") / f"bandhu-{os.geteuid()}-{self._digest()}"  # noqa: S108
