"""How alike two names are, from 0 to 1, and why: for the order of hits and for the score of duplicates."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

from .keys import PreparedName, Token, prepare_name

# Reasons are stable words; whoever shows them translates them.
SAME = "same"
SCRIPT = "script"
SPELLING = "spelling"
INITIAL = "initial"
MISSPELLING = "misspelling"
PART = "part"
DIFFERENT = "different"
# From this likeness on a word is another writing of the one asked for; below it has to be a slip of the hand.
_ANOTHER_WRITING = 0.85
# Romanising blurs: across scripts so much likeness is enough.
_ANOTHER_WRITING_ACROSS = 0.7
_ORDER = (SAME, SCRIPT, SPELLING, INITIAL, MISSPELLING, PART, DIFFERENT)


# Tokens are made once and compared by identity, and the same words meet again and again among candidates.
@lru_cache(maxsize=65_536)
def token_similarity(one: Token, other: Token) -> tuple[float, str]:
    """Return the likeness of two words (0 to 1) and the reason for it."""
    if one.folded == other.folded:
        return 1.0, SAME
    if one.is_initial or other.is_initial:
        return _initial_similarity(one, other)
    if one.roman == other.roman:
        return 0.99, SCRIPT
    if one.folded.isdecimal() or other.folded.isdecimal():
        return 0.0, DIFFERENT
    across = SCRIPT if one.script != other.script else SPELLING
    if one.families & other.families:
        return 0.96, across
    if across == SCRIPT and "ta" in {one.script, other.script}:
        sounds = ratio(one.unvoiced, other.unvoiced) / 100
    else:
        sounds = ratio(one.sound, other.sound) / 100
    if sounds == 1.0 and one.sound:
        return 0.93 + 0.05 * ratio(one.roman, other.roman) / 100, across
    bones = ratio(one.weak, other.weak) / 100 if one.weak and other.weak else 0.0
    spelt = JaroWinkler.similarity(one.roman, other.roman)
    score = 0.45 * sounds + 0.3 * bones + 0.2 * spelt
    return score, (across if bones == 1.0 and sounds > 0.7 else MISSPELLING)


@lru_cache(maxsize=65_536)
def asked_similarity(asked: Token, stored: Token) -> tuple[float, str]:
    """As `token_similarity`, but a word still being typed answers as well: its beginning, its sound, any part."""
    score, reason = token_similarity(asked, stored)
    if score >= 0.9 or asked.is_initial or stored.is_initial:
        return score, reason
    share = len(asked.folded) / len(stored.folded)
    part = 0.0
    if stored.folded.startswith(asked.folded):
        part = 0.8 + 0.15 * share
    elif len(asked.sound) >= 3 and stored.sound.startswith(asked.sound):
        part = 0.72 + 0.15 * share
    elif len(asked.folded) >= 3 and asked.folded in stored.folded:
        part = 0.6 + 0.15 * share
    return (max(part, score), PART) if part else (score, reason)


def answers_truly(query: PreparedName, stored: PreparedName) -> bool:
    """Whether at least half of the telling words asked for are meant by words of `stored`, not merely nearest to them."""
    telling = [token for token in query.tokens if token.weight == 1] or [*query.tokens]
    met = sum(any(_is_meant(token, other) for other in stored.tokens) for token in telling)
    return 2 * met >= len(telling)


@lru_cache(maxsize=65_536)
def _is_meant(asked: Token, stored: Token) -> bool:
    """Whether the word is the one asked for in any spelling or script, its beginning or part, or a slip of the hand."""
    score, reason = asked_similarity(asked, stored)
    if reason in (SAME, SCRIPT, PART) and score >= _ANOTHER_WRITING:
        return True
    if asked.is_initial or stored.is_initial:
        return asked.is_initial and reason != DIFFERENT
    if reason == PART:
        return True
    if asked.script != stored.script:
        return score >= _ANOTHER_WRITING_ACROSS
    longest = max(len(asked.roman), len(stored.roman))
    return score >= _ANOTHER_WRITING or OSA.distance(asked.roman, stored.roman) <= max(1, longest // 4)


def _initial_similarity(one: Token, other: Token) -> tuple[float, str]:
    if not one.roman or not other.roman or one.roman[0] != other.roman[0]:
        if one.sound and other.sound and one.sound[0] == other.sound[0]:
            return 0.8, INITIAL
        return 0.0, DIFFERENT
    return 0.9, (SCRIPT if one.is_initial and other.is_initial else INITIAL)


def name_similarity(one: str, other: str) -> tuple[float, str]:
    """Return how alike two written names are (0 to 1) and the main reason. Symmetric."""
    return prepared_similarity(prepare_name(one), prepare_name(other))


def prepared_similarity(one: PreparedName, other: PreparedName) -> tuple[float, str]:
    """As `name_similarity`, for names taken apart before. Words that only one name has count half against it."""
    matched, reason = _align(one, other, token_similarity)
    low, high = sorted((one.weight, other.weight))
    if not low:
        return (1.0, SAME) if one.folded == other.folded else (0.0, DIFFERENT)
    score = matched / (low + 0.5 * (high - low))
    return _with_joined(one, other, min(score, 1.0), reason, high > low + 0.5)


def query_similarity(query: PreparedName, stored: PreparedName, further: float = 0.2) -> tuple[float, str]:
    """Return how well `stored` answers `query`: all words asked for matter, `further` is what each other word costs."""
    matched, reason = _align(query, stored, asked_similarity)
    if not query.weight:
        return (1.0, SAME) if query.folded == stored.folded else (0.0, DIFFERENT)
    extra = max(stored.weight - query.weight, 0.0)
    score = matched / (query.weight + further * extra * min(query.weight, 1.0))
    if matched >= 0.9 * query.weight:
        # Every word has been met: nothing is gained by reading them as one.
        return min(score, 1.0), (PART if reason == SAME and extra > 0.5 else reason)
    return _with_joined(query, stored, min(score, 1.0), reason, extra > 0.5)


def _with_joined(
    one: PreparedName, other: PreparedName, score: float, reason: str, partial: bool
) -> tuple[float, str]:
    """Let words written together or apart meet: অমিয়ভূষণ and Amiya Bhushan."""
    if score < 0.9 and len(one.tokens) != len(other.tokens) and one.joined and other.joined:
        together = 0.95 * ratio(one.joined, other.joined) / 100
        if together > score:
            return together, SPELLING if together > 0.85 else MISSPELLING
    if reason in {SAME, SCRIPT} and partial:
        return score, PART if reason == SAME else reason
    return score, (reason if score > 0.35 else DIFFERENT)


def _align(
    one: PreparedName, other: PreparedName, likeness: Callable[[Token, Token], tuple[float, str]]
) -> tuple[float, str]:
    """Pair words best first, whatever their order; return the summed weight of what matched and the worst reason."""
    pairs = []
    for i, a in enumerate(one.tokens):
        for j, b in enumerate(other.tokens):
            score, reason = likeness(a, b)
            if score > 0.4:
                pairs.append((score, -abs(i - j), i, j, reason))
    pairs.sort(reverse=True)
    used_one: set[int] = set()
    used_other: set[int] = set()
    total = 0.0
    worst = SAME
    for score, _distance, i, j, reason in pairs:
        if i in used_one or j in used_other:
            continue
        used_one.add(i)
        used_other.add(j)
        total += score * min(one.tokens[i].weight, other.tokens[j].weight)
        if _ORDER.index(reason) > _ORDER.index(worst):
            worst = reason
    return total, (worst if used_one else DIFFERENT)
