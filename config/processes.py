"""How much memory a running installation takes. Linux only; elsewhere the answer is None."""

import os
import sys
from pathlib import Path
from typing import NamedTuple

MIB = 1024 * 1024


class Memory(NamedTuple):
    """Megabytes (PSS: shared pages are counted in parts, so the sum is what the machine really gives)."""

    web: float
    worker: float
    database: float


def memory(data_dir: Path) -> Memory | None:
    """Memory of the web, worker and PostgreSQL processes that use this data folder; None when none run."""
    web = worker = database = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
            kind = _kind((folder / "comm").read_text().strip(), words)
            if kind is None or int(folder.name) == os.getpid() or not _uses(folder, words, kind, data_dir):
                continue
            size = _pss(folder)
        except (OSError, ValueError):
            continue
        web += size if kind == "web" else 0
        worker += size if kind == "worker" else 0
        database += size if kind == "database" else 0
    return Memory(web, worker, database) if web or worker else None


def _kind(name: str, words: list[bytes]) -> str | None:
    if name == "bandhu-worker":
        return "worker"
    if name == "bandhu-web" or ({b"serve", b"web", b"demo"} & set(words) and _is_bandhu(words)):
        return "web"
    if words[0].startswith(b"postgres:") or words[0].endswith(b"/bin/postgres"):
        return "database"
    return None


def _is_bandhu(words: list[bytes]) -> bool:
    return any(word.endswith((b"config.commands", b"/bandhu")) for word in words)


def _uses(process: Path, words: list[bytes], kind: str, data_dir: Path) -> bool:
    """Whether the process belongs to this data folder: by its folder, its environment, or being our own program."""
    if kind == "database":
        place = os.readlink(process / "cwd")
        marker = data_dir / "postgres-lies-elsewhere"
        home = Path(marker.read_text().strip()) if marker.exists() else data_dir / "postgres"
        return place == str(home / "cluster")
    environment = (process / "environ").read_bytes().split(b"\0")
    named = next((line[12:] for line in environment if line.startswith(b"BANDHU_DATA=")), None)
    if named is None:
        return os.fsdecode(words[0]) == sys.executable
    return Path(os.fsdecode(named)).absolute() == data_dir


def _pss(process: Path) -> float:
    for line in (process / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / MIB
    return 0.0
