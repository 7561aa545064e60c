"""The sound behind a Latin spelling, coarse enough that spellings of one name meet.

`sound_of` keeps the vowels in three classes (a, i, u); `skeleton_of` keeps consonants only, in two strengths:
strong tells voiced from unvoiced, weak merges them (Tamil writes both with one letter).
"""

from __future__ import annotations

import re
from functools import lru_cache

# Spelling to sound, longest spelling first: c as in church, s as in sun and ship, z only for Tamil ழ.
_SPELLINGS = {
    "tsch": "c", "tch": "c", "sch": "s", "chh": "c", "ch": "c", "sh": "s", "zh": "z", "ksh": "ks", "x": "ks",
    "igh": "i", "ough": "u", "augh": "a", "ck": "k", "cq": "k", "qu": "k", "q": "k", "ce": "si", "ci": "si", "cy": "si", "c": "k",
    "kh": "k", "gh": "g", "th": "t", "dh": "d", "bh": "b", "ph": "p", "jh": "j", "rh": "r", "f": "p", "v": "b", "z": "j",
    "dj": "j", "dg": "j", "gn": "n", "wh": "b", "wr": "r",
    "aa": "a", "ee": "i", "ea": "i", "ie": "i", "oo": "u", "ou": "u", "ey": "i", "ay": "i", "ai": "i", "ei": "i", "oi": "i", "oy": "i",
    "au": "u", "aw": "u", "ow": "u", "ew": "u", "o": "a", "e": "i",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=lambda one: -len(one))))
_DOUBLED = re.compile(r"(.)\1+")
_OTHER = re.compile("[^a-z0-9]")
_HIDDEN_H = re.compile("(?<=.)h")
_CODA_W = re.compile("w(?![aiu])")
_VOWEL_Y = re.compile("(?<![aiu])y(?![aiu])")
_GLIDE = re.compile("(?<=[^aiu])y(?=[aiu])|(?<=u)b(?=[ai])")
_CLUSTER_END = re.compile("(?<=[^aiuy][^aiuy])a$")
_NASAL_END = re.compile("ng(?![aiu])")
_VOWELS = re.compile("[aiuy]+")
_UNVOICED = str.maketrans("gdbcjz", "ktpssl")
_SILENT_STARTS = ("kn", "ps", "pf")


@lru_cache(maxsize=131_072)
def sound_of(word: str) -> str:
    """Return the sound of one Latin word in lower case letters; vowels only as a, i, u. Digits stay."""
    spelt = _OTHER.sub("", word)
    if spelt.startswith(_SILENT_STARTS):
        spelt = spelt[1:]
    if len(spelt) > 3 and spelt[-1] == "e" and spelt[-2] not in "aeiouy":
        spelt = spelt[:-1]
    heard = _SPELLING.sub(lambda match: _SPELLINGS[match[0]], spelt)
    heard = _HIDDEN_H.sub("", heard)
    heard = _CODA_W.sub("u", heard).replace("w", "b")
    heard = _VOWEL_Y.sub("i", heard)
    heard = _GLIDE.sub("", heard)
    heard = _NASAL_END.sub("n", heard)
    return _CLUSTER_END.sub("", _DOUBLED.sub(r"\1", heard))


def unvoiced(sound: str) -> str:
    """Return the sound with voiced consonants as their unvoiced kin: Tamil script does not tell Dinesh from Tinesh."""
    return sound.translate(_UNVOICED)


@lru_cache(maxsize=131_072)
def skeleton_of(sound: str) -> str:
    """Return the consonants of a sound; a leading vowel is kept as "a" so that Anil and Nila differ."""
    if not sound:
        return ""
    bones = _VOWELS.sub("", sound)
    return "a" + bones if sound[0] in "aiuy" else bones


@lru_cache(maxsize=131_072)
def weak_skeleton_of(skeleton: str) -> str:
    """Return the skeleton without voicing (Murukan is Murugan) and without a leading h."""
    return _DOUBLED.sub(r"\1", skeleton.translate(_UNVOICED).removeprefix("h"))
