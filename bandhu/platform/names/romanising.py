"""Names of any script in Latin letters, as their bearers would spell them.

Bengali and Tamil have tables of our own, because general transliteration loses what names depend on: the
inherent vowel, silent second consonants of conjuncts, and in Tamil the voicing that is heard but not written.
Every other script goes through anyascii.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from .folding import fold

_BENGALI = re.compile("[\u0980-\u09ff]")
_TAMIL = re.compile("[\u0b80-\u0bff]")
_INDIC_RUN = re.compile("[\u0980-\u09ff]+|[\u0b80-\u0bff]+|[^\u0980-\u09ff\u0b80-\u0bff]+")
_NOT_LETTER = re.compile("[^a-z0-9]+")

_BN_VIRAMA, _BN_NUKTA = "\u09cd", "\u09bc"
_BN_VOWELS = {
    "অ": "a", "আ": "a", "ই": "i", "ঈ": "i", "উ": "u", "ঊ": "u", "ঋ": "ri", "এ": "e", "ঐ": "oi", "ও": "o", "ঔ": "ou",
}  # fmt: skip
_BN_SIGNS = {
    "া": "a", "ি": "i", "ী": "i", "ু": "u", "ূ": "u", "ৃ": "ri", "ে": "e", "ৈ": "oi", "ো": "o", "ৌ": "ou", "ৗ": "ou",
}  # fmt: skip
_BN_CONSONANTS = {
    "ক": "k", "খ": "kh", "গ": "g", "ঘ": "gh", "ঙ": "ng", "চ": "ch", "ছ": "chh", "জ": "j", "ঝ": "jh", "ঞ": "n",
    "ট": "t", "ঠ": "th", "ড": "d", "ঢ": "dh", "ণ": "n", "ত": "t", "থ": "th", "দ": "d", "ধ": "dh", "ন": "n",
    "প": "p", "ফ": "f", "ব": "b", "ভ": "bh", "ম": "m", "য": "j", "র": "r", "ল": "l", "শ": "sh", "ষ": "sh",
    "স": "s", "হ": "h", "ৎ": "t", "ৰ": "r", "ৱ": "w",
}  # fmt: skip
_BN_DOTTED = {"ড": "r", "ঢ": "rh", "য": "y"}
_BN_FINALS = {"ং": "ng", "ঃ": "h", "ঁ": ""}

_TA_VIRAMA = "\u0bcd"
_TA_VOWELS = {
    "அ": "a", "ஆ": "a", "இ": "i", "ஈ": "i", "உ": "u", "ஊ": "u", "எ": "e", "ஏ": "e", "ஐ": "ai", "ஒ": "o", "ஓ": "o", "ஔ": "au",
}  # fmt: skip
_TA_SIGNS = {
    "ா": "a", "ி": "i", "ீ": "i", "ு": "u", "ூ": "u", "ெ": "e", "ே": "e", "ை": "ai", "ொ": "o", "ோ": "o", "ௌ": "au", "ௗ": "au",
}  # fmt: skip
# Consonant: (at the start or doubled, between vowels, after its nasal). Tamil writes one letter for all three.
_TA_STOPS = {
    "க": ("k", "g", "g"), "ச": ("s", "s", "j"), "ட": ("t", "d", "d"), "த": ("th", "th", "dh"), "ப": ("p", "b", "b"), "ற": ("r", "r", "r"),
}  # fmt: skip
_TA_DOUBLED = {"க": "kk", "ச": "ch", "ட": "tt", "த": "th", "ப": "pp", "ற": "tr"}
_TA_CONSONANTS = {
    "ங": "n", "ஞ": "gn", "ண": "n", "ந": "n", "ன": "n", "ம": "m", "ய": "y", "ர": "r", "ல": "l", "வ": "v", "ழ": "zh", "ள": "l",
    "ஜ": "j", "ஷ": "sh", "ஸ": "s", "ஹ": "h", "ஶ": "s",
}  # fmt: skip
_TA_NASALS = {"ங": "க", "ஞ": "ச", "ண": "ட", "ந": "த", "ம": "ப", "ன": "ற"}


def script_of(token: str) -> str:
    """Return "bn", "ta", "latin" or "other": by the first letter that tells."""
    if token.isascii():
        return "latin"
    if _BENGALI.search(token):
        return "bn"
    return "ta" if _TAMIL.search(token) else "other"


@lru_cache(maxsize=131_072)
def romanise_token(token: str) -> str:
    """Return one folded word in the letters a-z and 0-9; empty when nothing in it can be read aloud."""
    if token.isascii():
        return token
    return "".join(_romanise_run(run) for run in _INDIC_RUN.findall(token))


def romanise(text: str) -> str:
    """Return `text` folded and in Latin letters: রহমান is rahaman, முருகன் is murugan."""
    return " ".join(part for part in map(romanise_token, fold(text).split()) if part)


def _romanise_run(run: str) -> str:
    if _BENGALI.match(run):
        return "".join(_bengali_pieces(_respell_bengali(run)))
    if _TAMIL.match(run):
        return "".join(_tamil_pieces(run.replace("ட்ச", "க்ஷ")))
    return _NOT_LETTER.sub("", anyascii(run).lower())


# What Bengali spells with several letters because it has none of its own: w, initial y and the a of "cat".
# The assigned letters below (Assamese ৱ, and য় with its dot) then carry the sound through the tables.
_BN_RESPELLINGS = (
    (re.compile("[অএ]্য(?=া)"), ""),
    (re.compile("ও\u09af\u09bc(?=[ািীুূেৈোৌ])"), "ৱ"),
    (re.compile("^উ(?=[ইঈএ])"), "ৱ"),
    (re.compile("^ই\u09af\u09bc"), "\u09af\u09bc"),
    (re.compile("^ই(?=[উঊ])"), "\u09af\u09bc"),
)
_BN_VOWEL_TO_SIGN = str.maketrans("ইঈউঊএঐওঔআ", "িীুূেৈোৌা")
_BN_STRANDED = re.compile("(?<=ৱ)[ইঈএ]|(?<=^\u09af\u09bc)[উঊ]|(?<![ক-হৱড়ঢ়য়\u09bc])^া")


def _respell_bengali(run: str) -> str:
    for pattern, replacement in _BN_RESPELLINGS:
        run = pattern.sub(replacement, run)
    if run.startswith("া"):
        run = "আ" + run[1:]
    return _BN_STRANDED.sub(lambda match: match[0].translate(_BN_VOWEL_TO_SIGN), run)


def bengali_units(word: str) -> list[tuple[str, str]]:
    """Split a Bengali word into (kind, letter): kind is C consonant, V independent vowel, S sign, X virama, F final."""
    units: list[tuple[str, str]] = []
    for position, letter in enumerate(word):
        if letter == _BN_NUKTA:
            continue
        dotted = word[position + 1 : position + 2] == _BN_NUKTA and letter in _BN_DOTTED
        if dotted or letter in _BN_CONSONANTS:
            units.append(("C", letter + _BN_NUKTA if dotted else letter))
        elif letter in _BN_VOWELS:
            units.append(("V", letter))
        elif letter in _BN_SIGNS:
            units.append(("S", letter))
        elif letter == _BN_VIRAMA:
            units.append(("X", letter))
        elif letter in _BN_FINALS:
            units.append(("F", letter))
        elif letter.isdecimal():
            units.append(("V", letter))
    return units


def _bengali_pieces(word: str) -> list[str]:
    units = bengali_units(word)
    pieces: list[str] = []
    for index, (kind, letter) in enumerate(units):
        before = units[index - 1] if index else ("", "")
        after = units[index + 1] if index + 1 < len(units) else ("", "")
        if kind == "C":
            pieces.append(_bengali_consonant(units, index, before, after))
            if after[0] in {"C", "V", "F"} and not _drops_inherent(units, index):
                pieces.append("a")
            elif not after[0] and before[0] == "X":
                pieces.append("a")  # a word that ends in a conjunct keeps its vowel: মিত্র is mitra
        elif kind == "V":
            pieces.append(_BN_VOWELS.get(letter, letter))
        elif kind == "S":
            pieces.append(_BN_SIGNS[letter])
        elif kind == "F":
            pieces.append("" if letter == "ঃ" and not after[0] else _BN_FINALS[letter])
    return pieces


def _drops_inherent(units: list[tuple[str, str]], index: int) -> bool:
    """Say whether the unwritten vowel after the consonant at `index` is silent: before w, or between open syllables."""
    following = units[index + 1]
    if following[0] != "C":
        return False
    if following[1] == "ৱ":
        return index > 0
    opened = index > 0 and units[index - 1][0] in {"S", "V"}
    closes = index + 2 < len(units) and units[index + 2][0] == "S"
    return opened and closes


def _bengali_consonant(
    units: list[tuple[str, str]], index: int, before: tuple[str, str], after: tuple[str, str]
) -> str:
    letter = units[index][1]
    if before[0] == "X":
        root = units[index - 2][1] if index >= 2 else ""
        if letter in {"য", "য়"}:
            return "y"
        if letter == "ব" and root not in {"ম", "র", "ব", "ল", "ন"}:
            return "w"
        if letter == "ষ" and root == "ক":
            return "sh"
        if letter == "ঞ" and root == "জ":
            return "y"
    if letter == "জ" and after[0] == "X" and units[index + 2 : index + 3] == [("C", "ঞ")]:
        return "g"
    if letter == "ঙ" and after[0] == "X":
        return "n"
    if letter.endswith(_BN_NUKTA):
        if letter[0] == "য" and before[1] in {"ও", "ো", "উ", "ু"} and after[0] == "S":
            return "w"  # ওয়াহিদ is Wahid
        return _BN_DOTTED[letter[0]]
    return _BN_CONSONANTS[letter]


def _tamil_pieces(word: str) -> list[str]:
    pieces: list[str] = []
    length = len(word)
    index = 0
    while index < length:
        letter = word[index]
        following = word[index + 1 : index + 2]
        if letter == "ஃ":
            index = _append_aytham(word, index, pieces)
            continue
        if letter in _TA_STOPS or letter in _TA_CONSONANTS:
            doubled = following == _TA_VIRAMA and word[index + 2 : index + 3] == letter
            if doubled:
                pieces.append(_TA_DOUBLED.get(letter, 2 * _TA_CONSONANTS.get(letter, "")))
                index += 2
            else:
                pieces.append(_tamil_consonant(word, index))
            following = word[index + 1 : index + 2]
            if following != _TA_VIRAMA and following not in _TA_SIGNS:
                pieces.append("a")
        elif letter in _TA_VOWELS:
            pieces.append(_TA_VOWELS[letter])
        elif letter in _TA_SIGNS:
            pieces.append(_TA_SIGNS[letter])
        elif letter.isdecimal():
            pieces.append(letter)
        index += 1
    return pieces


def _append_aytham(word: str, index: int, pieces: list[str]) -> int:
    """ஃ turns the ப after it into f and the ஜ into z; alone it is nearly silent."""
    if word[index + 1 : index + 2] == "ப":
        pieces.append("f")
        following = word[index + 2 : index + 3]
        if following != _TA_VIRAMA and following not in _TA_SIGNS:
            pieces.append("a")
        return index + 2
    return index + 1


def _tamil_consonant(word: str, index: int) -> str:
    letter = word[index]
    if letter not in _TA_STOPS:
        return _TA_CONSONANTS[letter]
    strong, between, nasal = _TA_STOPS[letter]
    if index == 0:
        return strong
    if word[index - 1] == _TA_VIRAMA:
        root = word[index - 2 : index - 1]
        if _TA_NASALS.get(root) == letter:
            return "dr" if letter == "ற" else nasal
        return strong if root in _TA_STOPS or root in {"ஷ", "ஸ"} else between
    if word[index + 1 : index + 2] == _TA_VIRAMA:
        return strong
    return between
