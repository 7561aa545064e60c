"""Writes the lock files: exact versions with hashes, and no word on where they were fetched.

Use: python -m config.locks [--upgrade | --check]
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each file, and the parts of pyproject.toml it locks ("" is what the product itself needs).
LOCKS = {
    "requirements.lock": [""],
    "requirements-build.lock": ["build"],
    "requirements-meaning.lock": ["meaning"],
    "requirements-dev.lock": ["", "build", "meaning", "dev"],
}
OPTIONS = [
    *(
        "--quiet",
        "--strip-extras",
        "--generate-hashes",
        "--allow-unsafe",
        "--resolver=backtracking",
        "--no-config",
    ),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options"),
    *("--no-header", "--no-annotate"),
]
HEADER = "# Written by `make lock` from pyproject.toml; install with pip install --require-hashes.\n"


def main() -> int:
    """Compile every lock file. Versions already locked are kept unless `--upgrade` is given."""
    if "--check" in sys.argv:
        return _check()
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    for name, parts in LOCKS.items():
        bound = [] if name == "requirements.lock" else ["--constraint=requirements.lock"]
        command = [
            sys.executable,
            "-m",
            "piptools",
            "compile",
            *OPTIONS,
            *bound,
            *upgrade,
            f"--output-file={name}",
            "-",
        ]
        wanted = "\n".join(line for part in parts for line in requirements(part))
        # Addresses of indexes may stand in the environment; the files must not repeat them.
        done = subprocess.run(command, input=wanted, text=True, cwd=ROOT, check=False, env=os.environ)  # noqa: S603
        if done.returncode:
            return done.returncode
        _clean(ROOT / name)
    return 0


def _check() -> int:
    """Complain about what pyproject.toml asks for and no lock file names."""
    missing = []
    for name, parts in LOCKS.items():
        locked = {
            line.partition("==")[0].lower() for line in (ROOT / name).read_text().splitlines() if "==" in line
        }
        asked = {re.split(r"[\[<>=!~ ;]", line)[0].lower() for part in parts for line in requirements(part)}
        missing += [f"{name} lacks {package}; run make lock" for package in sorted(asked - locked)]
    sys.stderr.write("".join(f"{line}\n" for line in missing))
    return 1 if missing else 0


def requirements(part: str) -> list[str]:
    """What pyproject.toml asks for: the product's dependencies, or those of one extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed: list[str] = project["optional-dependencies"][part] if part else project["dependencies"]
    return listed


def _clean(lock: Path) -> None:
    lines = [
        line for line in lock.read_text().splitlines() if not line.startswith(("#", "--")) and line.strip()
    ]
    lock.write_text(HEADER + "\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
