"""What was said to one customer made fit for all: without names, addresses, numbers, greeting and farewell.

Rules, not understanding: what they miss, the writer takes out. That is why what comes of it is a draft and says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from bandhu.platform.public_url import absolute

_MAIL = re.compile(r"[^\s<>@,;:()\[\]\"']+@[^\s<>@,;:()\[\]\"']+\.[^\s<>@,;:()\[\]\"'.।]+")
# Addresses with words of their own behind the house's name may be somebody's: what they ordered, their way in.
_LINK = re.compile(r"(https?://[^\s/<>\"']+)/[^\s<>\"']+")
# Six digits or more of any script, with what is written between them: telephone, account, order. `\d` knows every script's.
_NUMBER = re.compile(r"[+(]?\d(?:[\s().\-/]{0,2}\d){5,}")
_GREETING = re.compile(
    r"^(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|প্রিয়|জনাব|জনাবা|হ্যালো|নমস্কার|আসসালামু|"
    r"அன்புள்ள|அன்பார்ந்த|வணக்கம்|மதிப்பிற்குரிய)(?=[\s,!.]|$)",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^(?:(?:kind|best|warm) regards|regards|sincerely|yours|cheers|best wishes|many thanks|thanks|thank you|"
    r"ধন্যবাদ|শুভেচ্ছা|বিনীত|ধন্যবাদান্তে|நன்றி|இப்படிக்கு|அன்புடன்)(?=[\s,!.]|$)",
    re.IGNORECASE,
)
_LONGEST_GREETING, _FEWEST_LETTERS = 60, 2
_LATIN_END = 0x250
# Before an ending the sign that kills the vowel of a last letter goes: முருகன், முருகனுக்கு.
_KILLERS = "\u09cd\u0bcd"


def impersonal(text: str, names: Iterable[str], phrases: Iterable[str] = ()) -> str:
    """The text with [name], [address] and [number] where somebody's stood. `names` are those of the people in it, of any script:
    each of their words goes; `phrases` go as a whole, as the names of companies, whose words are everybody's.
    """
    kept = _without_frame(text)
    kept = _MAIL.sub(_mark(_("address")), kept)
    kept = _LINK.sub(_without_path, kept)
    kept = _NUMBER.sub(_mark(_("number")), kept)
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        kept = re.sub(re.escape(phrase), _mark(_("name")), kept, flags=re.IGNORECASE)
    return _without_names(kept, names)


def _without_frame(text: str) -> str:
    """Without the first lines that greet and the last that take leave, and what is signed under them."""
    lines = text.strip().split("\n")
    while lines and (not lines[0].strip() or _greets(lines[0])):
        lines.pop(0)
    for place, line in enumerate(lines):
        if (
            place
            and len(lines) - place <= 8
            and len(line) <= _LONGEST_GREETING
            and _FAREWELL.match(line.strip())
        ):
            lines = lines[:place]
            break
    return "\n".join(lines).strip()


def _greets(line: str) -> bool:
    """A short line that ends like a greeting; “Hello, where is my order?” says more."""
    words = line.strip()
    return len(words) <= _LONGEST_GREETING and bool(_GREETING.match(words)) and not words.endswith(("?", "।"))


def _without_names(text: str, names: Iterable[str]) -> str:
    known = {word.casefold() for name in names for word in _words(name) if len(word) >= _FEWEST_LETTERS}
    if not known:
        return text
    mark = _mark(_("name"))
    pieces = [mark if _is_name(word, known) else word for word in _split(text)]
    return re.sub(rf"{re.escape(mark)}(?:[\s.]*{re.escape(mark)})+", mark, "".join(pieces))


def _is_name(word: str, known: set[str]) -> bool:
    """The word itself; in scripts whose endings are written onto a name, also a word that begins with it."""
    folded = word.casefold()
    if folded in known:
        return True
    stems = (one.rstrip(_KILLERS) for one in known if len(one) > 2 and ord(one[0]) >= _LATIN_END)
    return any(folded.startswith(stem) for stem in stems)


def _words(text: str) -> list[str]:
    return [word for word in _split(text) if _is_letter(word[0])]


def _split(text: str) -> list[str]:
    """Words and what stands between them. Letters with their signs: the vowels of Bengali and Tamil are no letters to `\\w`."""
    pieces: list[str] = []
    for one in text:
        if pieces and _is_letter(pieces[-1][-1]) == _is_letter(one):
            pieces[-1] += one
        else:
            pieces.append(one)
    return pieces


def _is_letter(one: str) -> bool:
    return unicodedata.category(one)[0] in "LM" or one in "\u200c\u200d"


def _mark(words: str) -> str:
    return f"[{words}]"


def _without_path(link: re.Match[str]) -> str:
    """The house of an address alone; our own articles are everybody's."""
    return link[0] if link[0].startswith(absolute("/help/")) else link[1]
