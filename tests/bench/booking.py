"""A hundred visitors want one time: how many get it.

    python -m tests.bench.booking [--visitors 100] [--connections 90]

Over real connections to a fresh embedded PostgreSQL that is durable as in production. It allows a hundred connections in all, so that
the last few visitors come as soon as the first are answered.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.report import keep, table
from tests.bench.server import running_database


def main() -> None:
    """Ask, print, and keep the section of the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--connections", type=int, default=90)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder, running_database(folder, migrate=True):
        outcomes = _race(asked.visitors, asked.connections)
    won, taken = outcomes.count("won"), outcomes.count("taken")
    name = f"{asked.visitors} bookings of one time over {asked.connections} connections"
    text = table(["", "won", "told that it is taken"], [[name, won, taken]])
    print(text)
    keep("booking", "Bookings of one time", text)
    if (won, taken) != (1, asked.visitors - 1):
        raise SystemExit(f"not exactly one won: {sorted(set(outcomes))}")


def _race(visitors: int, connections: int) -> list[str]:
    # Django must be set up first.
    from django.utils import timezone

    from bandhu.calendars import queries
    from bandhu.calendars.tests.cast import make_booking_page, make_seller

    seller = make_seller("Rupa", role="administrator")
    page = make_booking_page(seller, by=seller)
    now = timezone.now()
    starts = queries.free_times(page, now + timedelta(days=2), now + timedelta(days=9))[0].starts
    with ThreadPoolExecutor(connections) as pool:
        return list(pool.map(partial(_want, page, starts), range(visitors)))


def _want(page: Any, starts: Any, number: int) -> str:
    from django.core.exceptions import ValidationError
    from django.db import connection

    from bandhu.calendars import actions

    visitor = actions.Visitor(f"Visitor {number}", f"visitor{number}@example.org")
    try:
        actions.book_time(page, submission=f"s{number}", starts_at=starts, visitor=visitor)
    except ValidationError as refusal:
        return "taken" if "start" in refusal.message_dict else str(refusal)
    finally:
        connection.close()
    return "won"


if __name__ == "__main__":
    main()
