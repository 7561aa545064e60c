"""How a person without a picture is drawn: initials by grapheme and a tint that stays with the name."""

import functools
import hashlib
import re
import unicodedata

from django.utils.html import format_html
from django.utils.safestring import SafeString

TINTS = 8
_SIZES = {"xs": "is-xs", "sm": "is-sm", "md": "", "lg": "is-lg"}
# Marks that belong to the letter before them, and the joiners inside conjuncts.
_JOINERS = {"\u200c", "\u200d"}
# Words before a name that do not tell people apart.
_TITLES = {"md", "mr", "mrs", "ms", "dr", "মোঃ", "মো", "ডা", "ড", "திரு", "திருமதி"}


def first_grapheme(word: str) -> str:
    """The first letter as a reader sees it: base, vowel sign and marks together; a conjunct stays whole."""
    taken = ""
    for letter in word:
        joined = taken and (unicodedata.category(letter).startswith("M") or letter in _JOINERS)
        # A virama (combining class 9) binds the next consonant to it; Tamil shows it as a dot and does not.
        bound = bool(taken) and unicodedata.combining(taken[-1]) == 9 and not "\u0b80" <= letter <= "\u0bff"
        if taken and not joined and not bound:
            break
        taken += letter
    return taken


@functools.lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Two letters where a script has capitals ("Md. Karim Uddin" gives KU), else one grapheme: two would not fit."""
    words = [word for word in re.split(r"[\s.,()\-_/]+", name.strip()) if word and word[0].isalnum()]
    counted = [word for word in words if word.lower().rstrip(":ঃ") not in _TITLES] or words
    if not counted:
        return "?"
    first = first_grapheme(counted[0])
    if len(counted) == 1 or first.upper() == first.lower():
        return first.upper()
    return (first + first_grapheme(counted[-1])).upper()


@functools.lru_cache(maxsize=4096)
def tint(name: str) -> int:
    """A number below `TINTS` that is always the same for a name."""
    return hashlib.blake2s(name.strip().casefold().encode(), digest_size=2).digest()[0] % TINTS


@functools.lru_cache(maxsize=4096)
def face(name: str, size: str = "md", src: str = "", square: bool = False) -> SafeString:
    """The avatar; decorative, so the name must stand beside it (or in the link's label)."""
    classes = f"face tint-{tint(name)} {_SIZES.get(size, '')}{' is-square' if square else ''}".rstrip()
    if src:
        return format_html(
            '<span class="{}" aria-hidden="true"><img src="{}" alt="" loading="lazy"></span>', classes, src
        )
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials(name))
