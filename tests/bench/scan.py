"""The scan for duplicates over a whole book made by `generate`, as the product's own job does it.

    python -m tests.bench.scan --data .data-bench/1000000 [--json FILE]

The clock runs from the start of the job until the pairs stand in the database; what it finds is left there.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import psutil

from tests.bench.server import running_database


def main() -> None:
    """Read the arguments, scan, print, and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        found = scan_once()
    print(
        f"{found['contacts']:,} contacts: {found['seconds']:.0f} s until {found['pairs']:,} pairs stood; "
        f"{found['processor']:.0f} s of processor, at most {found['memory_mb']} MB in one process"
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def scan_once() -> dict[str, Any]:
    """Contacts in the book, seconds, processor seconds of ours (its processes too), most megabytes of one process, pairs."""
    # Django is ready only while the database runs.
    from bandhu.customers.actions.duplicates import run_scan, start_scan
    from bandhu.identity.ready_made import ensure_ready_made, system_user

    ensure_ready_made()
    ours = psutil.Process()
    begun, before = time.perf_counter(), _cpu(ours)
    scan = start_scan(actor=system_user())
    run_scan(scan.pk)
    scan.refresh_from_db()
    if scan.state != "done":
        raise RuntimeError(f"the scan ended as {scan.state}")
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "contacts": scan.total,
        "seconds": time.perf_counter() - begun,
        "processor": _cpu(ours) - before,
        "memory_mb": most // 1024,
        "pairs": scan.found,
    }


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


if __name__ == "__main__":
    main()
