"""Learns families of spellings from pairs of names and writes bandhu/platform/names/learnt.txt.

    BANDHU_DATA_SETS=… python -m tests.bench.train_names

Only names outside the tested part are read (see name_pairs). A pair of full names is aligned word by word; where
the rules of sound already make two words equal nothing needs to be learnt, so only the rest is kept.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from bandhu.platform.names.folding import fold
from bandhu.platform.names.keys import Token, prepare_token
from bandhu.platform.names.romanising import romanise_token
from bandhu.platform.names.similarity import token_similarity

from .name_pairs import bengali_pairs, is_tested, tamil_pairs

OUT = Path(__file__).resolve().parents[2] / "bandhu" / "platform" / "names" / "learnt.txt"
LARGEST = 150_000
_BRACKETS = re.compile(r"\(.*?\)")


def aligned_words(native: str, latin: str) -> list[tuple[str, str, float]]:
    """Return (native word, Latin word, likeness) for the words of a pair that stand for each other.

    Words alike come first; with one unlike word left on each side, those two are a pair as well.
    """
    left = [prepare_token(word) for word in fold(native).split()]
    right = [prepare_token(word) for word in fold(latin).split()]
    scored = sorted(
        (
            (token_similarity(a, b)[0] - 0.05 * abs(i - j), i, j)
            for i, a in enumerate(left)
            for j, b in enumerate(right)
        ),
        reverse=True,
    )
    pairs: list[tuple[str, str, float]] = []
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    for score, i, j in scored:
        if i in free_left and j in free_right and score >= 0.45:
            pairs.append((left[i].folded, right[j].folded, score))
            free_left.discard(i)
            free_right.discard(j)
    if len(left) == len(right) and len(free_left) == len(free_right) == 1 and len(left) > 1:
        i, j = free_left.pop(), free_right.pop()
        if i == j:
            pairs.append((left[i].folded, right[j].folded, token_similarity(left[i], right[j])[0]))
    return pairs


def _teaches(native: Token, latin: Token, count: int, score: float) -> bool:
    if native.is_initial or latin.is_initial or latin.script != "latin" or native.script == "latin":
        return False
    if native.families & latin.families or score >= 0.93 or len(latin.folded) < 3:
        return False
    # A single sighting is trusted when the words resemble each other, an unlike pair only when seen again.
    return count >= 2 or score >= 0.5


def learn(pairs: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return families as (id, forms): the native word and the Latin words it was seen as, most seen first."""
    seen: Counter[tuple[str, str]] = Counter()
    best: dict[tuple[str, str], float] = {}
    for native, latin in pairs:
        for a, b, score in aligned_words(native, _BRACKETS.sub(" ", latin)):
            seen[a, b] += 1
            best[a, b] = max(score, best.get((a, b), 0.0))
    families: dict[str, Counter[str]] = defaultdict(Counter)
    for (a, b), count in seen.items():
        if _teaches(prepare_token(a), prepare_token(b), count, best[a, b]):
            families[a][b] = count
    ranked = sorted(families.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return [(romanise_token(a), [a, *[b for b, _count in forms.most_common(8)]]) for a, forms in ranked]


def main() -> None:
    """Learn from the part that is not tested and write the table, dropping the rarest families beyond 150 kB."""
    if OUT.exists():
        OUT.unlink()  # what was learnt before must not colour what is learnt now
    pairs = [pair for pair in bengali_pairs() + tamil_pairs() if not is_tested(pair[0])]
    lines = [
        "# Learnt by tests/bench/train_names.py from pairs of names; do not edit. One family a line: id form form ...",
    ]
    size = 0
    for identity, forms in learn(pairs):
        line = " ".join([identity or "-", *forms])
        size += len(line.encode()) + 1
        if size > LARGEST - 200:
            break
        lines.append(line)
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"learnt from {len(pairs)} pairs: {len(lines) - 1} families, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
