"""How words of names sound, by the names of the platform: রহমান and Rahman are one name here."""

from __future__ import annotations

from functools import lru_cache

from bandhu.platform.names.keys import Token, prepare_token
from bandhu.platform.names.learnt import light_words
from bandhu.platform.names.similarity import SCRIPT, SPELLING, token_similarity

SAME_NAME = 0.93  # likeness from which two spellings in one script are one name
SAME_ACROSS_SCRIPTS = 0.88  # romanising blurs: less is asked across scripts


@lru_cache(maxsize=200_000)
def sound_of(words: str) -> Token:
    """The forms of one part of a name, its words taken together."""
    return prepare_token(words.replace(" ", ""))


def sound_key(words: str) -> str:
    """The key under which names that sound alike meet; the words themselves where the sound is too short."""
    token = sound_of(words)
    return token.strong if len(token.strong) > 1 else token.roman or token.folded


def family_keys(words: str) -> list[str]:
    """Names of the families a word belongs to: mukherjee and মুখোপাধ্যায় share one."""
    return sorted(sound_of(words).families)


def same_name(one: str, other: str) -> bool:
    """Whether two words are spellings of one name."""
    mine, theirs = sound_of(one), sound_of(other)
    if mine.families & theirs.families:
        return True
    likeness, reason = token_similarity(mine, theirs)
    return (reason == SPELLING and likeness >= SAME_NAME) or (
        reason == SCRIPT and likeness >= SAME_ACROSS_SCRIPTS
    )


def latin(words: str) -> str:
    """The words in Latin letters, without spaces."""
    return words.replace(" ", "") if words.isascii() else sound_of(words).roman


def without_light_words(words: list[str]) -> list[str]:
    """The words of a name but for Md., Mst., Mr. and the like, unless nothing else is left."""
    light = light_words()
    return [word for word in words if word not in light] or words
