"""Times and processor seconds of one kind of work, in our process and in PostgreSQL."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psutil
from django.db import connection

WARM_UP = 5


@dataclass(frozen=True)
class Figure:
    """What one operation takes: milliseconds on the wall, milliseconds of processor in our process and in PostgreSQL's."""

    name: str
    times: int
    p50: float
    p95: float
    cpu: float
    database_cpu: float
    note: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def measure(name: str, work: Callable[[Any], Any], cases: Sequence[Any], note: str = "") -> Figure:
    """Do the work once for each case, after a few unmeasured ones; each case is used once, so nothing is answered from a cache of ours."""
    for case in cases[:WARM_UP]:
        work(case)
    measured = cases[WARM_UP:]
    backend = _backend()
    gc.collect()
    times = []
    database_before, before = _cpu(backend), time.process_time()
    for case in measured:
        begun = time.perf_counter()
        work(case)
        times.append((time.perf_counter() - begun) * 1_000)
    own, database = time.process_time() - before, _cpu(backend) - database_before
    times.sort()
    each = 1_000 / len(measured)
    return Figure(
        name, len(measured), round(statistics.median(times), 1), round(times[int(len(times) * 0.95)], 1),
        round(own * each, 1), round(database * each, 1), note,
    )  # fmt: skip


def _backend() -> psutil.Process | None:
    """The process of PostgreSQL that serves our connection, if it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    return (
        psutil.Process(pid) if psutil.pid_exists(pid) and "postgres" in psutil.Process(pid).name() else None
    )


def _cpu(process: psutil.Process | None) -> float:
    if process is None:
        return 0.0
    used = process.cpu_times()
    return float(used.user + used.system)


def postgres_seconds() -> float:
    """Processor seconds all of PostgreSQL has used since it started: its processes that run, and those that ended."""
    backend = _backend()
    postmaster = backend.parent() if backend is not None else None
    if postmaster is None:
        return 0.0
    own = postmaster.cpu_times()
    ended = own.user + own.system + own.children_user + own.children_system
    return float(ended + sum(_cpu(one) for one in postmaster.children()))
