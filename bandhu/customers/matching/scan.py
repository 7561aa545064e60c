"""All the duplicates among many records, in memory that hardly grows: a million in about half a gigabyte.

Records, keys and pairs lie in temporary files, split into parts by hash; each step reads one part at a time.
"""

from __future__ import annotations

import mmap
import os
import pickle
import subprocess
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

from bandhu.customers.matching.blocking import KINDS, caps_for, keys_of
from bandhu.customers.matching.caution import BY_OTHERS, DOUBTFUL, are_others
from bandhu.customers.matching.clusters import DOUBT, pairs_of
from bandhu.customers.matching.frequencies import Frequencies
from bandhu.customers.matching.records import Record, pack, unpack
from bandhu.customers.matching.scan_part import compare_part
from bandhu.customers.matching.scoring import Scorer

LIKELY = 0.5  # more likely than not: the one threshold of the house
PARTS = 64
STRANGERS = 20_000  # pairs drawn blindly to learn how strangers agree
LEARNT_FROM = 40_000  # candidate pairs to learn from
MOST_PROCESSES = 2
MANY_PAIRS = 400_000  # from here on a second process is worth its start
HOLD = 4096  # entries of a part held in memory before they are written

_HASH = (1 << 59) - 1
_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}

Progress = Callable[[str, float], None]


class Found(NamedTuple):
    """Two rows, in order of their numbers, that are probably the same one, and why."""

    one: int
    other: int
    score: float
    reasons: tuple[str, ...]


class _Parts:
    """Arrays of unsigned 64-bit numbers in one file per part."""

    def __init__(self, folder: Path, name: str) -> None:
        self._files: list[IO[bytes]] = [(folder / f"{name}{part}").open("a+b") for part in range(PARTS)]
        self._held = [array("Q") for _ in range(PARTS)]

    def add(self, part: int, *numbers: int) -> None:
        held = self._held[part]
        held.extend(numbers)
        if len(held) >= HOLD:
            held.tofile(self._files[part])
            del held[:]

    def read(self, part: int) -> array[int]:
        file = self._files[part]
        self._held[part].tofile(file)
        del self._held[part][:]
        file.seek(0)
        numbers = array("Q")
        numbers.frombytes(file.read())
        return numbers

    def flush(self) -> int:
        """Everything to the files; returns how many numbers there are."""
        for held, file in zip(self._held, self._files, strict=True):
            held.tofile(file)
            del held[:]
            file.flush()
        return sum(file.seek(0, os.SEEK_END) for file in self._files) // 8

    def close(self) -> None:
        for file in self._files:
            file.close()


