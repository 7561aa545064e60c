"""pg_dump and pg_restore for whichever database is configured, with passwords kept off the command line."""

import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from bandhu.platform.database_url import uses_embedded
from bandhu.platform.postgres_binaries import PostgresError, client_program, version

# libpq's environment variables; everything else goes into the connection string.
ENVIRONMENT = {"password": "PGPASSWORD", "passfile": "PGPASSFILE"}
PARAMETERS = {
    "host",
    "port",
    "user",
    "dbname",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "options",
    "target_session_attrs",
}


def save(target: Path, snapshot: str) -> None:
    """Write the database as the exported `snapshot` sees it, in pg_dump's custom format."""
    target.touch(mode=0o600)
    _run(
        "pg_dump",
        ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"],
    )


def load(source: Path) -> None:
    """Bring a dump into the empty database: all of it or nothing."""
    _run(
        "pg_restore",
        ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source)],
    )


def _run(program: str, arguments: list[str]) -> None:
    parameters = {
        key: str(value) for key, value in connection.get_connection_params().items() if value is not None
    }
    secrets = {ENVIRONMENT[key]: value for key, value in parameters.items() if key in ENVIRONMENT}
    address = " ".join(f"{key}={_quoted(value)}" for key, value in parameters.items() if key in PARAMETERS)
    done = subprocess.run(  # noqa: S603
        [_program(program), *arguments, f"--dbname={address}"],
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/"), **secrets},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PostgresError(f"{program} failed:\n{done.stderr.strip()}")


def _program(name: str) -> str:
    """The packaged program for the embedded server; for another the system's own if it is new enough, because the
    packaged one is built without TLS."""
    theirs = shutil.which(name)
    if not uses_embedded() and theirs and _major(theirs) >= connection.pg_version // 10000:  # type: ignore[attr-defined]
        return theirs
    if connection.pg_version // 10000 > version()[1]:  # type: ignore[attr-defined]
        raise PostgresError(
            f"The server is newer than our {name}; install the {name} that came with the server."
        )
    return str(client_program(name))


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = said.split()[2] if len(said.split()) > 2 else "0"
    return int(number.partition(".")[0]) if number.partition(".")[0].isdigit() else 0


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
