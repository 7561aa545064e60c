"""Backup and restore of the whole installation: database, files and the secret key, checked by counts and hashes.

A backup is a folder, or the same packed as one .tar file:

    manifest.json       what is in it: rows and a fingerprint per table, size and SHA-256 of every file
    database.dump       pg_dump's custom format
    files/…             what people attached
    secret-key          where the installation made its own; whoever has it can forge sessions, keep the backup safe
"""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bandhu import __version__
from config import postgres_dump

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
SECRET_KEY = "secret-key"  # noqa: S105  (a file's name)
Report = Callable[[str], None]


class BackupError(Exception):
    """The backup or restore was not done, or what was restored is not what was saved."""


class NotEmpty(BackupError):
    """Restoring would overwrite something."""


@dataclass(frozen=True)
class Table:
    """What a table holds: rows, and a sum over all rows that does not depend on their order."""

    rows: int
    fingerprint: str


@dataclass(frozen=True)
class Saved:
    """One file of the backup."""

    path: str
    size: int
    sha256: str


def back_up(target: Path, report: Report) -> dict[str, Any]:
    """Save everything to `target` (a new folder, or a new file ending in .tar). Returns the manifest."""
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise NotEmpty(f"{target} exists already; a backup never overwrites another.")
    if target.suffix != ".tar":
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _save_into(target, report)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        manifest = _save_into(Path(folder), report)
        report("Packing…")
        half = Path(folder) / "packed.half"
        half.touch(mode=0o600)
        with tarfile.open(half, "w") as tar:
            for name in (MANIFEST, *(saved["path"] for saved in manifest["files"])):
                tar.add(Path(folder) / name, arcname=name)
        half.replace(target)
    return manifest


def restore(source: Path, report: Report, *, only_check: bool = False) -> dict[str, Any]:
    """Bring the backup `source` into an empty database and an empty files folder, then compare. Returns the manifest.

    With `only_check` nothing is written; the backup's own files are compared with its manifest.
    """
    with _opened(source) as folder:
        manifest = _manifest(folder)
        report("Checking the backup…")
        for saved in manifest["files"]:
            _compare_file(folder / saved["path"], saved)
        if only_check:
            return manifest
        _refuse_unless_empty()
        report("Restoring the database…")
        connection.close()
        postgres_dump.load(folder / DUMP)
        report("Restoring the files…")
        _restore_files(folder, manifest)
        report("Comparing with what was saved…")
        _compare_tables(manifest)
    return manifest


def tables() -> dict[str, Table]:
    """Every table of ours with its rows and fingerprint, as the current transaction sees them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class"
            " JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'"
            " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY 1",
            [],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {name} t"  # noqa: S608
            )
            rows, fingerprint = cursor.fetchone()
            found[name] = Table(rows, fingerprint)
    return found


def _save_into(folder: Path, report: Report) -> dict[str, Any]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One moment for all: the dump and the counts look through the same snapshot while work goes on.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
            snapshot, server = cursor.fetchone()
        report("Saving the database…")
        postgres_dump.save(folder / DUMP, snapshot)
        report("Counting…")
        counted = tables()
    report("Saving the files…")
    saved = [_saved(folder, folder / DUMP), *_copy_files(folder)]
    manifest = {
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "bandhu": __version__,
        "postgresql": server,
        "tables": {name: asdict(table) for name, table in counted.items()},
        "files": [asdict(one) for one in saved],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


def _copy_files(folder: Path) -> Iterator[Saved]:
    source = Path(settings.MEDIA_ROOT)
    for path in sorted(source.rglob("*")) if source.exists() else ():
        if path.is_file() and not path.is_symlink():
            copy = folder / FILES / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
            yield _saved(folder, copy)
    key = settings.DATA_FOLDER / SECRET_KEY
    if key.exists():
        shutil.copy2(key, folder / SECRET_KEY)
        yield _saved(folder, folder / SECRET_KEY)


def _saved(folder: Path, path: Path) -> Saved:
    return Saved(path.relative_to(folder).as_posix(), path.stat().st_size, _sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield source
        return
    if not source.exists():
        raise BackupError(f"There is no backup at {source}.")
    with TemporaryDirectory(prefix=".restore-", dir=source.parent) as folder:
        try:
            with tarfile.open(source) as tar:
                _unpack(tar, Path(folder))
        except (tarfile.TarError, OSError) as error:
            raise BackupError(f"{source} cannot be read as a backup: {error}") from None
        yield Path(folder)


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Write the archive's plain files below `folder` and nothing else. (Debian 12's Python has no extraction filters.)"""
    for member in tar:
        if not member.isfile() or not _stays_inside(member.name):
            raise BackupError(f"The archive holds something that belongs to no backup: {member.name}")
        content = tar.extractfile(member)
        if content is not None:
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("xb") as file:
                shutil.copyfileobj(content, file)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in name


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if manifest["format"] != FORMAT:
            raise BackupError(
                f"This backup has format {manifest['format']}; this program reads format {FORMAT}."
            )
        for saved in manifest["files"]:
            if not _stays_inside(saved["path"]):
                raise BackupError(f"The backup names a file outside itself: {saved['path']}")
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupError(f"{folder} holds no backup: its {MANIFEST} is missing or broken.") from None
    return manifest


def _refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise NotEmpty(
            "The database is not empty, and a restore never overwrites. "
            "Set BANDHU_DATA to a new folder, or DATABASE_URL to an empty database."
        )
    files = Path(settings.MEDIA_ROOT)
    if files.exists() and any(files.iterdir()):
        raise NotEmpty(f"The folder for files is not empty, and a restore never overwrites: {files}")


def _restore_files(folder: Path, manifest: dict[str, Any]) -> None:
    for saved in manifest["files"]:
        path = PurePosixPath(saved["path"])
        if path.parts[0] == FILES:
            target = Path(settings.MEDIA_ROOT).joinpath(*path.parts[1:])
        elif saved["path"] == SECRET_KEY:
            target = settings.DATA_FOLDER / SECRET_KEY
        else:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target)
        _compare_file(target, saved)


def _compare_file(path: Path, saved: dict[str, Any]) -> None:
    if not path.is_file():
        raise BackupError(f"The backup is not whole: {saved['path']} is missing.")
    if path.stat().st_size != saved["size"] or _sha256(path) != saved["sha256"]:
        raise BackupError(f"The backup is damaged: {saved['path']} is not what was saved.")


def _compare_tables(manifest: dict[str, Any]) -> None:
    expected = {name: Table(**table) for name, table in manifest["tables"].items()}
    found = tables()
    wrong = [
        f"{name}: saved {expected.get(name)}, restored {found.get(name)}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]
    if wrong:
        raise BackupError("What was restored differs from what was saved:\n" + "\n".join(wrong))
