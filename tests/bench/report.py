"""Keeps the last figures in docs/benchmarks.md: one section per measurement, each replaced by its next run."""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

The last figures of `make bench`, written by it. The embedded PostgreSQL, as it is set up for daily use, runs on the same machine
as the program. "Processor" is the time our process and PostgreSQL's process for it were computing, together and apart; it varies
less than the clock when other work shares the machine. "Reference loop" is a fixed piece of Python taken just after: a rented
machine gives the same work a third more or less time from one minute to the next, and only figures with like loops compare.
"""


def keep(name: str, title: str, body: str) -> None:
    """Write or replace the section `name` (a slug) of docs/benchmarks.md; `body` is Markdown."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _HEAD
    section = f"<!-- {name} -->\n## {title}\n\n{surroundings()}\n\n{body.strip()}\n<!-- end of {name} -->"
    pattern = re.compile(rf"<!-- {re.escape(name)} -->.*?<!-- end of {re.escape(name)} -->", re.DOTALL)
    if pattern.search(page):
        page = pattern.sub(lambda _found: section, page)
    else:
        page = f"{page.rstrip()}\n\n{section}\n"
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")


def surroundings() -> str:
    """When, on what, and how busy the machine was otherwise: a figure without these says little."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"_Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {cores} cores, Python {platform.python_version()},"
        f" load average before {load:.1f}, reference loop {reference_loop():.0f} ms._"
    )


def reference_loop() -> float:
    """Milliseconds of processor for three million steps of plain Python; the median of five goes."""
    return statistics.median(_one_loop() for _ in range(5))


def _one_loop() -> float:
    begun, total = time.process_time(), 0
    for step in range(3_000_000):
        total += step * step % 7
    return (time.process_time() - begun) * 1_000


def table(heads: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table; everything but the first column stands to the right."""
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)
