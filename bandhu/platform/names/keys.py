"""The short keys under which a name is found, and the prepared form in which it is compared.

Keys are ASCII where the script allows it and carry their kind: x: the word as folded, r: its Latin spelling,
f: its family (hand-made or learnt), s: strong skeleton, w: weak skeleton, i: initial. All fit one text[] with GIN.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .folding import fold
from .learnt import families_by_form, light_words
from .romanising import romanise_token, script_of
from .sounds import skeleton_of, sound_of, unvoiced, weak_skeleton_of

# A key longer than this is a pasted text, not a name; it keeps one index entry small.
LONGEST_TOKEN = 48
MOST_TOKENS = 12

# Borne by so many that they tell nobody apart: Md., Mst. and all their spellings.
_LIGHT_FAMILIES = frozenset({"muhammad", "mosammat"})


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One word of a name in every form that a comparison needs."""

    folded: str
    roman: str
    sound: str
    unvoiced: str
    strong: str
    weak: str
    families: frozenset[str]
    script: str
    is_initial: bool
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class PreparedName:
    """A name taken apart once, to be compared many times. `joined` is the sound of the whole without spaces."""

    folded: str
    tokens: tuple[Token, ...]
    joined: str
    weight: float


@lru_cache(maxsize=131_072)
def prepare_token(word: str) -> Token:
    """Return the forms of one folded word. Initials weigh 0.4, honorifics and Md. 0.3, other words 1."""
    word = word[:LONGEST_TOKEN]
    roman = romanise_token(word)
    sound = sound_of(roman)
    strong = skeleton_of(sound)
    script = script_of(word)
    is_initial = len(word) == 1 or (script != "latin" and word in _SPELT_LETTERS)
    if is_initial and word in _SPELT_LETTERS:
        roman = sound = strong = _SPELT_LETTERS[word]
    families = frozenset(families_by_form().get(word, ()))
    weight = 0.3 if word in light_words() or families & _LIGHT_FAMILIES else 0.4 if is_initial else 1.0
    return Token(
        word,
        roman,
        sound,
        unvoiced(sound),
        strong,
        weak_skeleton_of(strong),
        families,
        script,
        is_initial,
        weight,
    )


@lru_cache(maxsize=32_768)
def prepare_name(text: str) -> PreparedName:
    """Return `text` taken apart; words beyond the twelfth are ignored."""
    folded = fold(text)
    return _of_words(folded, tuple(prepare_token(word) for word in folded.split()[:MOST_TOKENS]))


def with_words(name: PreparedName, words: Iterable[str]) -> PreparedName:
    """Return `name` followed by further folded words: as preparing the whole text, without folding it again."""
    further = [*words]
    tokens = (*name.tokens, *map(prepare_token, further))[:MOST_TOKENS]
    return _of_words(" ".join([name.folded, *further]), tokens)


def _of_words(folded: str, words: tuple[Token, ...]) -> PreparedName:
    return PreparedName(
        folded, words, "".join(word.sound for word in words), sum(word.weight for word in words)
    )


def token_keys(word: str) -> list[str]:
    """Return the keys of one folded word, most telling first."""
    token = prepare_token(word)
    keys = [f"x:{token.folded}"]
    if token.roman and token.roman != token.folded:
        keys.append(f"r:{token.roman}")
    keys.extend(sorted(f"f:{family}" for family in token.families))
    if len(token.strong) > 1:
        keys.append(f"s:{token.strong}")
        if len(token.weak) > 1:
            keys.append(f"w:{token.weak}")
    if token.roman:
        keys.append(f"i:{token.roman[0]}")
    return keys


def name_keys(text: str) -> list[list[str]]:
    """Return the keys of every word of `text`, in the order of the words."""
    return [token_keys(word) for word in fold(text).split()[:MOST_TOKENS]]


# Initials are written as the names of Latin letters: এ. কে. এম. is A. K. M., சி. is C.
_SPELT_LETTERS = {
    fold(spelt): letter
    for letter, spellings in {
        "a": "এ", "b": "বি", "c": "সি சி", "d": "ডি டி", "e": "ই இ", "f": "এফ", "g": "জি ஜி", "h": "এইচ எச்", "i": "আই ஐ",
        "j": "জে ஜே", "k": "কে கே", "l": "এল எல்", "m": "এম எம்", "n": "এন என்", "o": "ও ஓ", "p": "পি பி", "q": "কিউ", "r": "আর ஆர்",
        "s": "এস எஸ்", "t": "টি", "u": "ইউ", "v": "ভি வி", "w": "ডব্লিউ ডাব্লু", "x": "এক্স", "y": "ওয়াই", "z": "জেড",
    }.items()
    for spelt in spellings.split()
}  # fmt: skip
