"""Remembers that the embedded database fits this very program, so that the next start need not ask Django.

Free of Django: asked before anything is loaded.
"""

import hashlib
from importlib import metadata
from pathlib import Path

from bandhu.platform.embedded_postgres import Server

ROOT = Path(__file__).resolve().parent.parent
# Packages that bring migrations of their own.
PACKAGES = ("django", "django-allauth", "procrastinate")


def is_fresh(server: Server | None) -> bool:
    """Whether nothing changed since `remember`; never for a database of somebody else's."""
    if server is None:
        return False
    stamp = _stamp(server)
    return stamp.exists() and stamp.read_text() == _program()


def remember(server: Server | None) -> None:
    """Note that the database was just brought up to date by this program."""
    if server is not None:
        _stamp(server).write_text(_program())


def _stamp(server: Server) -> Path:
    # Beside the cluster: who removes the database removes this too.
    return server.home.folder / "up-to-date"


def _program() -> str:
    """A hash over every source file's name, size and time, and the versions of packages with migrations."""
    digest = hashlib.sha256()
    for name in PACKAGES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for folder in (ROOT / "bandhu", ROOT / "config"):
        for file in sorted(folder.rglob("*.py")):
            stands = file.stat()
            digest.update(f"{file} {stands.st_size} {stands.st_mtime_ns}\n".encode())
    return digest.hexdigest()
