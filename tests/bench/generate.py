"""Fills an empty database with an invented book of any size, straight by COPY.

    python -m tests.bench.generate --contacts 1000000 --data .data-bench

Companies are a tenth of the contacts, interactions five times as many, spread over two years; one contact in a thousand has most
of the talk, as in life. One seed gives the same rows. The ten users and the teams are those of the demonstration.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.server import running_database

SEED = 20261122
PASSWORD = "bench-bench-1234"
TABLES = (
    "customers_company", "customers_contact", "customers_phone", "customers_emailaddress", "customers_postaladdress",
    "customers_alternativename", "customers_contact_tags", "interactions_interaction", "interactions_followup",
    "privacy_consent", "platform_searchentry", "platform_searchword",
)  # fmt: skip


def main() -> None:
    """Read the arguments, fill, print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--data", default=".data-bench", help="folder of the embedded database")
    options = parser.parse_args()
    begun = time.perf_counter()

    def report(text: str) -> None:
        print(f"{time.perf_counter() - begun:7.1f} s  {text}", flush=True)

    with running_database(options.data, migrate=True):
        generate(options.contacts, report)
    report(f"a book of {options.contacts:,} contacts stands in {os.path.abspath(options.data)}")


def generate(contacts: int, report: Callable[[str], None]) -> None:
    """Fill the database that Django is connected to; raises RuntimeError when it is not empty."""
    from bandhu.customers.models import Contact  # Django is set up only now
    from tests.bench.book import Book
    from tests.bench.bulk_tables import copy_file, without_indexes

    if Contact.objects.exists():
        raise RuntimeError("there are contacts already: choose an empty folder with --data")
    book = Book(SEED, contacts, open_bench_office())
    report("people and firms numbered")
    with TemporaryDirectory(prefix="bandhu-bench-") as folder:
        files = book.write(Path(folder), report)
        del book
        with without_indexes(list(TABLES), report):
            for columns, path in files:
                copy_file(columns, path, report)


def open_bench_office() -> Any:
    """Roles, purposes, and the people of the demonstration, who ask the questions of the measurements."""
    from bandhu.identity.ready_made import ensure_ready_made, system_user
    from bandhu.privacy.purposes import ensure_purposes
    from bandhu.workspace.demo.office import open_office

    ensure_ready_made()
    ensure_purposes()
    return open_office(system_user(), PASSWORD)


if __name__ == "__main__":
    main()
