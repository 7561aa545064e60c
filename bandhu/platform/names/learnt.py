"""The families of spellings: those written by hand and those learnt from pairs of names in two scripts.

`learnt.txt` is made by tests/bench/train_names.py; both files hold one family a line, "id form form …".
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from importlib.resources import files

from .folding import fold


@lru_cache(maxsize=1)
def families_by_form() -> dict[str, tuple[str, ...]]:
    """Return for every folded form the ids of the families it belongs to."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for source, prefix in (("families.txt", ""), ("learnt.txt", "~")):
        for line in _lines(source):
            identity, *forms = line.split()
            for form in forms:
                found[fold(form)][prefix + identity] = None
    return {form: tuple(identities) for form, identities in found.items()}


@lru_cache(maxsize=1)
def light_words() -> frozenset[str]:
    """Return the folded honorifics and prefixes that must not weigh in a comparison."""
    return frozenset(fold(word) for line in _lines("honorifics.txt") for word in line.split())


def _lines(name: str) -> list[str]:
    source = files(__package__).joinpath(name)
    if not source.is_file():
        return []
    return [
        line for line in source.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
