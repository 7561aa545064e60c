"""What `bandhu doctor` looks at. Each check returns findings; none changes anything."""

import enum
import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from bandhu.platform import audit
from bandhu.platform.database_url import uses_embedded
from bandhu.platform.postgres_binaries import PostgresError
from bandhu.platform.postgres_home import Home
from config import processes
from config.build import BUILT
from config.readiness import pending_migrations

OLDEST_POSTGRESQL = 15
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
LEAST_DISK = 1_000_000_000
CLOCK_SECONDS = 5
HEARTBEAT_SECONDS = 60
MEMORY_MIB = 350
NEWEST_ENTRIES = 1_000


class Level(enum.IntEnum):
    """How bad it is; the worst one is the command's exit code."""

    GOOD = 0
    WARNING = 1
    FAULT = 2


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing."""

    level: Level
    about: str
    says: str


def examine() -> list[Finding]:
    """All findings, in the order of the checks. A check that cannot run is a fault of its own."""
    found: list[Finding] = []
    for about, check in CHECKS.items():
        try:
            found += [Finding(level, about, says) for level, says in check()]
        except (Error, PostgresError, OSError) as error:
            found.append(Finding(Level.FAULT, about, str(error).strip().splitlines()[0]))
    return found


Said = Iterator[tuple[Level, str]]


def _one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        return row[0] if row else None


def _server() -> Said:
    full = str(_one("SHOW server_version"))
    major = int(full.split(".")[0])
    if major < OLDEST_POSTGRESQL:
        yield Level.FAULT, f"PostgreSQL {full} is too old; {OLDEST_POSTGRESQL + 1} or later is needed."
    else:
        yield Level.GOOD, f"PostgreSQL {full}, {'embedded' if uses_embedded() else 'from DATABASE_URL'}"
    if _one("SHOW fsync") != "on":
        yield Level.FAULT, "fsync is off: a power cut may destroy the database."
    if uses_embedded() and Home(settings.DATA_FOLDER).lies_outside:
        yield (
            Level.GOOD,
            f"The server's account cannot enter the data folder; the cluster is in {Home(settings.DATA_FOLDER).folder}",
        )


def _trigrams() -> Said:
    if not _one("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"):
        yield (
            Level.FAULT,
            "The extension pg_trgm is not installed, so search cannot work; run bandhu migrate.",
        )
    elif _one("SELECT show_trgm('ক') = '{}' OR show_trgm('க') = '{}'"):
        yield (
            Level.FAULT,
            "Trigrams do not see Bengali or Tamil: the database has LC_CTYPE C. Create it with "
            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' (or any UTF-8 locale) and restore a backup into it.",
        )
    else:
        yield Level.GOOD, "Trigrams see Bengali and Tamil"
    encoding = _one("SHOW server_encoding")
    if encoding != "UTF8":
        yield Level.FAULT, f"The database stores {encoding}; it must be UTF8."


def _extensions() -> Said:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, installed_version IS NOT NULL FROM pg_available_extensions WHERE name = ANY(%s)",
            [list(EXTENSIONS)],
        )
        known = dict(cursor.fetchall())
    for name in EXTENSIONS:
        if name not in known:
            yield Level.FAULT, f"The server lacks the extension {name}; install PostgreSQL's contrib package."
    missing = [name for name, installed in known.items() if not installed]
    if missing:
        yield Level.WARNING, f"Not installed in the database: {', '.join(sorted(missing))}"
    else:
        yield Level.GOOD, f"{len(known)} extensions are there"


def _migrations() -> Said:
    pending = pending_migrations()
    if pending:
        yield (
            Level.FAULT,
            f"{len(pending)} migrations are pending, the first is {pending[0]}; run bandhu migrate.",
        )
    else:
        yield Level.GOOD, "Every migration is applied"


def _worker() -> Said:
    if "procrastinate_workers" not in connection.introspection.table_names():
        yield Level.FAULT, "The tables for background jobs are missing; run bandhu migrate."
        return
    age = _one("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
    if age is None or float(str(age)) > HEARTBEAT_SECONDS:
        yield (
            Level.WARNING,
            "No worker is running, so mails, imports and deliveries wait; run bandhu serve or worker.",
        )
    else:
        yield Level.GOOD, f"A worker gave its last sign {float(str(age)):.0f} s ago"
    late = _one(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
        " AND coalesce(scheduled_at, now() - interval '10 minutes') < now() - interval '5 minutes'"
    )
    failed = _one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if late:
        yield Level.WARNING, f"{late} jobs are waiting"
    if failed:
        yield Level.WARNING, f"{failed} jobs have failed for good"


def _clock() -> Said:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > CLOCK_SECONDS:
        yield Level.FAULT, f"The clocks of this machine and of the database are {apart:.0f} s apart."
    else:
        yield Level.GOOD, "The clocks agree"
    try:
        zoneinfo.ZoneInfo(settings.DEFAULT_TIME_ZONE)
        yield Level.GOOD, f"Time zones are known, the default is {settings.DEFAULT_TIME_ZONE}"
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        yield (
            Level.FAULT,
            f"The time zone {settings.DEFAULT_TIME_ZONE} is unknown; install tzdata or mend BANDHU_TIME_ZONE.",
        )


def _disk() -> Said:
    folder = Path(settings.DATA_FOLDER)
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    level = Level.GOOD if free > LEAST_DISK else Level.WARNING
    yield level, f"{free / 1e9:.1f} GB free for {folder}"
    size = _one("SELECT pg_database_size(current_database())")
    yield Level.GOOD, f"The database takes {float(str(size)) / 1e6:.0f} MB"


def _assets() -> Said:
    built = list(BUILT.glob("*.css")) if BUILT.exists() else []
    if built:
        yield Level.GOOD, "Style sheet and scripts are built"
    else:
        yield Level.FAULT, "Style sheet and scripts are not built; run make assets."
    for code in settings.LANGUAGES_COMPLETE:
        folders = [Path(folder) / code / "LC_MESSAGES" / "django.mo" for folder in settings.LOCALE_PATHS]
        if code != "en" and not any(file.exists() for file in folders):
            yield Level.WARNING, f"The catalogue for {code} is not compiled; run make assets."


def _mail() -> Said:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and settings.EMAIL_HOST in ("", "localhost"):
        yield (
            Level.WARNING,
            "No mail server is set (BANDHU_SMTP_HOST), so invitations and resets may not arrive.",
        )
    else:
        yield Level.GOOD, f"Mail goes through {settings.EMAIL_HOST}"
    if not settings.PUBLIC_URL:
        yield Level.WARNING, "The public address is not set (BANDHU_URL), so links in mails may be wrong."


def _safety() -> Said:
    if settings.DEBUG:
        yield Level.WARNING, "BANDHU_DEBUG is on; never so where others can reach it."
    key = Path(settings.DATA_FOLDER) / "secret-key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Level.FAULT, f"Others can read {key}; chmod 600."
    else:
        yield Level.GOOD, "The secret key is private"


def _trail() -> Said:
    if pending_migrations():
        return
    broken = audit.check_chain(newest=NEWEST_ENTRIES).broken
    if broken:
        yield (
            Level.FAULT,
            f"Entry {broken[0][0]} of the audit trail was altered or removed in the database, or sealed with a secret"
            " key that is not here (BANDHU_SECRET_KEY, BANDHU_OLD_SECRET_KEYS); run bandhu audit check.",
        )
    else:
        yield Level.GOOD, "The newest entries of the audit trail are whole"


def _memory() -> Said:
    used = processes.memory(Path(settings.DATA_FOLDER))
    if used is None:
        return
    level = Level.GOOD if used.web + used.worker <= MEMORY_MIB else Level.WARNING
    yield (
        level,
        f"Memory: web {used.web:.0f} MB, worker {used.worker:.0f} MB, PostgreSQL {used.database:.0f} MB",
    )


CHECKS: dict[str, Callable[[], Said]] = {
    "server": _server,
    "search": _trigrams,
    "extensions": _extensions,
    "migrations": _migrations,
    "worker": _worker,
    "clock": _clock,
    "disk": _disk,
    "assets": _assets,
    "mail": _mail,
    "safety": _safety,
    "trail": _trail,
    "memory": _memory,
}
