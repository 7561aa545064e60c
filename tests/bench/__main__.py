"""`make bench`: everything that is measured, one after the other, each in a process of its own; figures go to docs/benchmarks.md.

    python -m tests.bench [pages serving scan imports matching names sales papers booking help-centre routing chat inbox mails] [--sizes 10000,100000,1000000] [--folder .data-bench]

A book is kept between runs in a folder of its own, so that only the first run fills it. What needs the data sets beside the
repository says so in one line where they are absent.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.imports import SETS
from tests.bench.report import keep, table
from tests.bench.serving import measure_serving

GENERATOR = SETS.parent / "bench" / "gen.py"
_LIMITS = {
    "list by name, first page": 40,
    "list by name, anywhere inside": 40,
    "list by city, deep page": 40,
    "list by last contact, deep page": 40,
    "record page and timeline": 50,
    "create an interaction, write door": 20,
}
_SEARCH_LIMIT = 80


def main() -> None:
    """Fill what is missing, measure what was asked for (everything by default), write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(_SECTIONS))
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--folder", type=Path, default=Path(".data-bench"))
    options = parser.parse_args()
    unknown = set(options.sections) - set(_SECTIONS)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    sizes = [int(one) for one in options.sizes.split(",")]
    for section in options.sections or _SECTIONS:
        _SECTIONS[section](options.folder, sizes)


def _pages(folder: Path, sizes: list[int]) -> None:
    books = []
    for size in sizes:
        _fill(folder / str(size), size)
        books.append(_figures("measure", folder / str(size)))
    keep("pages", "Pages, search and writing", pages_text(books))


def _serving(folder: Path, _sizes: list[int]) -> None:
    keep("serving", "Start and memory", serving_text(measure_serving(folder / "demo")))


def _scan(folder: Path, sizes: list[int]) -> None:
    books = []
    for size in sizes:
        _fill(folder / str(size), size)
        books.append(_figures("scan", folder / str(size)))
    keep("scan", "Scan of the whole book for duplicates", scan_text(books))


def _imports(folder: Path, _sizes: list[int]) -> None:
    if not GENERATOR.exists():
        print("imports: the generator of other systems' data is not beside the repository; left out")
        return
    files = folder / "imports-files"
    subprocess.run([sys.executable, str(GENERATOR), str(files)], check=True)
    shutil.rmtree(folder / "imports", ignore_errors=True)
    _run("imports", str(files), "--data", str(folder / "imports"))
    _run("beside", "--data", str(folder / "imports"), "--notes", str(files / "notes.csv"))
    _run("beside_sales", "--data", str(folder / "imports"), "--deals", str(files / "opps.csv"))


def _matching(_folder: Path, _sizes: list[int]) -> None:
    _run("matching")


def _names(folder: Path, _sizes: list[int]) -> None:
    if not SETS.exists():
        print("names: the data sets are not beside the repository; left out")
        return
    _run("names", "--through-search", "--data", str(folder / "names"))


def _sales(folder: Path, sizes: list[int]) -> None:
    size = max(sizes)
    _fill(folder / str(size), size)
    share = min(1.0, size / 1_000_000)
    counts = ("--opportunities", str(round(500_000 * share)), "--open", str(round(50_000 * share)))
    _run("sales", "--data", str(folder / str(size)), *counts)


def _papers(_folder: Path, _sizes: list[int]) -> None:
    _run("papers")


def _booking(_folder: Path, _sizes: list[int]) -> None:
    _run("booking")


def _help_centre(folder: Path, _sizes: list[int]) -> None:
    _run("help_centre", "--data", str(folder / "help"))


def _meaning(folder: Path, _sizes: list[int]) -> None:
    _run("meaning", "--data", str(folder / "meaning"))


def _routing(_folder: Path, _sizes: list[int]) -> None:
    _run("routing")


def _chat(folder: Path, _sizes: list[int]) -> None:
    _run("chat", "--data", str(folder / "chat"))


def _inbox(folder: Path, sizes: list[int]) -> None:
    size = max(sizes)
    _run("inbox", "--data", str(folder / f"inbox-{size}"), "--conversations", str(size))