class Scan:
    """Takes records one by one (`add`), then finds the duplicates among them (`found`). A context manager.

    `progress(step, share)` is told where the scan is: "pair", "learn", "compare", each 0..1. With a `folder` of the
    caller's, a scan that was killed while it compared can be taken up again (`can_go_on`, `go_on`).
    """

    def __init__(self, *, expected_records: int = 1_000_000, folder: Path | None = None) -> None:
        self._temporary = None if folder else TemporaryDirectory(prefix="bandhu-matching-")
        self._folder = folder = folder or Path(self._temporary.name if self._temporary else "")
        self._records = (folder / "records").open("a+b")  # a scan that goes on finds them filled
        self._keys = _Parts(folder, "keys")
        self._pairs = _Parts(folder, "pairs")
        self._ends = array("Q", [0])
        self._map: mmap.mmap | None = None
        self.frequencies = Frequencies(expected_records)
        self.pairs_compared = 0

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        if self._map is not None:
            self._map.close()
        self._records.close()
        self._keys.close()
        self._pairs.close()
        if self._temporary:
            self._temporary.cleanup()

    @staticmethod
    def can_go_on(folder: Path) -> bool:
        """Whether a scan left everything in the folder that comparing needs."""
        return (folder / "scorer").exists()

    def go_on(self, least: float = LIKELY, progress: Progress | None = None) -> list[Found]:
        """What `found` gives, from where the scan in this folder was killed."""
        scorer, self._ends = pickle.loads((self._folder / "scorer").read_bytes())  # noqa: S301 our own folder
        return self._grouped(scorer, least, progress)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, record: Record) -> int:
        """Takes one record; its number counts from 0."""
        row = len(self)
        packed = pack(record)
        self._records.write(packed)
        self._ends.append(self._ends[-1] + len(packed))
        self.frequencies.add(record)
        for key in set(keys_of(record)):
            # The low five bits tell the kind of key, the others what it says.
            number = (hash(key) & _HASH) << 5 | _NUMBERS[key.partition(":")[0]]
            self._keys.add((number >> 5) % PARTS, number, row)
        return row

    def record(self, row: int) -> Record:
        """The record of that number."""
        return unpack(self._stored()[self._ends[row] : self._ends[row + 1]])

    def _stored(self) -> mmap.mmap:
        if self._map is None:
            self._records.flush()
            self._map = mmap.mmap(self._records.fileno(), 0, access=mmap.ACCESS_READ)
        return self._map

    def candidates(self, progress: Progress | None = None) -> None:
        """Writes down the pairs that share a key, and lets the keys go."""
        sizes: dict[str, Counter[int]] = {kind: Counter() for kind in KINDS}
        for part in range(PARTS):
            for number, count in Counter(self._keys.read(part)[::2]).items():
                sizes[KINDS[number & 31]][count] += 1
        caps = caps_for(sizes, len(self))
        for part in range(PARTS):
            entries = self._keys.read(part)
            blocks: dict[int, list[int]] = {}
            for at in range(0, len(entries), 2):
                blocks.setdefault(entries[at], []).append(entries[at + 1])
            for number, rows in blocks.items():
                if 1 < len(rows) <= caps[KINDS[number & 31]]:
                    for one, other in combinations(rows, 2):
                        self._pairs.add(one * 31 % PARTS, one << 32 | other)
            if progress:
                progress("pair", (part + 1) / PARTS)

    def _pairs_of_part(self, part: int) -> list[tuple[int, int]]:
        return [(pair >> 32, pair & 0xFFFFFFFF) for pair in sorted(set(self._pairs.read(part)))]

    def _learnt(self, progress: Progress | None = None) -> Scorer:
        """A scorer fitted to these records, by pairs drawn with a fixed seed."""
        scorer = Scorer(self.frequencies)
        drawn = Random(20_26)  # noqa: S311 a sample, not a secret
        rows = range(len(self))
        strangers = [(drawn.choice(rows), drawn.choice(rows)) for _ in range(STRANGERS)]
        sample: list[tuple[int, int]] = []
        parts = 0
        for parts in range(1, PARTS + 1):
            sample += self._pairs_of_part(parts - 1)
            if len(sample) >= LEARNT_FROM:
                break
        share = parts / PARTS
        if len(sample) > LEARNT_FROM:
            share *= LEARNT_FROM / len(sample)
            sample = drawn.sample(sample, LEARNT_FROM)
        scorer.learn(
            ((self.record(one), self.record(other)) for one, other in sample),
            ((self.record(one), self.record(other)) for one, other in strangers if one != other),
            found_share=share,
        )
        if progress:
            progress("learn", 1.0)
        return scorer

    def _links(self, scorer: Scorer, least: float, progress: Progress | None) -> Iterator[Found]:
        """Every part's links: compared here, or by several processes where that is worth their start."""
        folder = self._folder
        left = [part for part in range(PARTS) if not (folder / f"links{part}").exists()]
        pairs = sum((folder / f"pairs{part}").stat().st_size for part in left) // 8
        processes = min(MOST_PROCESSES, os.cpu_count() or 1)
        if pairs >= MANY_PAIRS and processes > 1:
            self._compare_in_processes(left, least, processes, progress)
        else:
            for part in left:
                compare_part(folder, scorer, self._ends, part, least, self._stored())
                self._tell(progress)
        alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # one list of reasons for all links that have it
        for part in range(PARTS):
            compared, links = pickle.loads((folder / f"links{part}").read_bytes())  # noqa: S301 our own folder
            self.pairs_compared += compared
            for one, other, score, reasons in links:
                yield Found(one, other, score, alike.setdefault(reasons, reasons))

    def _tell(self, progress: Progress | None) -> None:
        if progress:
            done = sum((self._folder / f"links{part}").exists() for part in range(PARTS))
            progress("compare", done / PARTS)

    def _compare_in_processes(
        self, parts: list[int], least: float, processes: int, progress: Progress | None
    ) -> None:
        module = [sys.executable, "-m", "bandhu.customers.matching.scan_part", str(self._folder), str(least)]
        running = []
        try:
            for number in range(processes):
                command = [*module, *map(str, parts[number::processes])]
                running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))  # noqa: S603 our own module
            while any(process.poll() is None for process in running):
                time.sleep(0.5)
                self._tell(progress)
        finally:
            for process in running:
                process.kill()
                process.wait()
        for process in running:
            if process.returncode:
                raise RuntimeError(f"a process comparing pairs ended with {process.returncode}")

    def found(self, least: float = LIKELY, progress: Progress | None = None) -> list[Found]:
        """Pairs that are the same with a probability of at least `least`, in order of their rows.

        Two rows that a third one joins are a pair as well, unless they are plainly strangers: its score is that of the
        weaker link, little where name, birthday or id differ, its first reason `same_group`.
        """
        if len(self) < 2:
            return []
        self.candidates(progress)
        scorer = self._learnt(progress)
        self._pairs.flush()
        self._records.flush()
        ready = self._folder / "scorer.part"
        ready.write_bytes(pickle.dumps((scorer, self._ends)))
        ready.replace(self._folder / "scorer")
        return self._grouped(scorer, least, progress)

    def _grouped(self, scorer: Scorer, least: float, progress: Progress | None) -> list[Found]:
        links = {(link.one, link.other): link for link in self._links(scorer, least, progress)}

        def compare(one: int, other: int) -> float:
            return scorer.score(self.record(one), self.record(other), least=2.0).probability

        pairs = pairs_of(((link.one, link.other, link.score) for link in links.values()), compare)
        found = []
        for (one, other), score in pairs.items():
            link = links.get((one, other)) or self._of_one_group(scorer, one, other, score)
            if link is not None:
                found.append(link)
        return sorted(found)

    def _of_one_group(self, scorer: Scorer, one: int, other: int, score: float) -> Found | None:
        """The pair of two rows that only others join, `score` being their weakest link; None for strangers."""
        first, second = self.record(one), self.record(other)
        direct = scorer.score(first, second)
        if are_others(scorer.compare(first, second).levels):
            if direct.probability < DOUBT:
                return None
            score = min(score, BY_OTHERS)
        elif any(reason.endswith("_differs") for reason in direct.reasons):
            score = max(direct.probability, min(score, DOUBTFUL))
        return Found(one, other, score, ("same_group", *direct.reasons))
