"""`make check`: every gate of the code, one line each; all are run, also after one failed.

Use: python -m config.checks [part of a name]
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "style (ruff)": ["ruff", "check", "--quiet", "."],
    "layout of the code (ruff format)": ["ruff", "format", "--quiet", "--check", "."],
    "types (mypy)": ["mypy", "bandhu", "config"],
    "imports keep to the house (import-linter)": ["lint-imports", "--no-cache"],
    "settings and models (manage.py check)": ["python", "manage.py", "check", "--fail-level", "WARNING"],
    "no migration is missing": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "migrations run without stopping the service": [
        "python",
        "manage.py",
        "lintmigrations",
        "--settings=config.check_settings",
    ],
    "catalogues compile": ["python", "-m", "config.build", "messages"],
    "lock files name every dependency": ["python", "-m", "config.locks", "--check"],
}


def main(arguments: list[str]) -> int:
    """Run the checks whose name contains one of `arguments` (all without any); returns 1 if one failed."""
    chosen = {
        name: command
        for name, command in CHECKS.items()
        if not arguments or any(part in name for part in arguments)
    }
    failed = [name for name, command in chosen.items() if not _passes(name, command)]
    sys.stdout.write(f"{len(chosen) - len(failed)} of {len(chosen)} checks passed\n")
    for name in failed:
        sys.stdout.write(f"failed: {name}\n")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    begun = time.monotonic()
    environment = {**os.environ, "BANDHU_DATA": str(ROOT / ".test-data"), "DATABASE_URL": ""}
    done = subprocess.run(  # noqa: S603
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    sys.stdout.write(f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - begun:.1f} s)\n")
    if not good:
        sys.stdout.write(done.stdout + "\n")
    sys.stdout.flush()
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
