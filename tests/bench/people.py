"""A book of people for measuring: seeded, in three scripts, with common and rare names as life has them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

from bandhu.platform.ids import new_id
from bandhu.platform.names.learnt import families_by_form
from bandhu.platform.names.romanising import script_of

SEED = 20261122
_ONSETS = [
    "b",
    "bh",
    "ch",
    "d",
    "dh",
    "g",
    "h",
    "j",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sh",
    "t",
    "th",
    "v",
    "z",
    "br",
    "kr",
    "pr",
    "sr",
    "st",
]
_VOWELS = ["a", "a", "i", "u", "e", "o", "ai"]
_CODAS = ["", "", "n", "r", "l", "m", "sh", "t", "d"]
_FIRMS = [
    "Traders",
    "Textiles",
    "Mills",
    "Motors",
    "Foods",
    "Pharma",
    "Logistics",
    "Software",
    "Steel",
    "Agro",
    "Press",
    "Travels",
]
_DOMAINS = ["gmail.com"] * 6 + ["yahoo.com", "outlook.com"]


@dataclass(frozen=True)
class Person:
    record_id: UUID
    name: str
    company: str
    phone: str
    mail: str


def people(count: int, start: int = 0) -> Iterator[Person]:
    """Return persons number `start` to `start + count`: the same for the same numbers, but for their ids."""
    words = _words()
    for number in range(start, start + count):
        yield _person(random.Random(SEED * 1_000_003 + number), number, words)


def _person(rng: random.Random, number: int, words: dict[str, _Pool]) -> Person:
    script = rng.choices(("latin", "bn", "ta"), (50, 35, 15))[0]
    pool = words[script]
    if script == "ta" and rng.random() < 0.5:
        given = pool.pick(rng)
        name = f"{pool.pick(rng)[0]}. {given}"
    else:
        parts = [pool.pick(rng), pool.pick(rng)]
        if script != "ta" and rng.random() < 0.25:
            parts.insert(0, "Md." if script == "latin" else "মোঃ")
        elif rng.random() < 0.2:
            parts.insert(1, pool.pick(rng))
        name = " ".join(part.title() if part.isascii() else part for part in parts)
    handle = f"{words['latin'].pick(rng)}{number}"
    return Person(
        record_id=new_id(),
        name=name,
        company=f"{words['latin'].pick(rng).title()} {rng.choice(_FIRMS)}",
        phone=f"+8801{rng.randint(3, 9)}{rng.randint(0, 99_999_999):08d}",
        mail=f"{handle}@{rng.choice(_DOMAINS)}",
    )


class _Pool:
    """Words of one script: some borne by one in thirty, most by a handful."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.weights = list(accumulate(1 / (rank + 12) for rank in range(len(words))))

    def pick(self, rng: random.Random) -> str:
        return rng.choices(self.words, cum_weights=self.weights)[0]


@lru_cache(maxsize=1)
def _words() -> dict[str, _Pool]:
    rng = random.Random(SEED)
    found: dict[str, list[str]] = {"latin": [], "bn": [], "ta": []}
    for form in families_by_form():
        if len(form) > 3 and script_of(form) in found:
            found[script_of(form)].append(form)
    # The head of each list keeps the order of the families, common names first; a long tail follows.
    tail = ["".join(_syllable(rng) for _ in range(rng.choice((2, 3, 3)))) for _ in range(60_000)]
    found["latin"] += tail
    found["bn"] += [_shuffled(rng, found["bn"]) for _ in range(15_000)]
    found["ta"] += [_shuffled(rng, found["ta"]) for _ in range(8_000)]
    return {script: _Pool(list(dict.fromkeys(words))) for script, words in found.items()}


def _syllable(rng: random.Random) -> str:
    return rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)


def _shuffled(rng: random.Random, words: list[str]) -> str:
    """A new word of a script out of the halves of two known ones."""
    one, other = rng.choice(words[:800]), rng.choice(words[:800])
    return one[: (len(one) + 1) // 2] + other[len(other) // 2 :]
