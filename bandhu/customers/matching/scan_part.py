"""Comparing a part of a scan's pairs in a process of its own: `python -m bandhu.customers.matching.scan_part FOLDER LEAST PART…`.

A process and not a fork: the worker that scans holds threads and database connections, which do not survive one.
Scorer, records and pairs lie in the scan's own temporary folder.
"""

from __future__ import annotations

import mmap
import os
import pickle
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path

from bandhu.customers.matching.records import unpack
from bandhu.customers.matching.scoring import Scorer


def compare_part(
    folder: Path, scorer: Scorer, ends: Sequence[int], part: int, least: float, stored: mmap.mmap
) -> None:
    """Write the links among one part's pairs, those with a probability of at least `least`, to `links<part>`.

    A file that is there is whole: a scan that was killed goes on with the parts that have none.
    """
    target = folder / f"links{part}"
    if target.exists():
        return
    numbers = array("Q")
    numbers.frombytes((folder / f"pairs{part}").read_bytes())
    compared, links = 0, []
    left, record = -1, None
    for number in sorted(set(numbers)):
        one, other = number >> 32, number & 0xFFFFFFFF
        if one != left or record is None:
            left, record = one, unpack(stored[ends[one] : ends[one + 1]])
        compared += 1
        score = scorer.score(record, unpack(stored[ends[other] : ends[other + 1]]), least=least)
        if score.probability >= least:
            links.append((one, other, score.probability, score.reasons))
    # By process: one that outlived its killed parent may be at the same part.
    unfinished = folder / f"links{part}.{os.getpid()}"
    unfinished.write_bytes(pickle.dumps((compared, links)))
    unfinished.replace(target)


def main() -> int:
    """Compares the parts named after the folder, with the scorer another process of the same scan has laid there."""
    folder, least, parts = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    scorer, ends = pickle.loads((folder / "scorer").read_bytes())  # noqa: S301 our own folder
    with (
        (folder / "records").open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as stored,
    ):
        for part in parts:
            compare_part(folder, scorer, ends, int(part), least, stored)
    return 0


if __name__ == "__main__":
    sys.exit(main())
