"""Which database we talk to: `DATABASE_URL` where it is set, else the embedded PostgreSQL in `BANDHU_DATA`.

Importable before Django is set up (config/settings.py calls it) and starts nothing: the embedded server has a fixed
socket and its password sits in a file that libpq reads when it connects.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bandhu.platform.postgres_binaries import PostgresError
from bandhu.platform.postgres_home import Home

SCHEMES = ("postgres", "postgresql", "postgis", "pgsql")
CHECKOUT = Path(__file__).resolve().parents[2]


def data_directory() -> Path:
    """The folder of the embedded database and of files: `BANDHU_DATA`, else `.data` of a checkout, else XDG's place."""
    if given := os.environ.get("BANDHU_DATA"):
        return Path(given).expanduser().absolute()
    if (CHECKOUT / "manage.py").exists() and (CHECKOUT / "pyproject.toml").exists():
        return CHECKOUT / ".data"
    xdg = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(xdg).absolute() / "bandhu"


def uses_embedded() -> bool:
    """Whether the embedded server is ours to start: no `DATABASE_URL` is set."""
    return not os.environ.get("DATABASE_URL", "").strip()


def database_settings() -> dict[str, Any]:
    """The entry for Django's `DATABASES["default"]`. Raises PostgresError for an address that cannot be understood."""
    if uses_embedded():
        settings = Home(data_directory()).connection()
    else:
        settings = parse_database_url(os.environ["DATABASE_URL"].strip())
    # Opening a connection costs more than most queries; a dead one is noticed and replaced.
    return {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, **settings}


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgres://user:password@host:port/name?sslmode=require`.

    Every part may be percent-encoded; the host may be a socket folder (`%2Frun%2Fpostgresql`, or `?host=/run/…`); what
    stands after the question mark goes to libpq as it is.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PostgresError(f"DATABASE_URL is not an address: {error}") from None
    if parts.scheme not in SCHEMES:
        raise PostgresError(
            "DATABASE_URL must begin with postgresql:// (this product runs on PostgreSQL only)."
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not name:
        raise PostgresError("DATABASE_URL names no database: postgresql://user:password@host:5432/NAME")
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": unquote(_host(parts.netloc)) or options.pop("host", ""),
        "PORT": str(port or options.pop("port", "")),
    }
    for known in ("dbname", "user", "password", "host", "port"):
        options.pop(known, None)
    return {**settings, "OPTIONS": options} if options else settings


def _host(netloc: str) -> str:
    """The host as written: urlsplit's own `hostname` lowers the case, which breaks socket folders."""
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
