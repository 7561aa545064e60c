"""Pairs of one name in two scripts, from the data sets beside the repository, split into learnt and tested.

The split is by a hash of the native name alone: a native name is learnt from or tested on, never both.
"""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

TESTED_PER_TEN = 3


def data_sets() -> Path:
    """Return the folder of the data sets (BANDHU_DATA_SETS, else beside the repository)."""
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("BANDHU_DATA_SETS", default))


def is_tested(native: str) -> bool:
    """Say whether `native` belongs to the part that nothing may be learnt from (3 in 10)."""
    return int(hashlib.sha256(native.encode()).hexdigest()[:8], 16) % 10 < TESTED_PER_TEN


def bengali_pairs() -> list[tuple[str, str]]:
    """Return (Bengali name, Latin name) of people from Wikipedia."""
    path = data_sets() / "translit_bn_wiki_names" / "wiki_names.txt"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(row[0].strip(), row[1].strip()) for row in rows if len(row) == 2]


def tamil_pairs() -> list[tuple[str, str]]:
    """Return (Tamil given name, Latin given name)."""
    path = data_sets() / "tamil_person_names" / "tamil_names_566.csv"
    with path.open(encoding="utf-8", newline="") as source:
        return [(row["name_ta"].strip(), row["name_en"].strip()) for row in csv.DictReader(source)]


def typed_words(language: str) -> list[tuple[str, str, int]]:
    """Return (native word, Latin spelling, how many people typed it) of the Dakshina lexicon ("bn" or "ta")."""
    path = data_sets() / "translit_dakshina" / language / f"{language}.translit.sampled.train.tsv"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(row[0], row[1], int(row[2])) for row in rows if len(row) == 3]
