"""Letters as people see them: a consonant with its vowel sign is one, and a text is never cut inside it.

After UAX 29 (extended grapheme clusters), with the Bengali and Devanagari conjuncts of Unicode 15.1 ("ক্ষ" is one, "க்ஷ" is two).
"""

import re
import unicodedata

_JOINER = "\u200d"
# Virama of the scripts whose conjuncts are one grapheme: Devanagari, Bengali, Gujarati, Odia, Telugu, Malayalam.
_LINKERS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")


def graphemes(text: str) -> list[str]:
    """The text in pieces none of which can be shown in part; joined they are the text."""
    pieces: list[str] = []
    for character in text:
        if pieces and _belongs(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def shorten(text: str, most: int, mark: str = "…") -> str:
    """The text in at most `most` characters, cut between graphemes and, if near, between words; `mark` counts and says that it was cut."""
    if len(text) <= most:
        return text
    kept = ""
    for piece in graphemes(text[: most + 40]):
        if len(kept) + len(piece) + len(mark) > most:
            break
        kept += piece
    word_end = kept.rfind(" ")
    if mark and word_end > most * 2 // 3:
        kept = kept[:word_end]
    return kept.rstrip() + mark


def _belongs(before: str, character: str) -> bool:
    if character == "\n":
        return before == "\r"
    if before[-1] in "\r\n" or unicodedata.category(before[-1]) == "Cc":
        return False
    category = unicodedata.category(character)
    if (
        category in ("Mn", "Me", "Mc")
        or character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    ):
        return True
    if before[-1] == _JOINER and category == "So":
        return True
    if _FLAG.match(character):
        return len(before) == 1 and bool(_FLAG.match(before))
    linked = before.rstrip("\u200d")
    return linked != "" and linked[-1] in _LINKERS and category == "Lo" and _same_script(linked, character)


def _same_script(before: str, character: str) -> bool:
    """Blocks of Indic scripts are 128 code points each."""
    return ord(before[-1]) >> 7 == ord(character) >> 7