def _mails(folder: Path, _sizes: list[int]) -> None:
    _run("mails", "--data", str(folder / "mails"))


def _scores(_folder: Path, _sizes: list[int]) -> None:
    _run("scores")


_SECTIONS = {
    "pages": _pages,
    "serving": _serving,
    "scan": _scan,
    "imports": _imports,
    "matching": _matching,
    "names": _names,
    "sales": _sales,
    "scores": _scores,
    "papers": _papers,
    "booking": _booking,
    "help-centre": _help_centre,
    "meaning": _meaning,
    "routing": _routing,
    "chat": _chat,
    "inbox": _inbox,
    "mails": _mails,
}


def _fill(folder: Path, size: int) -> None:
    done = folder / "filled"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run("generate", "--contacts", str(size), "--data", str(folder))
        done.touch()


def _figures(module: str, folder: Path) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile(suffix=".json") as figures:
        _run(module, "--data", str(folder), "--json", figures.name)
        found: dict[str, Any] = json.loads(Path(figures.name).read_text())
    return found


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", f"tests.bench.{module}", *arguments], check=True)


def pages_text(books: list[dict[str, Any]]) -> str:
    """The section on pages: the largest book in full, then how the middle and the slow end grow with size."""
    largest = books[-1]
    rows = [
        [
            figure["name"], figure["p50"], figure["p95"], _limit(figure["name"]),
            round(figure["cpu"] + figure["database_cpu"], 1), figure["cpu"], figure["database_cpu"],
        ]
        for figure in largest["figures"]
    ]  # fmt: skip
    full = table(
        ["Milliseconds", "p50", "p95", "aim for p95", "processor", "of it ours", "PostgreSQL's"], rows
    )
    heads = ["p95 in milliseconds (processor)", *(f"{book['contacts']:,}" for book in books)]
    growth = [
        [
            name,
            *(
                f"{by_name[name]['p95']} ({by_name[name]['cpu'] + by_name[name]['database_cpu']:.1f})"
                for by_name in _by_name(books)
            ),
        ]
        for name in (figure["name"] for figure in largest["figures"])
    ]
    sizes = ", ".join(f"`{path}` {size / 1000:.1f} kB" for path, size in largest["bytes"].items())
    return (
        f"{largest['contacts']:,} contacts, {largest['interactions']:,} interactions, in the server, network left out, "
        f"with the book in PostgreSQL's memory as far as its cache reaches (pg_prewarm).\n\n{full}\n\n"
        f"How it grows with the number of contacts:\n\n{table(heads, growth)}\n\n"
        f"Pages as sent (compressed, without styles and scripts): {sizes}.\n"
    )


def scan_text(books: list[dict[str, Any]]) -> str:
    """The section on the scan: one row a book."""
    heads = ["contacts", "seconds", "aim", "processor seconds", "most MB of one process", "pairs"]
    rows = [
        [
            f"{book['contacts']:,}", f"{book['seconds']:.0f}", "600" if book["contacts"] >= 1_000_000 else "",
            f"{book['processor']:.0f}", book["memory_mb"], f"{book['pairs']:,}",
        ]
        for book in books
    ]  # fmt: skip
    return table(heads, rows)


def serving_text(found: dict[str, Any]) -> str:
    """The section on start and memory."""
    rows = [
        [
            "`bandhu demo` on an empty folder, until the first page",
            f"{found['first_start']:.1f} s",
            "3 min from a clone",
        ],
        ["the next start, until the first page", f"{found['next_start']:.1f} s", "6 s"],
        ["memory of web and worker together, idle (PSS)", f"{found['memory_mb']:.0f} MB", "350 MB"],
        ["of it: " + ", ".join(f"{name} {size:.0f}" for name, size in found["processes"]), "", ""],
        ["memory of PostgreSQL beside it (PSS)", f"{found['database_mb']:.0f} MB", ""],
    ]
    return table(["", "measured", "aim"], rows)


def _by_name(books: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{figure["name"]: figure for figure in book["figures"]} for book in books]


def _limit(name: str) -> Any:
    return _SEARCH_LIMIT if name.startswith("search") else _LIMITS.get(name, "")


if __name__ == "__main__":
    main()
