"""Comparing a part of a scan's pairs in a process of its own: `python -m bandhu.customers.matching.scan_part FOLDER N`.

A process and not a fork: the worker that scans holds threads and database connections, which do not survive one.
Scorer, records and pairs lie in the scan's own temporary folder.
"""

from __future__ import annotations

import mmap
import pickle
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path

from bandhu.customers.matching.records import unpack
from bandhu.customers.matching.scoring import Scorer

Link = tuple[int, int, float, tuple[str, ...]]


def compare_parts(
    folder: Path, scorer: Scorer, ends: Sequence[int], parts: Sequence[int], least: float, done: Path
) -> tuple[int, list[Link]]:
    """How many pairs these parts hold, and the links among them with a probability of at least `least`.

    `done` grows by a byte with every part.
    """
    compared = 0
    links: list[Link] = []
    with (
        (folder / "records").open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as stored,
    ):
        for part in parts:
            numbers = array("Q")
            numbers.frombytes((folder / f"pairs{part}").read_bytes())
            left, record = -1, None
            for number in sorted(set(numbers)):
                one, other = number >> 32, number & 0xFFFFFFFF
                if one != left or record is None:
                    left, record = one, unpack(stored[ends[one] : ends[one + 1]])
                compared += 1
                score = scorer.score(record, unpack(stored[ends[other] : ends[other + 1]]), least=least)
                if score.probability >= least:
                    links.append((one, other, score.probability, score.reasons))
            with done.open("ab") as progress:
                progress.write(b".")
    return compared, links


def main() -> int:
    """Reads `job<N>`, writes `links<N>`, both pickles between two processes of one scan."""
    folder, number = Path(sys.argv[1]), sys.argv[2]
    scorer, ends, parts, least = pickle.loads((folder / f"job{number}").read_bytes())  # noqa: S301 our own folder
    found = compare_parts(folder, scorer, ends, parts, least, folder / f"done{number}")
    (folder / f"links{number}").write_bytes(pickle.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
