"""Imports: the share of columns understood without help, and the time and memory of a large file.

    python -m tests.bench.imports                    only the layouts (data sets beside the repository)
    python -m tests.bench.imports FOLDER             also imports FOLDER/companies.csv and FOLDER/contacts.csv
    python -m tests.bench.imports FOLDER --undo      and takes both back

FOLDER is what `bench/gen.py` beside the data sets writes. The database lies in --data.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path
from typing import Any

import psutil

from bandhu.customers.imports.layouts import likely_kind, recognise_layout
from bandhu.customers.imports.mapping import propose_mapping, share_mapped
from bandhu.customers.imports.sources import detect_reading, open_source
from tests.bench.report import keep, table
from tests.bench.server import running_database

SETS = Path(os.environ.get("BANDHU_DATA_SETS") or Path(__file__).resolve().parents[3] / "shared" / "data")
FILES = (
    "contacts_import_layouts/**/*.csv",
    "zoho_crm_demo_export/[ACL]*.csv",
    "b2b_pipeline_maven/accounts.csv",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--undo", action="store_true")
    parser.add_argument("--data", default=".data-bench/imports", help="folder of the embedded database")
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        shares = table(["file", "layout", "columns", "mapped"], _shares())
        keep("imports-columns", "Columns of other programs understood without help", shares)
        if options.folder:
            heads = ["file", "rows", "wall s", "our CPU s", "PostgreSQL CPU s", "most memory MB"]
            aim = "The aim is 60 s and 400 MB for the 100,000 contacts, with validation, duplicate check and audit.\n\n"
            keep("imports", "Imports", aim + table(heads, _timed(options)))


def _shares() -> list[list[str]]:
    rows, mapped, columns = [], 0.0, 0
    for path in sorted(path for pattern in FILES for path in SETS.glob(pattern)):
        source = open_source(path, detect_reading(path))
        layout = recognise_layout(source.header)
        kind = likely_kind(source.header)
        if kind == "opportunities":
            continue  # what hangs on contacts and companies has columns of its own
        kind = "contacts" if kind == "leads" else kind
        share = share_mapped(propose_mapping(source.header, source.sample(), {}, kind))
        columns += len(source.header)
        mapped += share * len(source.header)
        rows.append([path.name, layout.key if layout else "", str(len(source.header)), f"{share:.0%}"])
    return [*rows, ["all", "", str(columns), f"{mapped / max(columns, 1):.0%}"]]


def _timed(options: argparse.Namespace) -> list[list[str]]:
    # Django is ready only while the database runs.
    from django.db import connection

    from bandhu.customers.actions import import_runs
    from bandhu.customers.actions import imports as actions
    from bandhu.identity.ready_made import ensure_ready_made, system_user

    ensure_ready_made()
    actor, rows, runs = system_user(), [], []

    def backend() -> psutil.Process:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return psutil.Process(cursor.fetchone()[0])

    def timed(name: str, work: Any) -> None:
        process, ours = backend(), psutil.Process()
        wall, cpu, theirs = time.perf_counter(), _cpu(ours), _cpu(process)
        run = work()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        figures = (time.perf_counter() - wall, _cpu(ours) - cpu, _cpu(process) - theirs)
        rows.append([name, str(run.done_rows), *(f"{one:.1f}" for one in figures), str(most)])

    def bring_in(path: Path) -> Any:
        with path.open("rb") as file:
            run = actions.upload_import(
                actor=actor, file_name=path.name, blocks=iter(lambda: file.read(1 << 20), b"")
            )
        actions.start_import(actions.choose_options(run, actor=actor, country="US"), actor=actor)
        import_runs.run_import(str(run.pk))
        run.refresh_from_db()
        runs.append(run)
        return run

    def take_back(run: Any) -> Any:
        actions.undo_import(run, actor=actor)
        import_runs.run_undo(str(run.pk))
        return run

    for name in ("companies.csv", "contacts.csv"):
        timed(name, lambda path=options.folder / name: bring_in(path))
    for run in reversed(runs) if options.undo else []:
        timed(f"undo {run.file_name}", lambda run=run: take_back(run))
    return rows


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
